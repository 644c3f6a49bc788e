import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** A line that the server logs about each request. */
export interface LoggedRequest {
  readonly method: string
  readonly path: string
  readonly status: number
  /** The User-Agent. */
  readonly client: string | undefined
}

/** A server process of its own, as it is shipped. */
export interface RunningServer {
  /** Ends with a slash. */
  readonly url: URL
  readonly pid: number
  /** What it has answered so far, in order. */
  readonly requests: readonly LoggedRequest[]
  /** Every line it has printed. */
  readonly output: readonly string[]
  /** Asks it to stop, as a container's runtime does. @returns its exit code; `null` when it had to be killed */
  stop(): Promise<number | null>
  /** `kill -9`: gone in the middle of whatever it does. */
  kill(): Promise<void>
}

const built = fileURLToPath(new URL('../../apps/server/dist/main.js', import.meta.url))

/**
 * Starts the built server on a free loopback port, with all that it keeps in `folder`; the same folder can be
 * started again once the server is gone. Resolves when it answers.
 *
 * @param settings configuration keys beside the ones a test always needs
 * @param environment variables beside PATH and HOME
 * @param main another installation's program
 */
export async function startServer(
  folder: string,
  settings: Readonly<Record<string, unknown>> = {},
  environment: Readonly<Record<string, string>> = {},
  main = built,
): Promise<RunningServer> {
  await mkdir(folder, { recursive: true })
  const config = join(folder, 'config.json')
  const all = { ...testConfig, ...settings } as typeof testConfig
  await writeFile(config, JSON.stringify(all))
  // Nothing of the machine's own configuration may count, nor of the environment.
  const env = { HOME: folder, PATH: process.env.PATH, ...environment }
  const child = spawn(process.execPath, [main, 'serve', '--config', config], { cwd: folder, env })
  const exited = once(child, 'exit') as Promise<[number | null]>
  const output: string[] = []
  const requests: LoggedRequest[] = []
  const url = new Promise<URL>((resolve) => {
    const onLine = (line: string) => {
      output.push(line)
      const request = readRequest(line)
      if (request !== undefined) requests.push(request)
      const [listening] = /http:\/\/127\.0\.0\.1:\d+/.exec(line) ?? []
      // What it prints may be its public URL; the port is known then.
      const { port } = all.server
      if (listening !== undefined) resolve(new URL(port === 0 ? listening : `http://127.0.0.1:${port}`))
    }
    createInterface(child.stdout).on('line', onLine)
    createInterface(child.stderr).on('line', onLine)
  })
  const gone = exited.then(([code]) => {
    throw new Error(`the server exited with ${code}:\n${output.join('\n')}`)
  })
  gone.catch(() => {})
  const base = await Promise.race([url, gone])
  await Promise.race([answers(base), gone])
  return {
    url: base,
    pid: child.pid ?? 0,
    requests,
    output,
    stop: () => stop(child, exited),
    async kill() {
      child.kill('SIGKILL')
      await exited
    },
  }
}

const testConfig = {
  server: { host: '127.0.0.1', port: 0 },
  scopes: { hosted: ['@acme'] },
  upstream: { mode: 'off' },
  auth: { type: 'none' },
}

function readRequest(line: string): LoggedRequest | undefined {
  if (!line.startsWith('{')) return undefined
  const { msg, method, path, status, client } = JSON.parse(line)
  return msg === 'request' ? { method, path, status, client } : undefined
}

async function answers(url: URL): Promise<void> {
  const response = await fetch(new URL('/-/ping', url))
  if (!response.ok) throw new Error(`/-/ping answered ${response.status}`)
}

/** Long enough for what is under way, short enough for a test to say that the server hangs. */
const GRACE_MS = 10_000

async function stop(child: ChildProcess, exited: Promise<[number | null]>): Promise<number | null> {
  const hangs = setTimeout(() => child.kill('SIGKILL'), GRACE_MS)
  child.kill('SIGTERM')
  const [code] = await exited
  clearTimeout(hangs)
  return code
}
