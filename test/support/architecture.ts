import { isBuiltin } from 'node:module'
import { posix } from 'node:path'
import { readImports } from './imports.ts'

/** One workspace, or the folder of examples, with all its sources. */
export interface Unit {
  /** From the root: `packages/core`, `apps/server`, `examples`. */
  readonly folder: string
  /** What its package.json names in `dependencies`; examples have no package.json of their own. */
  readonly dependencies: readonly string[] | undefined
  readonly sources: readonly Source[]
}

export interface Source {
  /** From the root, with slashes. */
  readonly path: string
  readonly text: string
}

const CORE = 'packages/core'
const SERVER = 'apps/server'

/** Core computes; whoever adds to these lists says that the newcomer reaches nothing outside either. */
const PURE_NODE = ['buffer', 'crypto', 'stream', 'stream/promises', 'util', 'zlib']
/** The conformance suites assert, collect what they read, and let the store under test take its turn. */
const TESTING_NODE = ['assert', 'assert/strict', 'stream/consumers', 'timers/promises']
const PURE_PACKAGES = ['lru-cache', 'semver', 'ssri', 'validate-npm-package-name']

/** What the server imports where it is chosen, and does not depend on: whoever chooses it installs it. */
export const OPTIONAL_ADAPTERS = ['@nmr/auth-github', '@nmr/tarballs-s3']

/** What only the server knows. */
const SERVERS_OWN = /^(?:fastify|convict|pino|@fastify\/.+)$/

/** What is wrong with who imports whom, as `file:line: sentence`. Throws when there is nothing to look at. */
export function violations(units: readonly Unit[]): string[] {
  for (const { folder, sources } of units) {
    if (sources.length === 0)
      throw new Error(`${folder} has no sources: is it still the right place to look?`)
  }
  if (units.length === 0) throw new Error('there is nothing to look at')
  return units.flatMap((unit) =>
    unit.sources.flatMap((source) =>
      readImports(source.path, source.text).flatMap(({ module, line }) => {
        const problem = problemOf(unit, source.path, module)
        return problem === undefined ? [] : [`${source.path}:${line}: ${problem}`]
      }),
    ),
  )
}

function problemOf(unit: Unit, file: string, module: string | undefined): string | undefined {
  if (module === undefined) return 'imports something that is computed, which nobody can check'
  if (module.startsWith('.')) return problemOfRelative(unit, file, module)
  if (module.startsWith('node:')) return problemOfNode(unit, file, module.slice('node:'.length))
  if (isBuiltin(module)) return `imports ${module}: write node:${module}`
  if (module.startsWith('/') || module.startsWith('#') || module.includes('://'))
    return `imports ${module}: name a package`
  return problemOfPackage(unit, file, module)
}

function problemOfRelative({ folder }: Unit, file: string, module: string): string | undefined {
  const home = folder === 'examples' ? folder : `${folder}/src`
  const target = posix.join(posix.dirname(file), module)
  if (!target.startsWith(`${home}/`)) return `imports ${module}, which leaves ${home}`
  return undefined
}

function problemOfNode({ folder }: Unit, file: string, module: string): string | undefined {
  if (folder !== CORE || PURE_NODE.includes(module)) return undefined
  if (TESTING_NODE.includes(module) && file.startsWith(`${CORE}/src/testing/`)) return undefined
  return `imports node:${module}: core does no I/O, and may use ${PURE_NODE.join(', ')}`
}

function problemOfPackage({ folder, dependencies }: Unit, file: string, module: string): string | undefined {
  const name = module
    .split('/')
    .slice(0, module.startsWith('@') ? 2 : 1)
    .join('/')
  if (module === '@nmr/core/testing') return `imports ${module}, which is for tests`
  if (name.startsWith('@nmr/')) {
    const problem = problemOfOurs(folder, file, name)
    if (problem !== undefined) return problem
  } else {
    if (folder === CORE && !PURE_PACKAGES.includes(name))
      return `imports ${name}: core may use ${PURE_PACKAGES.join(', ')}`
    if (folder !== SERVER && SERVERS_OWN.test(name)) return `imports ${name}, which only ${SERVER} may know`
  }
  if (folder === SERVER && OPTIONAL_ADAPTERS.includes(name)) return undefined
  if (dependencies?.includes(name) === false)
    return `imports ${name}, which ${folder}/package.json does not depend on`
  return undefined
}

/** The rule of the hexagon: core knows nobody, adapters know core, one file of the server knows adapters. */
function problemOfOurs(folder: string, file: string, name: string): string | undefined {
  if (folder === 'examples' || (name === '@nmr/core' && folder !== CORE)) return undefined
  if (folder === CORE) return `imports ${name}: core knows no other package, and itself by relative paths`
  if (folder !== SERVER) return `imports ${name}: an adapter knows @nmr/core only`
  if (file === `${SERVER}/src/compose.ts`) return undefined
  return `imports ${name}: only ${SERVER}/src/compose.ts names adapters`
}
