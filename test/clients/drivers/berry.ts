import type { Driver } from '../driver.ts'

export const berry: Driver = {
  commands: () => ({
    // Without it, publish stops before it sends anything.
    prepare: ['install'],
    publish: (tag) => ['npm', 'publish', ...(tag ? ['--tag', tag] : [])],
    add: (spec) => ['add', spec],
    restore: ['install', '--immutable'],
    view: (name) => ['npm', 'info', name, '--fields', 'versions', '--json'],
    listTags: (name) => ['npm', 'tag', 'list', name],
    addTag: (name, version, tag) => ['npm', 'tag', 'add', `${name}@${version}`, tag],
    removeTag: (name, tag) => ['npm', 'tag', 'remove', name, tag],
    whoami: ['npm', 'whoami'],
    login: ['npm', 'login'],
    logout: ['npm', 'logout'],
  }),
  config: ({ line }, access) => ({
    project: {
      'yarn.lock': '',
      '.yarnrc.yml': [
        `npmRegistryServer: "${access.registry.origin}"`,
        'unsafeHttpWhitelist: ["127.0.0.1"]',
        ...(access.token ? [`npmAuthToken: ${access.token}`] : []),
        'npmAlwaysAuth: true',
        'nodeLinker: node-modules',
        'enableImmutableInstalls: false',
        'enableTelemetry: false',
        'httpRetry: 0',
        // Out of the box berry 4 installs nothing that is less than a day old.
        ...(line >= 4 ? ['npmMinimalAgeGate: 0'] : []),
        '',
      ].join('\n'),
    },
  }),
  env: () => ({ YARN_IGNORE_PATH: '1' }),
  // A checksum in berry's lockfile is of the zip it makes itself.
  lockfile: () => ({ file: 'yarn.lock', proof: ({ url }) => `resolution: "${nameAndVersion(url)}"` }),
  namesTakenVersion: () => true,
  showsDeprecation: ({ line }) => (line < 4 ? 'message' : 'nothing'),
}

/** `@acme/x@npm:1.0.0` from `…/@acme/x/-/x-1.0.0.tgz`. */
function nameAndVersion(url: string): string {
  const [name = '', file = ''] = new URL(url).pathname.slice(1).split('/-/')
  const baseName = name.slice(name.indexOf('/') + 1)
  return `${name}@npm:${file.slice(baseName.length + 1, -'.tgz'.length)}`
}
