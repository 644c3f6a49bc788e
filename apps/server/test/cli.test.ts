import { describe, expect, it } from 'vitest'
import { helpText, parseCommandLine } from '../src/cli.ts'
import { keys } from '../src/config/schema.ts'

describe('the command line', () => {
  it('serves when it is empty', () => {
    expect(parseCommandLine([])).toEqual({
      command: 'serve',
      help: false,
      version: false,
      operands: [],
      options: {},
      settings: [],
    })
  })

  it('takes a command anywhere among the options', () => {
    const settings = [{ key: 'server.port', value: '4000', source: '--server.port' }]
    for (const argv of [
      ['config', '--server.port', '4000'],
      ['--server.port', '4000', 'config'],
    ]) {
      expect(parseCommandLine(argv)).toMatchObject({ command: 'config', settings })
    }
  })

  it('takes values after a space or an equals sign', () => {
    const { settings } = parseCommandLine([
      '--server.host',
      '::1',
      '--storage.s3.prefix=a=b',
      '--storage.s3.prefix=',
    ])
    expect(settings.map(({ value }) => value)).toEqual(['::1', 'a=b', ''])
  })

  it.each([
    [['--settings.allow_unscoped'], 'true'],
    [['--settings.allow_unscoped', '--version'], 'true'],
    [['--settings.allow_unscoped', 'config'], 'true'],
    [['--settings.allow_unscoped', 'false'], 'false'],
    [['--settings.allow_unscoped=false'], 'false'],
    [['--server.trust_proxy'], 'true'],
    [['--server.trust_proxy', 'loopback'], 'loopback'],
  ])('reads %j as %s', (argv, value) => {
    expect(parseCommandLine(argv).settings.map((setting) => setting.value)).toEqual([value])
  })

  it('takes the last of many values of a key that has one', () => {
    expect(parseCommandLine(['--server.port=1', '--server.port=2']).settings.at(-1)?.value).toBe('2')
  })

  it('takes what a command needs', () => {
    const { command, operands, options } = parseCommandLine([
      'migrate',
      'tarballs',
      '--from',
      'local',
      '--to=s3',
    ])
    expect([command, operands, options]).toEqual(['migrate', ['tarballs'], { from: 'local', to: 's3' }])
  })

  it('knows --config, --help and --version', () => {
    expect(parseCommandLine(['--config', 'nmr.yaml', '--help', '--version'])).toMatchObject({
      configFile: 'nmr.yaml',
      help: true,
      version: true,
    })
    expect(parseCommandLine(['--config=nmr.yaml', '-h', '-v'])).toMatchObject({
      configFile: 'nmr.yaml',
      help: true,
      version: true,
    })
  })

  it.each([
    [['--server.prot', '1'], '--server.prot is no option (did you mean server.port?): --help lists them'],
    [
      ['--storage.s3.secretAccesKey=hunter2'],
      '--storage.s3.secretAccesKey is no option (did you mean storage.s3.secretAccessKey?): --help lists them',
    ],
    [['-p', '1'], '--p is no option: --help lists them'],
    [['--'], '-- is no option: --help lists them'],
    [['--server.port'], '--server.port needs a value: a whole number from 0 to 65535'],
    [['--server.port', '--version'], '--server.port needs a value: a whole number from 0 to 65535'],
    [['--config'], '--config needs a value: the path of a JSON or YAML file'],
    [['confg'], '"confg" is no command (did you mean config?): serve, config, gc, migrate, explain are'],
    [['config', 'serve'], 'config takes no "serve": nmr config'],
    [['migrate'], 'migrate needs tarballs: nmr migrate tarballs --from TYPE --to TYPE'],
    [['migrate', 'tarballs', '--from', 's3'], 'migrate needs to: nmr migrate tarballs --from TYPE --to TYPE'],
    [['gc', '--from', 's3'], 'gc takes no "from": nmr gc'],
    [
      ['--scopes.hosted', '@a', '--scopes.hosted=@b'],
      '--scopes.hosted is a list: name it once, with commas between its values',
    ],
  ])('refuses %j', (argv, message) => {
    expect(() => parseCommandLine(argv)).toThrow(expect.objectContaining({ name: 'ConfigError', message }))
  })
})

describe('the help', () => {
  it('names every key with its meaning, what is allowed, its default and its variable', () => {
    const help = helpText()
    for (const [name, { doc }] of keys) {
      expect(help).toContain(`--${name} `)
      expect(help).toContain(doc)
    }
    expect(help).toContain('(NMR_STORAGE_S3_ACCESS_KEY_ID)')
    expect(help).toContain('a whole number from 0 to 65535; default: 3000\n')
    expect(help).toContain('default: 512mb\n')
  })
})
