import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { Configuration, Example } from './examples.ts'

/** A reverse proxy in a process of its own. */
export interface ReverseProxy {
  /** Stops it, and waits until it is gone. */
  stop(): Promise<void>
}

interface Product {
  readonly program: string
  /** Files that the program needs beside itself. */
  readonly modules: readonly string[]
  /** Of Debian: what has all of these. */
  readonly packages: readonly string[]
  readonly args: (folder: string, file: string) => readonly string[]
  /** A whole configuration around an example. Compression is on, as in most sites that have one. */
  readonly around: (example: Configuration, folder: string, port: number) => string
}

const MODULES = '/usr/lib/apache2/modules'

const products: Readonly<Record<Example['proxy'], Product>> = {
  nginx: {
    program: '/usr/sbin/nginx',
    modules: [],
    packages: ['nginx'],
    args: (folder, file) => ['-p', folder, '-c', file, '-e', 'stderr'],
    around: (example, folder, port) => `
      daemon off;
      user root;
      worker_processes 1;
      pid ${folder}/pid;
      error_log stderr;
      events {}
      http {
        access_log off;
        ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((of) => `${of}_temp_path ${folder}/${of};`).join(' ')}
        gzip on;
        gzip_proxied any;
        gzip_types application/json application/vnd.npm.install-v1+json;
        ${example.beside}
        server {
          listen 127.0.0.1:${port};
          ${example.within}
        }
      }`,
  },
  apache: {
    program: '/usr/sbin/apache2',
    modules: [`${MODULES}/mod_xsendfile.so`],
    packages: ['apache2-bin', 'libapache2-mod-xsendfile'],
    args: (folder, file) => ['-D', 'FOREGROUND', '-d', folder, '-f', file],
    around: (example, folder, port) => `
      ${['mpm_event', 'authz_core', 'filter', 'deflate', 'headers', 'proxy', 'proxy_http', 'xsendfile'].map((name) => `LoadModule ${name}_module ${MODULES}/mod_${name}.so`).join('\n')}
      User www-data
      Group www-data
      DefaultRuntimeDir ${folder}
      PidFile ${folder}/pid
      ErrorLog ${folder}/errors
      ServerName 127.0.0.1
      Listen 127.0.0.1:${port}
      AddOutputFilterByType DEFLATE application/json application/vnd.npm.install-v1+json
      ${example.beside}
      <VirtualHost 127.0.0.1:${port}>
        ${example.within}
      </VirtualHost>`,
  },
}

/**
 * Starts the proxy of an example before a registry, and installs it first where it is missing. Resolves when it
 * answers.
 *
 * @throws Error where it cannot be installed, or does not like its configuration
 */
export async function startReverseProxy(
  example: Pick<Example, 'proxy' | 'configuration'>,
  { folder, port, registry }: { readonly folder: string; readonly port: number; readonly registry: URL },
): Promise<ReverseProxy> {
  const product = products[example.proxy]
  install(product)
  await mkdir(folder, { recursive: true })
  const file = join(folder, 'proxy.conf')
  await writeFile(file, product.around(example.configuration(registry), folder, port))

  const child = spawn(product.program, product.args(folder, file), { stdio: ['ignore', 'ignore', 'pipe'] })
  const said = text(child.stderr)
  const exited = once(child, 'exit')
  const gone = exited.then(async ([code]) => {
    throw new Error(`${example.proxy} exited with ${code}:\n${await said}`)
  })
  gone.catch(() => {})
  await Promise.race([listens(port), gone])
  return {
    async stop() {
      child.kill('SIGTERM')
      await exited
    },
  }
}

function install({ program, modules, packages }: Product): void {
  const missing = [program, ...modules].find((file) => !existsSync(file))
  if (missing === undefined) return
  // With this runlevel Debian starts no service.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' }
  const apt = (...args: string[]) =>
    execFileSync('apt-get', ['-qq', ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  try {
    apt('update')
    apt('install', '-y', '--no-install-recommends', ...packages)
  } catch (cause) {
    const what = packages.join(' ')
    throw new Error(`these tests need ${missing}, and apt-get install ${what} failed: install it, as root`, {
      cause,
    })
  }
}

/** Asks until somebody is there; `startReverseProxy` ends the wait when the process does. */
async function listens(port: number): Promise<void> {
  const until = Date.now() + 20_000
  for (;;) {
    try {
      await (await fetch(`http://127.0.0.1:${port}/`)).arrayBuffer()
      return
    } catch (cause) {
      if (Date.now() > until) throw new Error(`nobody listens on port ${port}`, { cause })
    }
  }
}
