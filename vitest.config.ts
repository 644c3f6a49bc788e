import { defineConfig } from 'vitest/config'

// Tests run from the sources: no build, and stack traces that point at them. All else is resolved as Node does, which
// knows no condition `module`: what the AWS SDK has there is for bundlers.
const conditions = ['@nmr/source', 'node', 'development|production']
const resolve = { conditions }
const ssr = { resolve: { conditions } }

export default defineConfig({
  test: {
    projects: [
      {
        resolve,
        ssr,
        test: {
          name: 'unit',
          include: ['packages/*/test/**/*.test.ts', 'apps/*/test/**/*.test.ts', 'test/*.test.ts'],
        },
      },
      {
        resolve,
        ssr,
        test: {
          name: 'clients',
          include: ['test/clients/**/*.test.ts'],
          testTimeout: 300_000,
          maxConcurrency: 2,
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
      {
        resolve,
        ssr,
        test: {
          name: 'install',
          include: ['test/install/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        resolve,
        ssr,
        test: {
          name: 'proxies',
          include: ['test/proxies/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
      {
        resolve,
        ssr,
        test: {
          name: 'github',
          include: ['test/github/**/*.test.ts'],
          testTimeout: 120_000,
          maxConcurrency: 2,
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
      {
        resolve,
        ssr,
        test: {
          name: 'crash',
          include: ['test/crash/**/*.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        resolve,
        ssr,
        test: {
          name: 's3',
          include: ['test/s3/**/*.test.ts'],
          globalSetup: ['test/s3/support/global-setup.ts'],
          testTimeout: 60_000,
          maxConcurrency: 2,
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
