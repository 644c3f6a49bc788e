import { type Action, type GoverningRepository, isRegistryError, type Subject } from '@nmr/core'
import type { Answers, Tolerance } from './answers.ts'
import { createClaims } from './claim.ts'
import { type Consulted, createExaminer, type Examined, type Round } from './examiner.ts'
import { type Need, refusedToken, type Verdict, verdict } from './judge.ts'
import type { Policy } from './options.ts'
import type { Token } from './token.ts'

/** A verdict with all that led to it. */
export interface Finding {
  readonly verdict: Verdict
  /** With a granted publish whose manifest names a repository: the one that governs from now on. */
  readonly repository?: GoverningRepository
  /** What was asked, in order. */
  readonly trail: readonly Consulted[]
}

/** Finds out whether whoever holds a token may do something. */
export interface Inquiry {
  /** @throws RegistryError `unavailable` */
  inquire(token: Token | undefined, action: Action, subject: Subject): Promise<Finding>
}

/** For a package that no repository governs: there is nobody who could read it. */
const ungoverned = verdict('hidden', 'not_visible', 'no repository governs it')

export function createInquiry(answers: Answers, policy: Policy): Inquiry {
  const examiner = createExaminer(answers, policy)
  const claims = createClaims(answers, examiner, policy)
  const { anonymousRead, host, negativeTtl, staleIfError, ttl } = policy

  async function find(
    token: Token | undefined,
    action: Action,
    subject: Subject,
    tolerance: Tolerance,
  ): Promise<Finding> {
    const round: Round = { token, tolerance, trail: [] }
    const found = await (token === undefined
      ? asNobody(round, action, subject)
      : asHolder(round, action, subject))
    if (found.verdict.outcome !== 'refused') return { ...found, trail: round.trail }
    // A token that does not hold is none: what the world may do remains.
    const { verdict: anyway } = await asNobody({ ...round, token: undefined }, action, subject)
    return { ...(anyway.outcome === 'granted' ? { verdict: anyway } : found), trail: round.trail }
  }

  async function asNobody(
    round: Round,
    action: Action,
    subject: Subject,
  ): Promise<{ readonly verdict: Verdict }> {
    const denied = verdict('denied', 'no_token', 'no token was sent, or none that GitHub accepts')
    if (action !== 'read' || !anonymousRead) return { verdict: denied }
    const { verdict: found } = await examine(round, 'read', subject)
    return { verdict: found.outcome === 'granted' ? found : denied }
  }

  async function asHolder(round: Round, action: Action, subject: Subject): Promise<Omit<Finding, 'trail'>> {
    if (action === 'publish' && subject.repository === undefined) {
      return 'claimed' in subject ? claims.settle(round, subject) : mayTry(round)
    }
    const examined = await examine(round, needOf(action, policy), subject)
    const isClaimed = action === 'publish' && (subject.claimed ?? undefined) !== undefined
    if (!isClaimed || examined.verdict.outcome !== 'granted') return { verdict: examined.verdict }
    return claims.settle(round, subject, examined)
  }

  /** Before there is a manifest nobody knows which repository will govern: the token has to hold, that is all. */
  async function mayTry(round: Round): Promise<{ readonly verdict: Verdict }> {
    const { status, user } = await examiner.look(round, { about: 'user' })
    const holds = user !== undefined || (status === 403 && round.token?.holder === 'installation')
    return {
      verdict: holds
        ? verdict('granted', 'token_accepted', 'the repository that its manifest names will decide')
        : refusedToken,
    }
  }

  /**
   * Examines what governs a package. For one that is absent or has no repository, GitHub is asked about a repository
   * that does not exist, so that neither time nor trouble on the way tells it from one that is hidden; and the name of
   * a hidden one whose repository was asked about before costs a question as well.
   */
  async function examine(round: Round, need: Need, { name, repository, listed }: Subject): Promise<Examined> {
    // Another host's numbers mean nothing here.
    if (repository?.host !== host) {
      return listed ? { verdict: ungoverned } : examiner.examine(round, need, { absent: name })
    }
    const before = round.trail.length
    const examined = await examiner.examine(round, need, { id: repository.id })
    if (examined.verdict.outcome !== 'hidden' || listed) return examined
    const absent = { about: 'absent', name } as const
    const asked = round.trail.slice(before).find(({ isNew }) => isNew)
    if (asked === undefined) await examiner.look(round, absent)
    else answers.keep(round.token, absent, asked.answer)
    return examined
  }

  return {
    async inquire(token, action, subject) {
      const stale = action === 'read' ? staleIfError : 0
      const found = await find(token, action, subject, { maxAge: ttl, stale })
      if (found.verdict.outcome === 'granted') return found
      try {
        // A no holds for a shorter time than a yes; what is young enough is not asked for again.
        return await find(token, action, subject, { maxAge: negativeTtl, stale: 0 })
      } catch (error) {
        if (isRegistryError(error, 'unavailable')) return found
        throw error
      }
    },
  }
}

function needOf(action: Action, { unpublish }: Policy): Need {
  switch (action) {
    case 'read':
    case 'star':
      return 'read'
    case 'unpublish_package':
      return unpublish.package
    case 'unpublish_version':
      return unpublish.version
    default:
      return 'write'
  }
}
