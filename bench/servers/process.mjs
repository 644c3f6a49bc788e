import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { setTimeout } from 'node:timers/promises'
import { send } from '../http-client.mjs'

/** Milliseconds that a server may take to answer first, and to stop. */
const PATIENCE = 30_000
const eventLoop = new URL('event-loop.mjs', import.meta.url)

/**
 * Starts a server process and waits for its first answer. What it logs is written, as in production, but to /dev/null;
 * what it complains of is shown when it does not start.
 *
 * @param url where it will answer
 * @param env variables of its own
 * @param watched whether `longestTurn` or `held` will be asked for, which takes Node and some milliseconds of its start
 * @returns `pid`, `startedIn` milliseconds, `stop`, `longestTurn` and `held`
 */
export async function startProcess({ folder, command, args, url, env, watched = false }) {
  const complaints = join(folder, 'stderr')
  const [log, errors] = [await open('/dev/null', 'w'), await open(complaints, 'w')]
  const preload = watched ? [`--import=${eventLoop.href}`] : []
  const stdio = ['ignore', log.fd, errors.fd, ...(watched ? ['ipc'] : [])]
  const variables = { PATH: process.env.PATH, HOME: folder, NODE_ENV: 'production', ...env }
  const started = performance.now()
  const child = spawn(command, [...preload, ...args], { cwd: folder, env: variables, stdio })
  const exited = once(child, 'exit')
  // Nothing is left behind, however the benchmark ends; nginx must be able to end its worker.
  const end = () => child.kill('SIGTERM')
  process.once('exit', end)
  child.once('exit', () => process.off('exit', end))
  await Promise.all([log.close(), errors.close()])
  while (!(await answers(url))) {
    const late = performance.now() - started > PATIENCE
    if (late) child.kill('SIGKILL')
    if (late || child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`${command} ${args.join(' ')} does not answer: ${readFileSync(complaints, 'utf8')}`)
    }
    await setTimeout(2)
  }
  const startedIn = performance.now() - started

  return {
    pid: child.pid,
    startedIn,

    async stop() {
      const late = globalThis.setTimeout(() => child.kill('SIGKILL'), PATIENCE)
      child.kill('SIGTERM')
      await exited
      clearTimeout(late)
    },

    /** Milliseconds for which its event loop stood still at most while `work` was done. */
    async longestTurn(work) {
      child.send('watch the event loop')
      await once(child, 'message')
      await work()
      child.send('what was the longest turn?')
      const [{ longestTurn }] = await once(child, 'message')
      return longestTurn
    },

    /** Bytes that its heap and what hangs on it hold, and its longest turn since it was asked last. */
    async held() {
      child.send('what do you hold?')
      const [held] = await once(child, 'message')
      return held
    },
  }
}

/** A port that nobody listens on now. */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  return port
}

async function answers(url) {
  try {
    return (await send(new URL('/-/ping', url))).status === 200
  } catch {
    return false
  }
}
