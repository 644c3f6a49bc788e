import type { Credential } from '../../ports/authorizer.ts'

/** What nobody but its bearer may read. */
export function secretOf(credential: Credential | undefined): string | undefined {
  return credential?.kind === 'bearer' ? credential.token : credential?.password
}

/** Credentials that are nearly this one, and some that are nearly none. */
export function alterations(credential: Credential | undefined): readonly Credential[] {
  const secret = secretOf(credential) ?? 'a-secret-of-nobody'
  const first = secret.charCodeAt(0)
  const secrets = [
    '',
    ' ',
    `${secret}x`,
    secret.slice(0, -1),
    String.fromCharCode(first ^ 1) + secret.slice(1),
    ...[secret.toUpperCase(), secret.toLowerCase()].filter((other) => other !== secret),
    '__proto__',
    'constructor',
    'undefined',
  ]
  const username = credential?.kind === 'basic' ? credential.username : 'anybody'
  return secrets.flatMap((altered) => [
    { kind: 'bearer', token: altered },
    { kind: 'basic', username, password: altered },
    { kind: 'basic', username: altered, password: '' },
  ])
}

/** What a manifest's `repository` may be, when whoever wrote it was careless or worse. */
export const oddClaims: readonly unknown[] = [
  null,
  0,
  true,
  '',
  'x'.repeat(100_000),
  'github:',
  'https://',
  '../../..',
  [],
  ['github:acme/widget'],
  {},
  { url: null },
  { url: {} },
  { url: 'javascript:alert(1)' },
  { type: 'git', url: 'git+ssh://git@[::1]/%2e%2e/%00' },
  Object.fromEntries([['__proto__', { url: 'github:acme/widget' }]]),
]
