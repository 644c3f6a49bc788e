import type { Client, Family } from './clients.ts'
import type { Driver } from './driver.ts'
import { berry } from './drivers/berry.ts'
import { bun } from './drivers/bun.ts'
import { npm } from './drivers/npm.ts'
import { pnpm } from './drivers/pnpm.ts'
import { yarn1 } from './drivers/yarn1.ts'

const drivers: Readonly<Record<Family, Driver>> = { npm, yarn1, berry, pnpm, bun }

export function driverOf({ family }: Client): Driver {
  return drivers[family]
}
