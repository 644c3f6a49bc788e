import type { Decision, GoverningRepository, Subject } from '@nmr/core'
import type { Finding } from './inquiry.ts'

/**
 * A finding in the words of the port. What a stranger reads depends on the package's name alone, and not on whether
 * there is one.
 */
export function decisionOf({ verdict, repository, trail }: Finding, subject: Subject): Decision {
  const { name } = subject
  const governing = repository ?? currentName(subject.repository, trail)
  const isAboutClaim = verdict.rule.startsWith('claim_') || verdict.rule === 'scope_owner'
  const about = governing && !isAboutClaim ? `${governing.owner}/${governing.name} governs ${name}` : name
  const reason = `${about}: ${verdict.because}`
  switch (verdict.outcome) {
    case 'granted':
      return { outcome: 'granted', reason, ...(repository && { repository }) }
    case 'hidden':
      return { outcome: 'hidden', reason: `${name} is not in this registry, or your token may not read it` }
    case 'refused': {
      const why = 'GitHub does not accept your token: it is mistyped, expired or revoked'
      return { outcome: 'denied', reason: `${why}; make a new one and log in with it`, unauthenticated: true }
    }
    case 'denied':
      return { outcome: 'denied', reason: verdict.rule === 'no_token' ? noToken(name) : reason }
  }
}

function noToken(name: string): string {
  const how = 'log in with a GitHub token as password, or set it as _authToken in .npmrc'
  return `${name} takes a GitHub token: ${how}. None was sent, or GitHub does not accept the one that was`
}

/** What the repository is called now, where GitHub has just said so. */
function currentName(
  stored: GoverningRepository | undefined,
  trail: Finding['trail'],
): GoverningRepository | undefined {
  const facts = trail.map(({ answer }) => answer.repository).find((seen) => seen?.id === stored?.id)
  return stored && facts ? { ...stored, owner: facts.owner, name: facts.name } : stored
}
