import { readdirSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { keys } from '../../src/config/schema.ts'
import { inputs, load } from './machine.ts'

const docs = fileURLToPath(new URL('../../../../docs/', import.meta.url))
const sections = new Set([...keys.keys()].map((key) => key.split('.')[0]))

it.each(['github.md', 'reverse-proxy.md', 's3.md'])(
  'the settings in %s are taken as they stand there',
  async (page) => {
    const settings = settingsIn(page).join('')
    expect(settings).not.toBe('')
    await writeFile(join(inputs.cwd, '.nmrrc'), settings)
    expect(load()).toBeDefined()
  },
)

it('no other page has settings', () => {
  const pages = readdirSync(docs).filter((name) => name.endsWith('.md') && settingsIn(name).length > 0)
  expect(pages).toEqual(['github.md', 'reverse-proxy.md', 's3.md'])
})

/** A page's blocks of YAML that are settings of ours, and not a workflow's. */
function settingsIn(page: string): string[] {
  return [...readFileSync(join(docs, page), 'utf8').matchAll(/^```yaml\n(.*?)^```/gms)]
    .map(([, yaml = '']) => yaml)
    .filter((yaml) => sections.has(/^\w+/.exec(yaml)?.[0] ?? ''))
}
