import { type Commands, type Driver, npmrc } from '../driver.ts'
import { npmWrites } from './npm.ts'

export const pnpm: Driver = {
  commands: ({ line }): Commands => ({
    publish: (tag) => ['publish', '--no-git-checks', ...(tag ? ['--tag', tag] : [])],
    add: (spec) => ['add', spec],
    restore: ['install', '--frozen-lockfile'],
    view: (name) => ['view', name, 'versions', '--json'],
    ...npmWrites,
    ...(line >= 11 && { undeprecate: (spec: string) => ['undeprecate', spec] }),
    ping: ['ping'],
  }),
  config: (_, access) => ({
    home: { '.npmrc': npmrc(access, 'fetch-retries=0', 'update-notifier=false') },
  }),
  // pnpm 11 and newer read only the registry and the token from .npmrc.
  env: ({ line }) =>
    line < 11 ? {} : { pnpm_config_fetch_retries: '0', pnpm_config_minimum_release_age: '0' },
  lockfile: () => ({ file: 'pnpm-lock.yaml', proof: ({ integrity }) => integrity }),
  // Up to 8 it runs npm 9 or older.
  namesTakenVersion: ({ line }) => line >= 9,
  showsDeprecation: ({ line }) => (line < 11 ? 'message' : 'fact'),
}
