import { setFlagsFromString } from 'node:v8'

/** What the heap may grow by until garbage is collected, in per cent of what was in use the last time. */
const GROWTH = 30

/**
 * Has garbage collected in good time. V8 lets the heap grow several times over when little is collected, as here: what
 * caches drop has become old by then. To be called before anything is kept.
 */
export function boundHeap(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWTH}`)
}
