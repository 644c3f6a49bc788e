import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect } from 'vitest'
import { type Config, ConfigError, type ConfigInputs, loadConfig } from '../../src/config.ts'

/** An empty machine: three folders of configuration in `root`, no variables, no arguments. Fresh for each test. */
export let root: string
export let inputs: ConfigInputs

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'nmr-config-'))
  inputs = { argv: [], env: {}, cwd: join(root, 'work'), home: join(root, 'home'), etc: join(root, 'etc') }
  await Promise.all([inputs.cwd, inputs.home, inputs.etc].map((folder) => mkdir(folder)))
})

afterEach(() => rm(root, { recursive: true, force: true }))

/** The configuration of that machine, changed in a few places. */
export function load(changed: Partial<ConfigInputs> = {}): Config {
  return loadConfig({ ...inputs, ...changed })
}

/** What the error says; fails when there is none, when it is of another kind, or longer than a line. */
export function complaint(changed: Partial<ConfigInputs> = {}): string {
  try {
    load(changed)
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError)
    const { message } = error as ConfigError
    expect(message).not.toMatch(/[\r\n]/)
    return message
  }
  throw new Error('the configuration was accepted')
}
