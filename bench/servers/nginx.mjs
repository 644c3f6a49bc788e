import { execFileSync } from 'node:child_process'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort } from './process.mjs'
import { startNginx } from './start-nginx.mjs'

/**
 * What the machine can do: one worker of nginx that sends the same prepared files.
 *
 * @returns `undefined` where nginx is not installed
 */
export async function createNginx({ folder, prepared }) {
  const version = installedVersion()
  if (version === undefined) return undefined
  await mkdir(folder, { recursive: true })
  const port = await freePort()
  const answers = JSON.parse(await readFile(join(prepared, 'index.json'), 'utf8'))
  const http = filesOf(port, prepared, answers)
  const url = `http://127.0.0.1:${port}/`
  return {
    name: 'nginx',
    version,
    url,
    headers: {},
    start: () => startNginx({ folder, url, http }),
    async seed() {},
  }
}

function installedVersion() {
  try {
    execFileSync('nginx', ['-v'], { stdio: 'ignore' })
    return /\d[\d.]*/.exec(execFileSync('sh', ['-c', 'nginx -v 2>&1'], { encoding: 'utf8' }))?.[0]
  } catch {
    return undefined
  }
}

function filesOf(port, prepared, answers) {
  return `
  types {}
  default_type application/json;
  map $http_accept $view { default full; ~vnd\\.npm\\.install-v1 abbreviated; }
  server {
    listen 127.0.0.1:${port};
    root ${prepared};
    gzip_static on;
    gzip_vary on;
    open_file_cache max=100;
    location = /-/ping { return 200; }
${answers.map((answer) => `    ${location(answer)}`).join('\n')}
  }`
}

/** A document that comes in one view is asked for without a wish for the other. */
function location({ path, views, tarball }) {
  const file = tarball ?? `${views.full.file.slice(0, -'full'.length)}$view`
  return `location = "${decodeURIComponent(path)}" { rewrite ^ /${file} break; }`
}
