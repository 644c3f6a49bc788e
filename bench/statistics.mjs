/** The value in the middle; of an even number of them, the mean of the two. */
export function median(values) {
  const sorted = ascending(values)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** @param share 0.99 for the value that one in a hundred exceeds */
export function percentile(values, share) {
  const sorted = ascending(values)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
}

function ascending(values) {
  return [...values].sort((a, b) => a - b)
}
