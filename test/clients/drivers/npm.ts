import { type Commands, type Driver, npmrc } from '../driver.ts'

export const npm: Driver = {
  commands: ({ line }): Commands => ({
    publish: (tag) => ['publish', ...(tag ? ['--tag', tag] : [])],
    add: (spec) => ['install', '--save', spec],
    ...(line < 5 && { lock: ['shrinkwrap'] }),
    restore: [line < 5 ? 'install' : 'ci'],
    view: (name) => ['view', name, 'versions', '--json'],
    ...npmWrites,
    ...(line >= 2.15 && { ping: ['ping'] }),
  }),
  config: ({ line }, access) => ({
    home: {
      '.npmrc': npmrc(
        access,
        'fetch-retries=0',
        'update-notifier=false',
        // npm 2 to 4 answer from their cache for ten seconds, and send an old _rev with the next write.
        ...(line < 5 ? ['cache-min=0'] : []),
      ),
    },
  }),
  lockfile: ({ line }) =>
    line < 5
      ? { file: 'npm-shrinkwrap.json', proof: ({ url }) => url }
      : { file: 'package-lock.json', proof: ({ integrity }) => integrity },
  namesTakenVersion: ({ line }) => line >= 10,
  showsDeprecation: () => 'message',
}

/** The commands that have been the same in every npm, and that pnpm hands on to it. */
export const npmWrites = {
  listTags: (name) => ['dist-tag', 'ls', name],
  addTag: (name, version, tag) => ['dist-tag', 'add', `${name}@${version}`, tag],
  removeTag: (name, tag) => ['dist-tag', 'rm', name, tag],
  deprecate: (spec, message) => ['deprecate', spec, message],
  undeprecate: (spec) => ['deprecate', spec, ''],
  unpublish: (spec) => ['unpublish', spec],
  unpublishAll: (name) => ['unpublish', name, '--force'],
  whoami: ['whoami'],
  search: (text) => ['search', text],
  login: ['login'],
  logout: ['logout'],
} satisfies Partial<Commands>
