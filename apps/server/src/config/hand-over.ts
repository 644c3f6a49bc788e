import type { Config } from './schema.ts'

/** How the server in front of the registry is told to send a file itself. */
export interface HandOver {
  readonly header: 'x-accel-redirect' | 'x-sendfile'
  /** What the front server calls the folder of the tarballs; ends with a slash. */
  readonly base: string
}

/** nginx's location for the files, where no other is configured. */
const LOCATION = '/_npm-files/'

/** Whether and how tarballs are handed to the front server; `undefined` when the registry sends them itself. */
export function handOver({ storage }: Pick<Config, 'storage'>): HandOver | undefined {
  const { path, sendfile: header, sendfile_base: base } = storage.local
  if (header === 'off') return undefined
  return { header, base: base ?? (header === 'x-accel-redirect' ? LOCATION : `${path}/`) }
}

/** Whether all front servers read a header with this text as what it says: some decode `%`, and nginx ends a path at `?`. */
export function isHeaderPath(text: string): boolean {
  return /^\/[\x20-\x7e]*$/.test(text) && !/[%?#]/.test(text)
}
