import { ConfigError } from './config.ts'

/**
 * Imports an adapter that the server does not bring along: whoever chooses it installs it.
 *
 * @param purpose what it is chosen for, in the plural
 * @throws ConfigError when it is not installed
 */
export async function importOptionalAdapter<Adapter>(
  name: string,
  purpose: string,
  load: () => Promise<Adapter>,
): Promise<Adapter> {
  try {
    return await load()
  } catch (error) {
    if (!isNotInstalled(name, error)) throw error
    throw new ConfigError(`${purpose} need ${name}, which is not installed: npm install ${name}`)
  }
}

/** What an adapter itself misses is another matter. */
function isNotInstalled(name: string, error: unknown): boolean {
  if (!(error instanceof Error && 'code' in error)) return false
  return error.code === 'ERR_MODULE_NOT_FOUND' && error.message.startsWith(`Cannot find package '${name}'`)
}
