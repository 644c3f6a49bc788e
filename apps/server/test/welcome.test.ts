import { describe, expect, it } from 'vitest'
import { warnings } from '../src/welcome.ts'
import { load } from './config/machine.ts'

const PUBLIC = '--server.public_url=https://npm.example.com:8443/registry'

describe('a registry warns of a store on its own host name', () => {
  it.each([
    ['where its address says so, whatever the ports', [PUBLIC], 'npm.example.com'],
    ['where it listens there', ['--server.host=127.0.0.1'], '127.0.0.1'],
    ['where it listens there, with six', ['--server.host=::1'], '[::1]'],
    ['where it listens everywhere, and is told to people as localhost', [], 'localhost'],
  ])('%s', (_, argv, redirectsTo) => {
    const told = sameHost(argv, redirectsTo)
    expect(told).toHaveLength(1)
    expect(told[0]).toMatch(
      new RegExp(`^Warning: clients are redirected to ${redirectsTo.replace(/[[\].]/g, '.')} for`),
    )
    expect(told[0]).toContain('storage.s3.redirect to false')
  })

  it.each([
    ['when the store has another one', [PUBLIC], 's3.example.com'],
    ['when the store has a name, and the registry the address', ['--server.host=127.0.0.1'], 'localhost'],
    ['when nobody is redirected', ['--server.host=127.0.0.1'], undefined],
  ])('and not %s', (_, argv, redirectsTo) => {
    expect(sameHost(argv, redirectsTo)).toEqual([])
  })
})

describe('a registry that lets everybody do everything', () => {
  it.each([
    ['listens to other machines', [], /listens on 0\.0\.0\.0: everybody/],
    [
      'is offered to them by a proxy',
      ['--server.host=127.0.0.1', PUBLIC],
      /the proxy at https:\/\/npm\.example\.com/,
    ],
  ])('warns when it %s', (_, argv, text) => {
    expect(warnings(load({ argv }), undefined).join()).toMatch(text)
  })

  it.each([
    [['--server.host=127.0.0.1']],
    [['--server.host=::1', '--server.public_url=http://[::1]:8080']],
    [['--server.host=localhost', '--server.public_url=http://localhost:8080/_npm']],
  ])('does not warn on this machine alone: %j', (argv) => {
    expect(warnings(load({ argv }), undefined)).toEqual([])
  })
})

describe('a registry that asks GitHub', () => {
  it('warns that everybody there may bring a scope, until it takes the hosted ones only', () => {
    const github = ['--auth.type=github', '--scopes.hosted=@acme']
    expect(warnings(load({ argv: github }), undefined).join()).toMatch(/scopes\.only_hosted/)
    expect(warnings(load({ argv: [...github, '--scopes.only_hosted'] }), undefined)).toEqual([])
  })
})

describe('a registry warns of a public address whose path is a package’s', () => {
  it.each([
    ['/npm', true],
    ['/npm/registry', true],
    ['/-npm', false],
    ['/%40acme', true],
    ['/_npm', false],
    ['/_npm/npm', false],
    ['', false],
  ])('%s: %s', (path, expected) => {
    const argv = [`--server.public_url=https://npm.example.com${path}`]
    const told = warnings(load({ argv }), undefined).filter((warning) => warning.includes('public_url'))
    expect(told).toEqual(
      expected
        ? [
            `Warning: the path of server.public_url, ${path}, reads as a package's; one that begins with _ never does, such as /_npm\n`,
          ]
        : [],
    )
  })
})

function sameHost(argv: readonly string[], redirectsTo: string | undefined): readonly string[] {
  return warnings(load({ argv }), redirectsTo).filter((warning) => warning.includes('redirected'))
}
