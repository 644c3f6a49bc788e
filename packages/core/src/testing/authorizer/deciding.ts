import assert from 'node:assert/strict'
import { isRegistryError } from '../../errors.ts'
import {
  type Action,
  type Authorizer,
  actions,
  type Decision,
  type Principal,
  type Subject,
} from '../../ports/authorizer.ts'
import type { ExpectedPerson } from './subject.ts'

type Decisions = Readonly<Record<Action, Decision>>

/** What is decided about every action of a person. */
export async function decideAll(
  authorizer: Authorizer,
  { credential, subject }: ExpectedPerson,
): Promise<Decisions> {
  const principal = await authorizer.authenticate(credential)
  return decideAllFor(authorizer, principal, subject)
}

async function decideAllFor(
  authorizer: Authorizer,
  principal: Principal | undefined,
  subject: Subject,
): Promise<Decisions> {
  const decisions = actions.map(async (action) => [
    action,
    await authorizer.decide(principal, action, subject),
  ])
  return Object.fromEntries(await Promise.all(decisions))
}

/** Decisions without their reasons. */
export function outcomesOf(decisions: Decisions | undefined): Readonly<Record<Action, string>> {
  const outcomes = actions.map((action) => [action, decisions?.[action].outcome])
  return Object.fromEntries(outcomes)
}

/** What `authorizer` grants a person is what `usual` grants to somebody without credential, or less. */
export async function assertNoMoreThanNobody(
  authorizer: Authorizer,
  usual: Authorizer,
  person: ExpectedPerson,
): Promise<void> {
  const nobody = outcomesOf(await decideAllFor(usual, undefined, person.subject))
  for (const action of actions) {
    const outcome = await outcomeOrUnavailable(authorizer, person, action)
    assert.ok(outcome !== 'granted' || nobody[action] === 'granted', `${person.who}: ${action} was granted`)
  }
}

async function outcomeOrUnavailable(
  authorizer: Authorizer,
  { credential, subject }: ExpectedPerson,
  action: Action,
): Promise<string> {
  try {
    return (await authorizer.decide(await authorizer.authenticate(credential), action, subject)).outcome
  } catch (error) {
    if (isRegistryError(error, 'unavailable')) return 'unavailable'
    throw error
  }
}
