import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { npm, root } from './run.mjs'

// Everything that a change must pass. With --all the real clients, the production install, the reverse proxies, S3,
// GitHub and the crash tests too, as CI wants it.
// Goes on after a failure, so that one run tells all there is to tell.

const MINUTES = 14
const deadline = Date.now() + MINUTES * 60_000
const reports = mkdtempSync(join(tmpdir(), 'nmr-check-'))
const all = process.argv.includes('--all')

const steps = [
  { name: 'unit tests', script: 'test', counted: true },
  { name: 'types', script: 'types' },
  { name: 'lint', script: 'lint' },
  { name: 'unused code', script: 'knip' },
  ...(all
    ? [
        { name: 'clients', script: 'test:clients', counted: true },
        { name: 'production install', script: 'test:install', counted: true },
        { name: 'proxies', script: 'test:proxies', counted: true },
        { name: 'S3', script: 'test:s3', counted: true },
        { name: 'GitHub', script: 'test:github', counted: true },
        { name: 'crash', script: 'test:crash', counted: true },
      ]
    : []),
]

const results = []
for (const step of steps) {
  process.stdout.write(`\n=== ${step.name}\n`)
  const started = Date.now()
  const report = join(reports, `${step.script.replace(':', '-')}.json`)
  const reporting = ['--', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const ok = await run(npm('run', '--silent', step.script, ...(step.counted ? reporting : [])))
  const count = step.counted ? countTests(report, ok) : { passed: ok ? 1 : 0, failed: ok ? 0 : 1 }
  results.push({ name: step.name, ...count, seconds: Math.round((Date.now() - started) / 1000) })
}
rmSync(reports, { recursive: true, force: true })

process.stdout.write('\n')
for (const { name, passed, failed, seconds } of results) {
  process.stdout.write(`${name}: ${passed} passed, ${failed} failed (${seconds} s)\n`)
}
const passed = results.reduce((sum, result) => sum + result.passed, 0)
const failed = results.reduce((sum, result) => sum + result.failed, 0)
process.exitCode = failed === 0 ? 0 : 1
process.stdout.write(`${passed} passed, ${failed} failed\n`)

/** Runs a command to its end or to the deadline; whether it succeeded. */
function run({ command, args, shell }) {
  const left = deadline - Date.now()
  return new Promise((resolve) => {
    // In a group of its own, so that the deadline ends all that it started.
    const child = spawn(command, args, {
      cwd: root,
      shell,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, CI: 'true' },
      detached: process.platform !== 'win32',
    })
    const late = setTimeout(
      () => {
        process.stdout.write(`Not done after ${MINUTES} minutes in all: stopped\n`)
        stop('SIGKILL')
      },
      Math.max(left, 1),
    )
    const interrupt = () => {
      stop('SIGTERM')
      process.exit(130)
    }
    const stop = (signal) => process.kill(process.platform === 'win32' ? child.pid : -child.pid, signal)
    process.once('SIGINT', interrupt).once('SIGTERM', interrupt)
    const end = (ok) => {
      clearTimeout(late)
      process.off('SIGINT', interrupt).off('SIGTERM', interrupt)
      resolve(ok)
    }
    child.once('error', () => end(false))
    child.once('close', (code) => end(code === 0))
  })
}

/** What a run's report counts; a run that failed without a failed test (a file that cannot be loaded, say) counts as one. */
function countTests(report, ok) {
  try {
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8'))
    return { passed: numPassedTests, failed: ok ? numFailedTests : Math.max(numFailedTests, 1) }
  } catch {
    return { passed: 0, failed: 1 }
  }
}
