/* Every address that docs/PROTOCOL.md names, and those that clients ask for and that are not here. */

/** `:pkg` stands for a package in each of its spellings. */
export const endpoints: readonly (readonly [methods: string, path: string])[] = [
  ['GET', '/'],
  ['GET PUT', '/:pkg'],
  ['GET PUT', '/:pkg/latest'],
  ['GET PUT', '/:pkg/1.0.0'],
  ['GET', '/:pkg/-/x-1.0.0.tgz'],
  ['PUT DELETE', '/:pkg/-rev/1-x'],
  ['DELETE', '/:pkg/-/x-1.0.0.tgz/-rev/1-x'],
  ['GET PUT POST', '/-/package/:pkg/dist-tags'],
  ['PUT POST DELETE', '/-/package/:pkg/dist-tags/beta'],
  ['GET', '/-/package/:pkg/visibility'],
  ['GET', '/-/package/:pkg/permission'],
  ['GET POST', '/-/package/:pkg/access'],
  ['GET', '/-/package/:pkg/collaborators'],
  ['PUT', '/-/package/:pkg/owners'],
  ['DELETE', '/-/package/:pkg/owners/ann'],
  ['GET PUT', '/-/user/org.couchdb.user:ann'],
  ['PUT', '/-/user/org.couchdb.user:ann/-rev/1-0'],
  ['DELETE', '/-/user/token/abc'],
  ['GET', '/-/user/ann/package'],
  ['GET', '/-/user/ann/stars'],
  ['GET', '/-/_view/starredByUser'],
  ['POST', '/-/v1/login'],
  ['GET', '/-/v1/search'],
  ['GET', '/-/all'],
  ['GET', '/-/all/since'],
  ['GET', '/-/whoami'],
  ['GET', '/-/ping'],
  ['GET POST', '/-/npm/v1/user'],
  ['GET POST', '/-/npm/v1/tokens'],
  ['POST', '/-/npm/v1/security/advisories/bulk'],
  ['POST', '/-/npm/v1/security/audits/quick'],
  ['POST', '/-/npm/v1/security/audits'],
]

/** Addresses of what this registry does not have, which say so whatever the method. */
export const absent = [
  '/-/npm/v1/tokens/token/abc',
  '/-/org/acme/user',
  '/-/org/acme/team',
  '/-/team/acme/devs/user',
  '/-/team/acme/devs/package',
  '/-/npm/v1/hooks',
  '/-/npm/v1/hooks/hook/abc',
  '/-/npm/v1/keys',
  '/-/npm/v1/attestations/@acme/x@1.0.0',
  '/-/npm/v1/oidc/token/exchange/package/@acme%2fx',
  '/-/stage',
  '/-/stage/package/:pkg',
  '/-/stage/8b3a4c5e-0000-4000-8000-000000000000/approve',
  '/-/package/:pkg/trust',
  '/-/package/:pkg/trust/abc',
  '/-/user/v1/star',
  '/-/user/package/:pkg/star',
]

export const addresses = [...endpoints.map(([, path]) => path), ...absent]

export const methods = ['GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'PATCH', 'OPTIONS'] as const
export type Method = (typeof methods)[number]
