export type Family = 'npm' | 'yarn1' | 'berry' | 'pnpm' | 'bun'

/** A release of a package manager that the registry promises to work with. */
export interface Client {
  /** How it is asked for: `npm6`, `bun1.4`. */
  readonly id: string
  readonly family: Family
  /** Major and minor version as a number, to compare with: 2.07, 2.15, 12.02. */
  readonly line: number
  readonly package: string
  readonly version: string
  /** The program inside its package. */
  readonly entry: string
  /** Version of the Node it runs on; a native program needs none. */
  readonly node?: string
  /** The npm that it hands work to: pnpm 10 and older know only how to install. */
  readonly npm?: string
}

/** Every client line there is, each with its last release (and npm 2.7 with its first) and a Node of its time. */
const clients: readonly Client[] = [
  npm('npm2.7.0', '2.7.0', '0.12.18'),
  npm('npm2.7.6', '2.7.6', '0.12.18'),
  npm('npm2.15', '2.15.12', '4.9.1'),
  npm('npm3', '3.10.10', '6.17.1'),
  npm('npm4', '4.6.1', '7.10.1'),
  npm('npm5', '5.10.0', '8.17.0'),
  npm('npm6', '6.14.18', '12.22.12'),
  npm('npm7', '7.24.2', '14.21.3'),
  npm('npm8', '8.19.4', '16.20.2'),
  npm('npm9', '9.9.4', '18.20.8'),
  npm('npm10', '10.9.9', '22.23.3'),
  npm('npm11', '11.21.2', '24.21.0'),
  npm('npm12', '12.2.0', '26.10.0'),
  client('yarn1', 'yarn1', 'yarn', '1.22.22', 'bin/yarn.js', { node: '22.23.3' }),
  client('berry2', 'berry', '@yarnpkg/cli-dist', '2.4.2', 'bin/yarn.js', { node: '14.21.3' }),
  client('berry3', 'berry', '@yarnpkg/cli-dist', '3.8.7', 'bin/yarn.js', { node: '18.20.8' }),
  client('berry4', 'berry', '@yarnpkg/cli-dist', '4.18.1', 'bin/yarn.js', { node: '22.23.3' }),
  client('pnpm5', 'pnpm', 'pnpm', '5.18.11', 'bin/pnpm.js', { node: '14.21.3', npm: 'npm6' }),
  client('pnpm6', 'pnpm', 'pnpm', '6.35.1', 'bin/pnpm.cjs', { node: '14.21.3', npm: 'npm7' }),
  client('pnpm7', 'pnpm', 'pnpm', '7.33.7', 'bin/pnpm.cjs', { node: '16.20.2', npm: 'npm8' }),
  client('pnpm8', 'pnpm', 'pnpm', '8.15.9', 'bin/pnpm.cjs', { node: '18.20.8', npm: 'npm9' }),
  client('pnpm9', 'pnpm', 'pnpm', '9.15.9', 'bin/pnpm.cjs', { node: '22.23.3', npm: 'npm10' }),
  client('pnpm10', 'pnpm', 'pnpm', '10.34.9', 'bin/pnpm.cjs', { node: '22.23.3', npm: 'npm10' }),
  client('pnpm11', 'pnpm', 'pnpm', '11.28.11', 'bin/pnpm.mjs', { node: '24.21.0' }),
  client('pnpm12', 'pnpm', '@pnpm/exe.linux-x64', '12.21.0', 'pnpm'),
  bun('bun1.0', '1.0.36'),
  bun('bun1.1', '1.1.45'),
  bun('bun1.2', '1.2.23'),
  bun('bun1.3', '1.3.14'),
  bun('bun1.4', '1.4.5'),
]

const core = [
  'npm2.7.0',
  'npm2.15',
  'npm6',
  'npm8',
  'npm10',
  'npm12',
  'yarn1',
  'berry4',
  'pnpm10',
  'pnpm12',
  'bun1.4',
]

/**
 * The clients that a run is for.
 *
 * @param wanted `all`, ids with commas between them, or nothing for the ones that differ most from each other
 */
export function chooseClients(wanted: string | undefined): readonly Client[] {
  if (wanted === 'all') return clients
  const ids = wanted ? wanted.split(',') : core
  return ids.map(clientById)
}

/** @throws Error for an id that is not in the table */
export function clientById(id: string): Client {
  const found = clients.find((each) => each.id === id)
  if (found === undefined) {
    throw new Error(`no client is called ${id}; there are ${clients.map((each) => each.id).join(' ')}`)
  }
  return found
}

function client(
  id: string,
  family: Family,
  packageName: string,
  version: string,
  entry: string,
  runsOn: Pick<Client, 'node' | 'npm'> = {},
): Client {
  const [major, minor] = version.split('.')
  return {
    id,
    family,
    line: Number(major) + Number(minor) / 100,
    package: packageName,
    version,
    entry,
    ...runsOn,
  }
}

function npm(id: string, version: string, node: string): Client {
  return client(id, 'npm', 'npm', version, 'bin/npm-cli.js', { node })
}

function bun(id: string, version: string): Client {
  return client(id, 'bun', '@oven/bun-linux-x64', version, 'bin/bun')
}
