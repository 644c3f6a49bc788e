import { build } from './set-up.mjs'

await build()
