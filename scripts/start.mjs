import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from './run.mjs'
import { build } from './set-up.mjs'

await build()

// The server takes over this very process: signals reach it, and its exit code is ours. For the same reason package.json
// has the shell `exec` us: dash would die of a signal that npm passes on, and leave the server running.
// MALLOC_ARENA_MAX, which has to be there before a process is, saves memory (docs/decisions/0014-memory-is-bounded.md).
const main = join(root, 'apps/server/dist/main.js')
process.argv[1] = main
await import(pathToFileURL(main))
