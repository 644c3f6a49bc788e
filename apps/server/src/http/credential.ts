import type { Credential } from '@nmr/core'

/** Reads an Authorization header; `undefined` when it is absent or says nothing that a registry understands. */
export function credentialFrom(header: string | undefined): Credential | undefined {
  const [scheme, value] = header?.trim().split(/\s+/, 2) ?? []
  if (!value) return undefined
  switch (scheme?.toLowerCase()) {
    case 'bearer':
      return { kind: 'bearer', token: value }
    case 'basic':
      return basic(value)
    default:
      return undefined
  }
}

/** npm 2 percent-encodes user and password before; GitHub's names and tokens hold nothing that this would change. */
function basic(value: string): Credential | undefined {
  const text = Buffer.from(value, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  if (colon < 0) return undefined
  return { kind: 'basic', username: text.slice(0, colon), password: text.slice(colon + 1) }
}
