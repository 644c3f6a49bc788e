import { join } from 'node:path'
import { prepareAnswers } from '../prepared.mjs'
import { createNginx } from './nginx.mjs'
import { createNmr } from './nmr.mjs'
import { createNodeHttp } from './node-http.mjs'
import { createVerdaccio } from './verdaccio.mjs'

const others = { 'node:http': createNodeHttp, nginx: createNginx, Verdaccio: createVerdaccio }

/**
 * Starts the registry and those it is compared with, each with the same packages in it. Those that only send bytes are given
 * what the registry answers.
 *
 * @param wanted names beside `nmr`; one that is not installed here is left out, with a line that says so
 * @param seeds what is published to them
 * @param reads what those must be prepared for that only send bytes
 * @returns the servers: `name`, `version`, `url`, `headers` of a publisher, `start`, and the `process` that runs
 */
export async function startServers({ folder, wanted, seeds, fixtures, reads, say }) {
  const prepared = join(folder, 'prepared')
  const nmr = await createNmr({ folder: join(folder, 'nmr'), seeds, fixtures })
  await startAndSeed(nmr, say)
  await prepareAnswers(prepared, nmr, reads)
  const servers = [nmr]
  for (const [name, create] of Object.entries(others).filter(([each]) => wanted.includes(each))) {
    const server = await create({ folder: join(folder, name.replace(':', '-')), seeds, fixtures, prepared })
    if (server === undefined) {
      say(`${name} is not installed: left out`)
      continue
    }
    await startAndSeed(server, say)
    servers.push(server)
  }
  return servers
}

async function startAndSeed(server, say) {
  say(`${server.name} (${server.version}): starting, and publishing what the cases need`)
  server.process = await server.start({ watched: true })
  await server.seed()
}
