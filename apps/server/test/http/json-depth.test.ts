import { describe, expect, it } from 'vitest'
import { isTooDeep, MAX_DEPTH } from '../../src/http/json-depth.ts'

const nested = (levels: number, inside = '') => `${'['.repeat(levels)}${inside}${']'.repeat(levels)}`

describe('the depth of a JSON text', () => {
  it('may be all that is allowed, and not one more, whatever is nested', () => {
    expect([isTooDeep(nested(MAX_DEPTH)), isTooDeep(nested(MAX_DEPTH + 1))]).toEqual([false, true])
    const objects = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`
    expect([isTooDeep(objects(MAX_DEPTH)), isTooDeep(objects(MAX_DEPTH + 1))]).toEqual([false, true])
  })

  it('does not count what stands beside each other', () => {
    expect(isTooDeep(`[${'[],{},'.repeat(5000)}0]`)).toBe(false)
  })

  it.each([
    ['a string', JSON.stringify('['.repeat(5000)), false],
    ['a string with quotes', JSON.stringify('"['.repeat(5000)), false],
    ['a string that ends in backslashes', JSON.stringify(`${'['.repeat(5000)}\\\\`), false],
    ['what follows a string that ends in a backslash', `["\\\\",${nested(MAX_DEPTH)}]`, true],
    ['what follows an empty string', `["",${nested(MAX_DEPTH)}]`, true],
    ['a string that does not end', `"${'['.repeat(5000)}`, false],
  ])('knows %s', (_title, json, expected) => {
    expect(isTooDeep(json)).toBe(expected)
  })
})
