import { spawn } from 'node:child_process'
import { basename, dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The workspace's root: every script works there, wherever it is called from. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** The arguments to Node for running npm: the one that runs us, or the one beside Node. */
const npmScript = process.env.npm_execpath

/** A command that runs npm. Windows finds `npm.cmd` through a shell only. */
export function npm(...args) {
  if (npmScript !== undefined && basename(npmScript).startsWith('npm')) {
    return { command: process.execPath, args: [npmScript, ...args], shell: false }
  }
  return { command: 'npm', args, shell: process.platform === 'win32' }
}

/** A command that runs a file of JavaScript in this Node. */
export function node(...args) {
  return { command: process.execPath, args, shell: false }
}

/** Says what is about to take a while, then does it; its output is shown only when it fails, and then ends this process. */
export async function quietly(doing, { command, args, shell }) {
  process.stderr.write(`${doing} …\n`)
  const child = spawn(command, args, { cwd: root, shell, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => (output += text))
  const code = await new Promise((resolve) => {
    child.once('error', (error) => {
      output += `${error.message}\n`
      resolve(1)
    })
    child.once('close', (status) => resolve(status ?? 1))
  })
  if (code === 0) return
  process.stderr.write(output)
  process.stderr.write(`${doing} failed\n`)
  process.exit(code)
}
