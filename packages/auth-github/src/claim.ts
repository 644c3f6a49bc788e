import { type GoverningRepository, type Subject, scopeOf } from '@nmr/core'
import type { Answer } from './answer.ts'
import type { Answers } from './answers.ts'
import type { Examined, Examiner, Round } from './examiner.ts'
import { needsSso, type Rule, refusedToken, type Verdict, verdict } from './judge.ts'
import type { Policy } from './options.ts'
import { isNamed, parseRepository } from './parse-repository.ts'

/** A verdict about a claim; with `granted`, the repository that governs from now on. */
export interface Settled {
  readonly verdict: Verdict
  readonly repository?: GoverningRepository
}

/** Settles which repository governs a package that is published with a `repository` of its manifest's own. */
export interface Claims {
  /**
   * Whoever claims a repository has to be able to write to it, and it has to belong to the owner of the package's
   * scope; the one that governs already may go on doing so whatever it and its owner are called by now.
   *
   * @param governing what was found out about the one that governs so far, where one does
   * @throws RegistryError `unavailable`
   */
  settle(round: Round, subject: Subject, governing?: Examined): Promise<Settled>
}

export function createClaims(answers: Answers, { look, examine }: Examiner, policy: Policy): Claims {
  const { host, ownersOf } = policy

  /** The number of the repository that a name leads to, or why it leads to none. */
  async function resolve(round: Round, owner: string, name: string): Promise<number | Verdict> {
    const answer = await look(round, { about: 'named', owner, name })
    if (answer.status === 401) return refusedToken
    if (answer.sso !== undefined) return needsSso(answer.sso)
    if (answer.repository !== undefined) await keepAsRepository(round, answer, answer.repository.id)
    return answer.repository?.id ?? answer.movedTo ?? notVisible(`${owner}/${name}`)
  }

  /** The answer to a question by name answers the one by number as well, but for its entity tag. */
  async function keepAsRepository(round: Round, { etag: _, ...answer }: Answer, id: number): Promise<void> {
    const question = { about: 'repository', id } as const
    const known = round.token && (await answers.last(round.token, question))
    if (known === undefined || known.asked < answer.asked) answers.keep(round.token, question, answer)
  }

  return {
    async settle(round, { name, claimed, repository: present }, governing) {
      const parsed = parseRepository(claimed, host)
      if (!isNamed(parsed)) return denied('claim_unreadable', parsed.problem)
      const named = `${parsed.owner}/${parsed.name}`
      const isPresent = governing?.facts !== undefined && isCalled(governing.facts, named)
      const id = isPresent ? present?.id : await resolve(round, parsed.owner, parsed.name)
      if (typeof id !== 'number') return { verdict: id ?? notVisible(named) }

      const isSame = governing !== undefined && id === present?.id
      const { verdict: may, facts } = isSame ? governing : await examine(round, 'write', { id })
      if (may.outcome === 'hidden') return { verdict: notVisible(named) }
      if (may.outcome === 'refused' || may.rule === 'sso') return { verdict: may }
      if (may.outcome === 'denied' || facts === undefined) {
        return denied('claim_not_writable', `${named}, which package.json names: ${may.because}`)
      }
      const scope = scopeOf(name)
      if (!isSame && scope !== undefined && !ownersOf(scope).includes(facts.owner.toLowerCase())) {
        const owners = ownersOf(scope).join(' or ')
        const why = `packages of ${scope} come from repositories of ${owners}, and package.json names ${facts.owner}/${facts.name}`
        return denied('scope_owner', why)
      }
      return { verdict: may, repository: { host, owner: facts.owner, name: facts.name, id } }
    },
  }
}

function isCalled(
  { owner, name }: { readonly owner: string; readonly name: string },
  named: string,
): boolean {
  return `${owner}/${name}`.toLowerCase() === named.toLowerCase()
}

function notVisible(named: string): Verdict {
  const why = `package.json names ${named}, which GitHub does not show to your token: it does not exist, or the token may not read it`
  return verdict('denied', 'claim_not_visible', why)
}

function denied(rule: Rule, because: string): Settled {
  return { verdict: verdict('denied', rule, because) }
}
