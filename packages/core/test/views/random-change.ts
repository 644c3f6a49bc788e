import { publishedVersions, type Registry, type VersionOutline } from '@nmr/core'
import { type LargeSubject, publish, x } from './support.ts'

/**
 * Changes a package in some way that there is, and lets some time pass, or none, or goes back in it.
 *
 * @returns what was done
 */
export async function changeAtRandom(
  registry: Registry,
  subject: LargeSubject,
  random: () => number,
): Promise<string> {
  const { metadata, clock, writer } = subject
  const below = (limit: number) => Math.floor(random() * limit)
  const versions = await outlineOf(subject)
  const present = publishedVersions(versions).map(({ version }) => version)
  const some = (limit: number) => present.filter(() => random() < limit / present.length)
  clock.advance(random() < 0.05 ? -5000 : below(2) * 1000)

  const changes: readonly (() => Promise<unknown>)[] = [
    () => publish(registry, subject, x, `2.0.${versions.length}`),
    () => publish(registry, subject, x, `2.0.${versions.length}`, { readme: `read ${random()} ✨` }),
    () =>
      publish(registry, subject, x, `2.0.0-${versions.length}`, { description: 'früher', deprecated: 'x' }),
    () => publish(registry, subject, x, present[below(present.length)] ?? '3.0.0', { description: 'again' }),
    () => registry.unpublish(writer, x, { versions: some(2) }),
    () => registry.unpublish(writer, x, { versions: present.slice(0, 70) }),
    () => registry.deprecate(writer, x, { messages: new Map(some(3).map((each) => [each, `${random()}`])) }),
    () => registry.deprecate(writer, x, { messages: new Map(present.map((each) => [each, 'all'])) }),
    () => registry.setDistTags(writer, x, { [`tag-${below(3)}`]: present[below(present.length)] ?? '' }),
    () => registry.setDistTags(writer, x, { latest: present[below(present.length)] ?? '' }),
    () => registry.setStar(writer, x, random() < 0.5),
    () => registry.addMaintainer(writer, x, `somebody-${below(9)}`),
  ]
  // The last version stays, and what changes nearly all of them comes seldom.
  const likely = [0, 0, 0, 1, 1, 2, 2, 3, 4, 6, 6, 8, 9, 10, 11]
  const which =
    present.length < 80 ? below(3) : random() < 0.05 ? [5, 7][below(2)] : likely[below(likely.length)]
  await changes[which ?? 0]?.()
  const revision = (await metadata.head(x))?.revision
  return `change ${which}, which made ${revision}`
}

async function outlineOf({ metadata }: LargeSubject): Promise<readonly VersionOutline[]> {
  const versions: VersionOutline[] = []
  await metadata.read(x, async ({ outline }) => {
    for await (const version of outline()) versions.push(version)
  })
  return versions
}
