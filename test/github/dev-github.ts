import { seed } from './seed.ts'
import { startGithub } from './start-github.ts'

const PORT = 4010

/** Starts the seeded GitHub on its port, and says how a registry asks it and which tokens there are. */
const github = await startGithub({ port: Number(process.env.PORT ?? PORT) })
const tokens = seed(github)
const widest = Math.max(...tokens.map(({ token }) => token.value.length))

console.log(`A GitHub to try things with listens on ${github.apiUrl}. A registry asks it with

  auth:
    type: github
    github:
      api_url: ${github.apiUrl}

Its organisation acme has the repositories acme/tools (private), acme/open (public) and acme/attic (archived). Tokens:

${tokens.map(({ token, may }) => `  ${token.value.padEnd(widest)}  ${may}`).join('\n')}

Ctrl-C ends it.`)

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => github.close())
