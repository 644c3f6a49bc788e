export type { UserFacts } from './answer.ts'
export { type GithubAuthorizer, INSTALLATION, openGithubAuthorizer } from './authorizer.ts'
export { forItsAsker, type GithubAnswer, type GithubExplanation } from './explain.ts'
export type { Rule } from './judge.ts'
export {
  DEFAULT_TTL,
  type GithubAuthorizerOptions,
  type GithubCacheOptions,
  type RepositoryMove,
} from './options.ts'
export { isNamed, type NamedRepository, parseRepository, type Unreadable } from './parse-repository.ts'
