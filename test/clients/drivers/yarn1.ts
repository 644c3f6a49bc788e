import { type Driver, npmrc } from '../driver.ts'

export const yarn1: Driver = {
  commands: () => ({
    publish: (tag) => ['publish', '--non-interactive', ...(tag ? ['--tag', tag] : [])],
    add: (spec) => ['add', spec],
    restore: ['install', '--frozen-lockfile'],
    view: (name) => ['info', name, 'versions', '--json'],
    listTags: (name) => ['tag', 'list', name],
    addTag: (name, version, tag) => ['tag', 'add', `${name}@${version}`, tag],
    removeTag: (name, tag) => ['tag', 'remove', name, tag],
  }),
  config: (_, access) => ({
    home: {
      '.npmrc': npmrc(access, 'always-auth=true'),
      '.yarnrc': `registry "${access.registry.href}"\ndisable-self-update-check true\n`,
    },
  }),
  // Run as root, yarn 1 otherwise reads and writes a configuration file that all of root's homes share.
  env: () => ({ FAKEROOTKEY: '1' }),
  lockfile: () => ({ file: 'yarn.lock', proof: ({ integrity }) => integrity }),
  namesTakenVersion: () => true,
  showsDeprecation: () => 'message',
}
