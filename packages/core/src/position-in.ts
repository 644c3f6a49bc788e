/**
 * Where something belongs among others that are in order already: behind all that come before it, found by halves.
 *
 * @param order below 0 where the one comes before the other
 */
export function positionIn<Item>(
  inOrder: readonly Item[],
  item: Item,
  order: (one: Item, other: Item) => number,
): number {
  let [from, to] = [0, inOrder.length]
  while (from < to) {
    const middle = (from + to) >>> 1
    const present = inOrder[middle]
    if (present !== undefined && order(present, item) < 0) from = middle + 1
    else to = middle
  }
  return from
}
