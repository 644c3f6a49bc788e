import { type Driver, npmrc } from '../driver.ts'

export const bun: Driver = {
  commands: ({ line }) => ({
    ...(line >= 1.01 && { publish: (tag) => ['publish', ...(tag ? ['--tag', tag] : [])] }),
    add: (spec) => ['add', spec],
    restore: ['install', '--frozen-lockfile'],
    ...(line >= 1.02 && { view: (name) => ['pm', 'view', name, 'versions', '--json'] }),
    ...(line >= 1.01 && { whoami: ['pm', 'whoami'] }),
  }),
  config: ({ line }, access) => ({
    project:
      line < 1.02
        ? {
            'bunfig.toml': `[install]\nregistry = { url = "${access.registry.href}", token = "${access.token}" }\n`,
          }
        : { '.npmrc': npmrc(access) },
  }),
  env: () => ({ DO_NOT_TRACK: '1' }),
  lockfile: ({ line }) =>
    line < 1.02
      ? {
          file: 'bun.lockb',
          proof: ({ integrity }) => Buffer.from(integrity.slice('sha512-'.length), 'base64'),
        }
      : { file: 'bun.lock', proof: ({ integrity }) => integrity },
  namesTakenVersion: () => true,
  showsDeprecation: ({ line }) => (line < 1.04 ? 'nothing' : 'message'),
}
