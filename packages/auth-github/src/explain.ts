import type { ExplainedAnswer, Explanation, Subject } from '@nmr/core'
import type { Finding } from './inquiry.ts'
import { type Rule, rules } from './judge.ts'
import { requestOf } from './question.ts'
import { decisionOf } from './wording.ts'

/** An explanation with all that GitHub said: nothing in it is a secret but what `forItsAsker` removes. */
export interface GithubExplanation extends Explanation {
  readonly rule: Rule
  readonly answers: readonly GithubAnswer[]
}

/** What GitHub said to one question. */
export interface GithubAnswer extends ExplainedAnswer {
  /** Of the token; absent where it has none. */
  readonly scopes?: readonly string[]
  /** `admin`, `push` and `pull`, as far as GitHub grants them to the token's holder. */
  readonly permissions?: readonly string[]
  /** `private`, `archived`. */
  readonly repositoryIs?: readonly string[]
  readonly message?: string
}

export function explanationOf(finding: Finding, subject: Subject, now: Date): GithubExplanation {
  const repository = finding.repository ?? subject.repository
  const { rule } = finding.verdict
  return {
    decision: decisionOf(finding, subject),
    rule,
    ruleText: rules[rule],
    ...(repository && { repository }),
    answers: finding.trail
      .filter(({ question }) => question.about !== 'absent')
      .map((consulted) => explained(consulted, now)),
  }
}

/**
 * An explanation as the token's own holder may read it: of a package that is hidden from them it says what it would
 * say of one that does not exist.
 */
export function forItsAsker(explanation: GithubExplanation): GithubExplanation {
  const { decision } = explanation
  const isOpen =
    decision.outcome === 'granted' || (decision.outcome === 'denied' && explanation.rule !== 'no_token')
  if (isOpen && explanation.rule !== 'token_refused') return explanation
  const rule = decision.outcome === 'hidden' ? 'not_visible' : explanation.rule
  return { decision, rule, ruleText: rules[rule], answers: [] }
}

function explained({ question, answer, isNew }: Finding['trail'][number], now: Date): GithubAnswer {
  const { method, url } = requestOf(question)
  const { repository, scopes, message } = answer
  const { permissions } = repository ?? {}
  return {
    question: `${method} ${url}`,
    status: answer.status,
    age: Math.max(0, Math.round((now.getTime() - answer.asked) / 1000)),
    cached: !isNew,
    ...(scopes && { scopes }),
    ...(permissions && {
      permissions: (['admin', 'push', 'pull'] as const).filter((kind) => permissions[kind]),
    }),
    ...(repository && {
      repositoryIs: [
        ...(repository.isPrivate ? ['private'] : []),
        ...(repository.isArchived ? ['archived'] : []),
      ],
    }),
    ...(message && { message }),
  }
}
