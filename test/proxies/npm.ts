import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** The npm of this machine, in a home of its own that knows only the registry. */
export async function createNpm(home: string, registry: string, token = 'anything') {
  await mkdir(home, { recursive: true })
  const auth = `${registry.replace(/^http:/, '')}:_authToken=${token}`
  await writeFile(
    join(home, '.npmrc'),
    `registry=${registry}\n${auth}\nfetch-retries=0\nupdate-notifier=false\n`,
  )
  const env = { HOME: home, PATH: process.env.PATH }
  return {
    home,
    async write(place: string, files: Readonly<Record<string, string>>) {
      await mkdir(join(home, place), { recursive: true })
      for (const [name, content] of Object.entries(files)) await writeFile(join(home, place, name), content)
    },
    /** @throws Error with all that npm said */
    run: (place: string, ...args: string[]) =>
      promisify(execFile)('npm', args, { cwd: join(home, place), env }),
  }
}
