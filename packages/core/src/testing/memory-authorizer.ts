import { RegistryError } from '../errors.ts'
import { scopeOf } from '../model/package-name.ts'
import type { GoverningRepository } from '../model/repository.ts'
import type { Action, Authorizer, Decision, Subject } from '../ports/authorizer.ts'

/** Somebody in a memory authorizer's table. */
export interface MemoryPerson {
  /** Presented as a bearer token, or as the password beside the person's name. */
  readonly token: string
  readonly email?: string
  /** By package name, scope (`@acme`) or `*` for all; the entries that fit add up. */
  readonly may: Readonly<Record<string, readonly Action[] | 'everything'>>
}

/** An authorizer whose answers can fail to come. */
export interface MemoryAuthorizer extends Authorizer {
  /** From now on every question fails with `unavailable`, until it is called with `true`. */
  setReachable(reachable: boolean): void
}

/**
 * An authorizer for tests: a table of people and what they may do.
 *
 * ```ts
 * createMemoryAuthorizer({
 *   alice: { token: 'alice-token', may: { '@acme': 'everything' } },
 *   bob: { token: 'bob-token', may: { '@acme/open': ['read', 'star'] } },
 * })
 * ```
 *
 * What is not in it is a no. Nobody is denied everything; to people who may not read a package it is hidden.
 *
 * @param repositoryOf the repository that a granted publish binds the package to; by default none
 */
export function createMemoryAuthorizer(
  people: Readonly<Record<string, MemoryPerson>>,
  repositoryOf: (subject: Subject) => GoverningRepository | undefined = () => undefined,
): MemoryAuthorizer {
  const table = new Map(Object.entries(people))
  let isReachable = true

  function assertReachable(): void {
    if (!isReachable) throw new RegistryError('unavailable', 'nobody can say who may do what; try again')
  }

  return {
    setReachable(reachable) {
      isReachable = reachable
    },
    async authenticate(credential) {
      assertReachable()
      if (credential === undefined) return undefined
      for (const [name, { token, email }] of table) {
        const holds =
          credential.kind === 'bearer'
            ? credential.token === token
            : credential.username === name && credential.password === token
        if (holds) return { name, ...(email && { email }) }
      }
      return undefined
    },
    async login(username, password) {
      const principal = await this.authenticate({ kind: 'basic', username, password })
      return principal && { principal, token: password }
    },
    async decide(principal, action, subject): Promise<Decision> {
      assertReachable()
      if (principal === undefined) return { outcome: 'denied', reason: 'log in first: npm login' }
      const { name } = principal
      const person = table.get(name)
      if (person === undefined || !allows(person, 'read', subject)) {
        return { outcome: 'hidden', reason: `${name} may not read ${subject.name}` }
      }
      if (!allows(person, action, subject)) {
        return { outcome: 'denied', reason: `${name} may not ${action} ${subject.name}` }
      }
      const repository = action === 'publish' ? repositoryOf(subject) : undefined
      return {
        outcome: 'granted',
        reason: `the table lets ${name} ${action} ${subject.name}`,
        ...(repository && { repository }),
      }
    },
    async explain(principal, action, subject) {
      const decision = await this.decide(principal, action, subject)
      return { decision, rule: 'table', ruleText: 'the table says so', answers: [] }
    },
    async close() {},
  }
}

function allows({ may }: MemoryPerson, action: Action, { name }: Subject): boolean {
  return [name, scopeOf(name) ?? '', '*'].some((entry) => {
    const granted = Object.hasOwn(may, entry) ? may[entry] : undefined
    return granted === 'everything' || granted?.includes(action) === true
  })
}
