import { expectStatus } from '../http-client.mjs'

/** Where a package is, as npm writes it. */
export function packagePath(name) {
  return `/${name.replace('/', '%2f')}`
}

/** Publishes one version. @returns the milliseconds it took */
export async function publish({ url, headers }, { name, body, path, length }) {
  const answer = await expectStatus(201, new URL(packagePath(name), url), {
    method: 'PUT',
    headers: {
      'content-type': 'application/json',
      'content-length': String(body === undefined ? length : body.length),
      ...headers,
    },
    body,
    file: path,
  })
  return answer.ms
}

/** Publishes packages side by side, the versions of each in their order. */
export async function publishAll(server, packages, fixtures) {
  await Promise.all(
    packages.map(async ({ name, versions, size }) => {
      for (const version of versions) await publish(server, fixtures.publication(name, version, size))
    }),
  )
}
