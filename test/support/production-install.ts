import { posix } from 'node:path'

/** A part of package-lock.json: where each package is, and what it wants. */
export interface Lockfile {
  readonly packages: Readonly<Record<string, LockedPackage>>
}

interface LockedPackage {
  readonly link?: boolean
  /** Where a link leads. */
  readonly resolved?: string
  /** Only developers reach it. */
  readonly dev?: boolean
  readonly dependencies?: Wanted
  readonly devDependencies?: Wanted
  readonly optionalDependencies?: Wanted
  readonly peerDependencies?: Wanted
}

type Wanted = Readonly<Record<string, string>>

/**
 * Where the packages are that `npm ci --omit=dev --workspace=WORKSPACE` installs, workspaces among them.
 *
 * npm follows every kind of dependency there, optional peers as well, and then leaves out what only developers reach. What
 * is a workspace, or belongs to one, is never only theirs.
 *
 * @param workspace its folder
 */
export function productionInstall({ packages }: Lockfile, workspace: string): string[] {
  const found = new Set([workspace])
  for (const from of found) {
    const { dependencies, devDependencies, optionalDependencies, peerDependencies } = packages[from] ?? {}
    const wanted = { ...dependencies, ...devDependencies, ...optionalDependencies, ...peerDependencies }
    for (const name of Object.keys(wanted)) {
      const place = placeOf(name, from)
      const { dev, link, resolved } = packages[place ?? ''] ?? {}
      if (place !== undefined && dev !== true) found.add(link === true && resolved ? resolved : place)
    }
  }
  return [...found].sort()

  /** As Node looks for it: in the nearest `node_modules` on the way up; `undefined`: optional, and not there. */
  function placeOf(name: string, from: string): string | undefined {
    for (let folder = from; ; folder = posix.dirname(folder)) {
      const place = posix.join(folder, 'node_modules', name)
      if (packages[place] !== undefined) return place
      if (folder === '.') return undefined
    }
  }
}
