import { describe, expect, it } from 'vitest'
import { assertShape, MAX_DEPTH, MAX_VALUES } from '../../src/http/json-shape.ts'

function shapeProblem(json: string): string | undefined {
  try {
    assertShape(json, MAX_VALUES)
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`
const tooDeep = 'the body cannot be read: it is nested more than 1000 levels deep'

describe('the shape of a JSON text', () => {
  it('may be as deep as is allowed, and not one level more, whatever is nested', () => {
    expect([shapeProblem(nested(MAX_DEPTH)), shapeProblem(nested(MAX_DEPTH + 1))]).toEqual([
      undefined,
      tooDeep,
    ])
    const objects = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`
    expect([shapeProblem(objects(MAX_DEPTH)), shapeProblem(objects(MAX_DEPTH + 1))]).toEqual([
      undefined,
      tooDeep,
    ])
  })

  it.each([
    ['objects', (count: number) => `[${'{},'.repeat(count / 2 - 1)}{}]`],
    ['keys', (count: number) => `{${'"a":0,'.repeat(count - 1)}"a":0}`],
    ['texts', (count: number) => `[${'",",'.repeat(count - 1)}","]`],
  ])('may have as many %s as are allowed, and not one more', (_title, flat) => {
    expect(shapeProblem(flat(MAX_VALUES))).toBeUndefined()
    expect(shapeProblem(`[${flat(MAX_VALUES)}]`)).toBe(
      'the body cannot be read: it holds more than 750000 values',
    )
  })

  it.each([
    ['a string', JSON.stringify('['.repeat(5000)), undefined],
    ['a string with quotes', JSON.stringify('"['.repeat(5000)), undefined],
    ['a string that ends in backslashes', JSON.stringify(`${'['.repeat(5000)}\\\\`), undefined],
    ['what follows a string that ends in a backslash', `["\\\\",${nested(MAX_DEPTH)}]`, tooDeep],
    ['what follows an empty string', `["",${nested(MAX_DEPTH)}]`, tooDeep],
    ['a string that does not end', `"${'['.repeat(5000)}`, undefined],
  ])('is known of %s', (_title, json, expected) => {
    expect(shapeProblem(json)).toBe(expected)
  })
})
