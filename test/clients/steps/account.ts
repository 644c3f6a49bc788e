import { expect } from 'vitest'
import { type Step, succeed, succeeded } from '../run.ts'
import type { Answers } from '../terminal.ts'

export function ping(title: string): Step {
  return {
    title,
    needs: ['ping'],
    async run({ publisher, commands }) {
      await succeed(publisher, commands.ping ?? [])
    },
  }
}

export function whoami(title: string): Step {
  return {
    title,
    needs: ['whoami'],
    async run({ publisher, commands, registry }) {
      const answer = await registry.request('/-/whoami')
      const { username } = (await answer.json()) as { readonly username: string }
      const { stdout } = await succeed(publisher, commands.whoami ?? [])
      expect(stdout).toContain(username)
    },
  }
}

/** Searches for a keyword of the package, so that finding nothing does not print its name. */
export function search(title: string, text: string): Step {
  return {
    title,
    needs: ['search'],
    async run({ publisher, commands, name }) {
      const { stdout } = await succeed(publisher, commands.search?.(text) ?? [])
      expect(stdout).toContain(name)
    },
  }
}

/** Logs in on a machine without a token, and out again; in between the registry knows who it is. */
export function login(title: string, user = 'alice', password = 'a-secret'): Step {
  const answers: Answers = [
    [/user ?name:/i, user],
    [/password:/i, password],
    [/email/i, `${user}@acme.test`],
  ]
  return {
    title,
    needs: ['login', 'logout', 'whoami'],
    // Clients offer a login in the browser first, and ask for a password when the registry has none.
    refusals: ['POST 404', 'GET 401'],
    async run(run) {
      const { login = [], logout = [], whoami = [] } = run.commands
      const machine = await run.newWorld({ token: undefined })
      succeeded(await machine.converse(login, answers))
      const known = await succeed(machine, whoami)
      await succeed(machine, logout)
      // npm 2.7 says "Not authed" and exits with 0.
      expect((await machine.run(whoami)).stdout).not.toBe(known.stdout)
    },
  }
}
