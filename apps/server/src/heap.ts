import { setFlagsFromString } from 'node:v8'

/**
 * Has V8 keep the heap small: it collects garbage as soon as there is a third of what is in use, and moves together what
 * is left. By itself it would let the heap grow to several times what the caches hold, and leave it scattered: what
 * they drop is old by then, and little of what is new is garbage. Answers that are given again do not notice; working out
 * ones that nobody asks for twice takes up to a third more time. To be called before much is loaded.
 */
export function boundHeap(): void {
  setFlagsFromString('--optimize-for-size')
}
