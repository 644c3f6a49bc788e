import type { Ports } from '../ports/ports.ts'
import type { LiveIndex } from '../search/live-index.ts'
import type { Settings } from '../settings.ts'
import type { Views } from '../views/views.ts'
import type { Hosting } from './hosting.ts'
import type { Changes } from './standing.ts'

/** What every use-case works with. */
export interface Context extends Ports {
  readonly settings: Settings
  readonly views: Views
  readonly hosting: Hosting
  readonly changes: Changes
  readonly searchIndex: LiveIndex
}
