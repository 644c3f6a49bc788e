import type { Repository, User } from './state.ts'

const SINCE = '2020-01-01T00:00:00Z'

/** The document of `GET /user` for somebody who reads it with a token that shows no private details. */
export function userBody(user: User, base: string) {
  return {
    ...account(user.id, user.login, 'User', base),
    name: user.name,
    company: null,
    blog: '',
    location: null,
    email: user.email,
    hireable: null,
    bio: null,
    public_repos: 0,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: SINCE,
    updated_at: SINCE,
  }
}

/** The document of a repository, with the permissions that are shown to whoever asks. */
export function repositoryBody(repository: Repository, permissions: object | undefined, base: string) {
  const { id, owner, name, isPrivate, isArchived } = repository
  const self = `${base}/repos/${owner}/${name}`
  const page = `https://github.com/${owner}/${name}`
  return {
    id,
    node_id: `R_${id}`,
    name,
    full_name: `${owner}/${name}`,
    private: isPrivate,
    owner: account(500_000, owner, 'Organization', base),
    html_url: page,
    description: null,
    fork: false,
    url: self,
    ...addresses(self),
    git_url: `git://github.com/${owner}/${name}.git`,
    ssh_url: `git@github.com:${owner}/${name}.git`,
    clone_url: `${page}.git`,
    svn_url: page,
    mirror_url: null,
    homepage: null,
    created_at: SINCE,
    updated_at: SINCE,
    pushed_at: SINCE,
    size: 1,
    stargazers_count: 0,
    watchers_count: 0,
    watchers: 0,
    subscribers_count: 0,
    network_count: 0,
    language: null,
    has_issues: true,
    has_projects: false,
    has_wiki: false,
    has_pages: false,
    has_discussions: false,
    forks_count: 0,
    forks: 0,
    archived: isArchived,
    disabled: false,
    open_issues_count: 0,
    open_issues: 0,
    license: null,
    allow_forking: true,
    is_template: false,
    topics: [],
    visibility: isPrivate ? 'private' : 'public',
    default_branch: 'main',
    ...(permissions && { permissions }),
  }
}

/** The one branch that every repository here has. */
export function branchesBody({ owner, name }: Repository, base: string) {
  const sha = 'a'.repeat(40)
  return [
    { name: 'main', commit: { sha, url: `${base}/repos/${owner}/${name}/commits/${sha}` }, protected: false },
  ]
}

export function referenceBody({ owner, name }: Repository, ref: string, sha: string, base: string) {
  const self = `${base}/repos/${owner}/${name}/git`
  return {
    ref,
    node_id: 'REF_1',
    url: `${self}/${ref}`,
    object: { sha, type: 'commit', url: `${self}/commits/${sha}` },
  }
}

export function errorBody(status: number, message: string) {
  return { message, documentation_url: 'https://docs.github.com/rest', status: String(status) }
}

function account(id: number, login: string, type: 'User' | 'Organization', base: string) {
  const self = `${base}/users/${login}`
  return {
    login,
    id,
    node_id: `U_${id}`,
    avatar_url: `https://avatars.githubusercontent.com/u/${id}`,
    gravatar_id: '',
    url: self,
    html_url: `https://github.com/${login}`,
    followers_url: `${self}/followers`,
    following_url: `${self}/following{/other_user}`,
    gists_url: `${self}/gists{/gist_id}`,
    starred_url: `${self}/starred{/owner}{/repo}`,
    subscriptions_url: `${self}/subscriptions`,
    organizations_url: `${self}/orgs`,
    repos_url: `${self}/repos`,
    events_url: `${self}/events{/privacy}`,
    received_events_url: `${self}/received_events`,
    type,
    user_view_type: 'public',
    site_admin: false,
  }
}

function addresses(self: string) {
  const of = (path: string) => `${self}/${path}`
  return {
    archive_url: of('{archive_format}{/ref}'),
    assignees_url: of('assignees{/user}'),
    blobs_url: of('git/blobs{/sha}'),
    branches_url: of('branches{/branch}'),
    collaborators_url: of('collaborators{/collaborator}'),
    comments_url: of('comments{/number}'),
    commits_url: of('commits{/sha}'),
    compare_url: of('compare/{base}...{head}'),
    contents_url: of('contents/{+path}'),
    contributors_url: of('contributors'),
    deployments_url: of('deployments'),
    downloads_url: of('downloads'),
    events_url: of('events'),
    forks_url: of('forks'),
    git_commits_url: of('git/commits{/sha}'),
    git_refs_url: of('git/refs{/sha}'),
    git_tags_url: of('git/tags{/sha}'),
    hooks_url: of('hooks'),
    issue_comment_url: of('issues/comments{/number}'),
    issue_events_url: of('issues/events{/number}'),
    issues_url: of('issues{/number}'),
    keys_url: of('keys{/key_id}'),
    labels_url: of('labels{/name}'),
    languages_url: of('languages'),
    merges_url: of('merges'),
    milestones_url: of('milestones{/number}'),
    notifications_url: of('notifications{?since,all,participating}'),
    pulls_url: of('pulls{/number}'),
    releases_url: of('releases{/id}'),
    stargazers_url: of('stargazers'),
    statuses_url: of('statuses/{sha}'),
    subscribers_url: of('subscribers'),
    subscription_url: of('subscription'),
    tags_url: of('tags'),
    teams_url: of('teams'),
    trees_url: of('git/trees{/sha}'),
  }
}
