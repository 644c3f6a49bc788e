import type { Step } from './run.ts'
import { login, ping, search, whoami } from './steps/account.ts'
import { addDeprecated, deprecate, undeprecate } from './steps/deprecate.ts'
import { addTag, listTags, removeTag } from './steps/dist-tags.ts'
import { add, addMissing, restore } from './steps/install.ts'
import { publish, publishGone, publishOver } from './steps/publish.ts'
import { unpublish, unpublishAll } from './steps/unpublish.ts'
import { view } from './steps/view.ts'

const BETA = '1.2.0-beta.1'

/** The life of a package, in the order it is lived. Each step finds what the ones before it left. */
export const scenario: readonly Step[] = [
  ping('ping'),
  whoami('whoami'),
  login('login and logout'),
  publish('publish', '1.0.0', { latest: '1.0.0' }),
  search('search', 'example'),
  add('install', '', '1.0.0'),
  publish('publish again', '1.1.0', { latest: '1.1.0' }),
  publish('publish --tag', BETA, { latest: '1.1.0', beta: BETA }, 'beta'),
  add('install @tag', '@beta', BETA),
  add('install @range', '@^1.0.0', '1.1.0'),
  restore('install from a lockfile', '@~1.0.0', '1.0.0', '1.1.0'),
  view('view', ['1.0.0', '1.1.0', BETA]),
  listTags('dist-tag ls', { latest: '1.1.0', beta: BETA }),
  addTag('dist-tag add', '1.0.0', 'stable'),
  removeTag('dist-tag rm', 'stable'),
  deprecate('deprecate', '1.0.0'),
  addDeprecated('install deprecated', '1.0.0'),
  undeprecate('undeprecate', '1.0.0'),
  publishOver('publish over', '1.1.0'),
  unpublish('unpublish a version', '1.1.0'),
  addMissing('install unpublished', '@1.1.0', /1\.1\.0/),
  view('view after unpublish', ['1.0.0', BETA], ['1.1.0']),
  publishGone('publish unpublished', '1.1.0'),
  unpublishAll('unpublish the package'),
  addMissing('install nothing', '', /404|not found|unpublished/i, ['GET 404']),
]
