import { RegistryError } from '@nmr/core'
import type { RouteContext } from '../route-context.ts'

const PERMISSIONS = 'who may read and publish is decided where the registry asks for permissions'

/** What npm has commands for, and this registry does not have: each says why. */
const notHere: Readonly<Record<string, string>> = {
  '/-/org/*': `there are no organisations here: ${PERMISSIONS}`,
  '/-/org/:org/team': `there are no teams here: ${PERMISSIONS}`,
  '/-/team/*': `there are no teams here: ${PERMISSIONS}`,
  '/-/npm/v1/hooks': 'there are no hooks here',
  '/-/npm/v1/hooks/*': 'there are no hooks here',
  '/-/npm/v1/tokens/*': 'this registry makes and revokes no tokens: do that where your token comes from',
  '/-/stage': 'there is no staged publishing here: use npm publish',
  '/-/stage/*': 'there is no staged publishing here: use npm publish',
  '/-/package/:name/trust': `there are no trusted publishers here: ${PERMISSIONS}`,
  '/-/package/:name/trust/*': `there are no trusted publishers here: ${PERMISSIONS}`,
}

/** What may be read here, and changed elsewhere. */
const readOnly: Readonly<Record<string, string>> = {
  '/-/npm/v1/user': 'this registry keeps no profiles: change yours where your token comes from',
  '/-/npm/v1/tokens': 'this registry makes no tokens: do that where your token comes from',
}

export function notHereRoutes({ app }: RouteContext): void {
  for (const [url, why] of Object.entries(notHere)) app.all(url, () => refuse(why))
  for (const [url, why] of Object.entries(readOnly)) app.post(url, () => refuse(why))
}

function refuse(why: string): never {
  throw new RegistryError('invalid_request', why)
}
