import assert from 'node:assert/strict'
import { type Authorizer, actions } from '../../ports/authorizer.ts'
import type { Runner } from '../conformance.ts'
import { alterations, oddClaims, secretOf } from './alterations.ts'
import { assertNoMoreThanNobody, decideAll, outcomesOf } from './deciding.ts'
import type { AuthorizerSubject } from './subject.ts'

/**
 * The contract of an authorizer, as tests.
 *
 * @param title what the adapter is called in the tests' titles
 * @param create makes the authorizer and its people for each test
 */
export function authorizerSuite(
  { describe, it }: Runner,
  title: string,
  create: () => Promise<AuthorizerSubject>,
): void {
  const test = (name: string, run: (subject: AuthorizerSubject, authorizer: Authorizer) => Promise<void>) =>
    it(name, async () => {
      const subject = await create()
      const authorizer = await subject.open()
      try {
        await run(subject, authorizer)
      } finally {
        await authorizer.close().finally(() => subject.dispose())
      }
    })

  describe(`${title}, as an authorizer,`, () => {
    test('says who presents a credential, and nobody where it knows nobody', async ({
      people,
    }, authorizer) => {
      for (const { who, credential, name } of people) {
        assert.equal((await authorizer.authenticate(credential))?.name, name, who)
      }
    })

    test('grants exactly what it should, and refuses everything else', async ({ people }, authorizer) => {
      for (const person of people) {
        const outcomes = outcomesOf(await decideAll(authorizer, person))
        for (const action of actions) {
          const expected = person.may.includes(action) ? 'granted' : person.otherwise
          assert.equal(outcomes[action], expected, `${person.who}: ${action}`)
        }
      }
    })

    test('decides the same for many at once as for one after the other', async ({ people }, authorizer) => {
      const together = await Promise.all(people.map((person) => decideAll(authorizer, person)))
      for (const [i, person] of people.entries()) {
        assert.deepEqual(outcomesOf(together[i]), outcomesOf(await decideAll(authorizer, person)), person.who)
      }
    })

    test('lets nobody change a package who may not read it', async ({ people }, authorizer) => {
      for (const person of people) {
        const { read, ...others } = outcomesOf(await decideAll(authorizer, person))
        if (read === 'granted') continue
        assert.ok(!Object.values(others).includes('granted'), `${person.who} may not read`)
      }
    })

    test('hides a package from somebody in all actions or in none', async ({ people }, authorizer) => {
      for (const person of people) {
        const hidden = Object.values(await decideAll(authorizer, person)).filter(
          (it) => it.outcome === 'hidden',
        )
        assert.ok(hidden.length === 0 || hidden.length === actions.length, person.who)
      }
    })

    test('says why in one line, and nothing of the credential', async ({ people }, authorizer) => {
      for (const person of people) {
        for (const [action, { reason }] of Object.entries(await decideAll(authorizer, person))) {
          const what = `${person.who}: ${action}: ${JSON.stringify(reason)}`
          assert.match(reason, /^\S.*\S$/, what)
          assert.ok(!reason.includes(secretOf(person.credential) ?? '\n'), what)
        }
      }
    })

    test('gives an altered credential no more than none at all', async ({ people }, authorizer) => {
      for (const person of people) {
        for (const altered of alterations(person.credential)) {
          await assertNoMoreThanNobody(authorizer, authorizer, { ...person, credential: altered })
        }
      }
    })

    test('is not impressed by a claimed repository of an odd shape', async ({ people }, authorizer) => {
      for (const person of people) {
        const principal = await authorizer.authenticate(person.credential)
        for (const claimed of oddClaims) {
          const subject = { ...person.subject, claimed }
          const decision = await authorizer.decide(principal, 'publish', subject)
          const mayPublish = person.may.includes('publish')
          assert.ok(mayPublish || decision.outcome !== 'granted', `${person.who}: ${JSON.stringify(claimed)}`)
        }
      }
    })

    test('grants nothing that it cannot find out', async (subject, authorizer) => {
      const cutOff = await subject.openCutOff()
      try {
        for (const person of subject.people) await assertNoMoreThanNobody(cutOff, authorizer, person)
      } finally {
        await cutOff.close()
      }
    })
  })
}
