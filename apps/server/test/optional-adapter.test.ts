import { expect, it } from 'vitest'
import { ConfigError } from '../src/config.ts'
import { importOptionalAdapter } from '../src/optional-adapter.ts'

/** As Node says that it found no such package. */
function notFound(name: string): Error {
  const error = new Error(`Cannot find package '${name}' imported from /srv/@nmr/x/dist/index.js`)
  return Object.assign(error, { code: 'ERR_MODULE_NOT_FOUND' })
}

const importing = (error: unknown) =>
  importOptionalAdapter('@nmr/x', 'wishes', () => Promise.reject(error)).catch((thrown) => thrown)

it('an adapter that is not installed is a matter of configuration', async () => {
  const thrown = await importing(notFound('@nmr/x'))
  expect(thrown).toBeInstanceOf(ConfigError)
  expect(thrown.message).toBe('wishes need @nmr/x, which is not installed: npm install @nmr/x')
})

it('an adapter that is installed and broken is not', async () => {
  const missing = Object.assign(new Error("Cannot find module '/srv/@nmr/x/dist/index.js' imported from …"), {
    code: 'ERR_MODULE_NOT_FOUND',
  })
  for (const error of [notFound('sdk'), missing, new TypeError('x is not a function'), undefined])
    expect(await importing(error)).toBe(error)
})
