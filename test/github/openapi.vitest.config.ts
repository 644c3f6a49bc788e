import { defineConfig } from 'vitest/config'

/** For `npm run test:github-openapi` alone: it needs a description that is too large to be a dependency. */
export default defineConfig({
  test: { include: ['test/github/openapi.check.ts'], testTimeout: 60_000, hookTimeout: 120_000 },
})
