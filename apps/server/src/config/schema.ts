import type { Format } from './formats.ts'
import * as format from './formats.ts'

/** One key of the configuration, in the form that convict reads. */
export interface Key<T> {
  readonly doc: string
  readonly format: string
  readonly default: T
  readonly sensitive: boolean
  readonly kind: Format<unknown>
}

/** Every key with what it means, what it may be and what it is when nobody sets it. Paths are meant from the working folder. */
export const schema = {
  server: {
    host: key('The address to listen on.', format.listenHost, '0.0.0.0'),
    port: key('The port to listen on; 0 takes any free one.', format.wholeNumber('port', 0, 65535), 3000),
    public_url: optional(
      'The address clients use, path prefix included; when absent, the one each request names.',
      format.baseUrl,
    ),
    trust_proxy: key('Whose X-Forwarded-* headers to believe.', format.trustProxy, false),
  },
  logger: {
    level: key(
      'The least important messages that are logged.',
      format.oneOf('level', ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']),
      'info',
    ),
  },
  settings: {
    allow_previous_version: key('Whether a published version may be published over.', format.flag, false),
    allow_unscoped: key('Whether names without a scope may be published.', format.flag, false),
    max_tarball_size: key('The largest tarball that may be published.', format.bytes, 512 * 1024 * 1024),
    spool_path: key('The folder for tarballs that are being received.', format.path, './data/spool'),
  },
  scopes: {
    hosted: key('Scopes that are ours before anything of them is published.', format.scopes, []),
    only_hosted: key(
      'Whether nothing may be published for the first time outside of the hosted scopes.',
      format.flag,
      false,
    ),
  },
  upstream: {
    mode: key(
      'What happens to packages that are not ours: redirect sends readers upstream, off answers 404.',
      format.oneOf('upstream-mode', ['redirect', 'off']),
      'redirect',
    ),
    url: optional(
      'Where packages that are not ours come from; when absent, the public registry.',
      format.baseUrl,
    ),
  },
  auth: {
    type: key(
      'Who decides what callers may do: none lets everybody do everything.',
      format.oneOf('auth-type', ['none', 'github']),
      'none',
    ),
    github: {
      host: key('The GitHub to ask.', format.host, 'github.com'),
      api_url: optional(
        "The address of GitHub's REST API, when it does not follow from the host.",
        format.baseUrl,
      ),
      scopes: key(
        'Owners whose repositories may publish under a scope, where it is not called as its owner.',
        format.scopeOwners,
        [],
      ),
      anonymous_read: key(
        'Whether packages of public repositories may be read without a token.',
        format.flag,
        false,
      ),
      unpublish: optional(
        'What unpublishing takes; when absent, admin for a package and write for a version.',
        format.oneOf('unpublish', ['write', 'admin']),
      ),
      write_probe: key(
        'Whether a token without scopes has to prove to GitHub that it may write.',
        format.flag,
        true,
      ),
      cache: {
        path: key("The folder for GitHub's answers.", format.path, './data/github-cache'),
        ttl: key(
          'Seconds for which a permission holds: the longest that a revoked token works.',
          format.wholeNumber('ttl', 0, 3600, 'of seconds '),
          60,
        ),
        negative_ttl: key(
          'Seconds for which a refusal holds.',
          format.wholeNumber('negative-ttl', 0, 3600, 'of seconds '),
          10,
        ),
        stale_if_error: key(
          'Seconds for which reads go on beyond that while GitHub does not answer.',
          format.wholeNumber('stale-if-error', 0, 86_400, 'of seconds '),
          0,
        ),
      },
    },
  },
  storage: {
    type: key('Where tarballs are kept.', format.oneOf('storage-type', ['local', 's3']), 'local'),
    local: {
      path: key('The folder for tarballs.', format.path, './data/storage'),
      sendfile: key(
        'How the proxy of server.trust_proxy is told to send tarballs from that folder itself.',
        format.oneOf('sendfile', ['off', 'x-accel-redirect', 'x-sendfile']),
        'off',
      ),
      sendfile_base: optional(
        'What the proxy calls that folder; when absent, /_npm-files/ for x-accel-redirect and its path for x-sendfile.',
        format.headerPath,
      ),
    },
    s3: {
      accessKeyId: secret("The key's id; when absent, found as AWS tools find it."),
      secretAccessKey: secret("The key's secret; goes with accessKeyId."),
      region: optional('The region of the bucket; when absent, found as AWS tools find it.', format.text),
      bucket: optional('The bucket; needed with storage.type s3.', format.text),
      prefix: key('What the names of all objects start with.', format.anyText, ''),
      endpoint: optional("The store's URL, when it is not Amazon's.", format.baseUrl),
      public_endpoint: optional(
        'The URL under which clients reach the store, for presigned URLs; when absent, endpoint.',
        format.baseUrl,
      ),
      force_path_style: optional(
        'Whether the bucket is named in the path; when absent, it is where endpoint is set.',
        format.flag,
      ),
      checksums: optional(
        "Whether S3's newer checksums are used; when absent, when_required where endpoint is set.",
        format.oneOf('checksums', ['when_supported', 'when_required']),
      ),
      redirect: key('Whether readers are sent to a presigned URL.', format.flag, false),
      redirect_except: key(
        'Clients that are given the bytes all the same: texts in their User-Agent, such as npm/2.',
        format.texts,
        [],
      ),
      expires: key(
        'Seconds that a presigned URL is good for.',
        format.wholeNumber('expires', 1, 604_800, 'of seconds '),
        60,
      ),
    },
  },
  metadata: {
    type: key("Where packages' metadata is kept.", format.oneOf('metadata-type', ['level']), 'level'),
    level: { path: key('The folder of the database.', format.path, './data/db') },
  },
  cache: {
    views: key('Bytes of rendered documents kept in memory.', format.bytes, 64 * 1024 * 1024),
    answers: key('Bytes of answers kept ready to be given again.', format.bytes, 64 * 1024 * 1024),
  },
} as const

type Values<S> = S extends Key<infer T> ? T : { readonly [K in keyof S]: Values<S[K]> }

/** The configuration in force: checked, every path absolute, deeply frozen. URLs end without a slash. */
export type Config = Values<typeof schema>

/** The keys by their dotted names, in the schema's order. */
export const keys: ReadonlyMap<string, Key<unknown>> = new Map(leaves(schema))

function key<T>(doc: string, kind: Format<T>, value: NoInfer<T>): Key<T> {
  return { doc, format: `nmr-${kind.name}`, default: value, sensitive: false, kind }
}

function optional<T>(doc: string, kind: Format<T>): Key<T | undefined> {
  return { doc, format: `nmr-${kind.name}`, default: undefined, sensitive: false, kind }
}

function secret(doc: string): Key<string | undefined> {
  return { ...optional(doc, format.text), sensitive: true }
}

function leaves(node: object, prefix = ''): [string, Key<unknown>][] {
  return Object.entries(node).flatMap(([name, child]: [string, object]): [string, Key<unknown>][] =>
    isKey(child) ? [[prefix + name, child]] : leaves(child, `${prefix}${name}.`),
  )
}

function isKey(node: object): node is Key<unknown> {
  return 'default' in node
}
