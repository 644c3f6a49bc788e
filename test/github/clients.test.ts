import { afterAll } from 'vitest'
import { chooseClients } from '../clients/clients.ts'
import type { Step } from '../clients/run.ts'
import { login, whoami } from '../clients/steps/account.ts'
import { deprecate } from '../clients/steps/deprecate.ts'
import { addTag, removeTag } from '../clients/steps/dist-tags.ts'
import { add } from '../clients/steps/install.ts'
import { publish } from '../clients/steps/publish.ts'
import { unpublish } from '../clients/steps/unpublish.ts'
import { clientSuite } from '../clients/suite.ts'
import { startServer } from '../support/server.ts'
import {
  installAs,
  publishAs,
  refuseInstall,
  refusePublish,
  refuseWrites,
  unpublishAllAs,
} from './client-steps.ts'
import { githubSettings } from './registry-beside.ts'
import { seed } from './seed.ts'
import { type Github, startGithub } from './start-github.ts'

const HIDDEN = /is not in this registry, or you may not read it/
const REFUSED = /GitHub does not accept (your token|the one that was)/
const READER = /acme\/tools governs @acme\/of-.*: you lack the permission write \(push\)/

/** What everybody does with a package, whatever their client. */
const shortly: readonly Step[] = [
  whoami('wendy is known by her login on GitHub'),
  login('wendy logs in with her token as password, and out', 'wendy', 'ghp_wendy'),
  publish('a writer publishes', '1.0.0', { latest: '1.0.0' }),
  add('a writer installs', '', '1.0.0'),
  publish('a writer publishes again', '1.1.0', { latest: '1.1.0' }),
  addTag('a writer adds a tag', '1.0.0', 'stable'),
  removeTag('a writer removes a tag', 'stable'),
  deprecate('a writer deprecates', '1.0.0'),
  installAs('a reader installs', 'ghp_rita', '1.1.0'),
  refusePublish('a reader is refused a publish', 'ghp_rita', READER),
  refuseInstall('a stranger finds nothing to install', 'ghp_sid', 404),
  refuseInstall('who has no token is asked for one', undefined, 401),
]

/** What each kind of token makes of it. */
const everybody: readonly Step[] = [
  refuseWrites('a reader', 'ghp_rita', READER),
  refuseWrites('a stranger', 'ghp_sid', HIDDEN),
  refuseWrites('a revoked token', 'ghp_revoked', REFUSED),
  refusePublish('a stranger is refused a publish', 'ghp_sid', HIDDEN),
  refusePublish('nobody is refused a publish', undefined, /need auth|takes a GitHub token/i),
  refusePublish('a revoked token publishes nothing', 'ghp_revoked', REFUSED),
  refuseInstall('a revoked token installs nothing', 'ghp_revoked', 401),
  refusePublish('an expired token publishes nothing', 'ghp_expired', REFUSED),
  refuseInstall('an expired token installs nothing', 'ghp_expired', 401),
  installAs('a fine-grained token for reading installs', 'github_pat_wendy_read', '1.1.0'),
  refusePublish(
    'a fine-grained token for reading is refused a publish, though its holder may',
    'github_pat_wendy_read',
    /acme\/tools governs @acme\/of-.*lacks the permission "Contents: write"/,
  ),
  refuseInstall('a token for public repositories finds nothing in a private one', 'ghp_wendy_public', 404),
  refusePublish('nor does it publish there', 'ghp_wendy_public', HIDDEN),
  installAs("a workflow's token installs", 'ghs_tools_workflow', '1.1.0'),
  publishAs("a workflow's token publishes", 'ghs_tools_workflow', '1.2.0'),
]

const removal: readonly Step[] = [
  unpublish('a writer unpublishes a version', '1.1.0'),
  unpublishAllAs('only an admin unpublishes the package', 'ghp_wendy', 'ghp_adam'),
]

const githubs: Github[] = []
afterAll(() => Promise.all(githubs.map((github) => github.close())))

for (const [clients, steps] of [
  ['npm12', [...shortly, ...everybody, ...removal]],
  ['npm6,berry4,pnpm12,bun1.4', [...shortly, ...removal]],
] as const) {
  clientSuite({
    clients: chooseClients(clients),
    steps,
    token: 'ghp_wendy',
    async start(folder) {
      const github = await startGithub()
      githubs.push(github)
      seed(github)
      return startServer(folder, githubSettings(github.apiUrl))
    },
  })
}
