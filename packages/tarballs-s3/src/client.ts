import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3'
import type { S3TarballStoreOptions } from './options.ts'

/** The SDK's own variable, which its warning about Node versions asks for. The warning is for whoever updates the SDK: us. */
const NO_NODE_WARNING = 'AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'

/**
 * A client that gives up: on a connection after 5 seconds, on a silent one after `idleTimeout`, on a request after
 * three attempts.
 *
 * @throws Error of one line when the options contradict each other
 */
export function createClient(options: S3TarballStoreOptions): S3Client {
  process.env[NO_NODE_WARNING] ??= 'true'
  return new S3Client(configOf(options))
}

/** The client that signs URLs for readers, who may know the store under another address. */
export function createPresigner(client: S3Client, options: S3TarballStoreOptions): S3Client {
  const { publicEndpoint } = options
  if (publicEndpoint === undefined) return client
  const { region, credentials } = client.config
  return new S3Client({ ...configOf(options), region, credentials, endpoint: publicEndpoint })
}

function configOf(options: S3TarballStoreOptions): S3ClientConfig {
  const { region, endpoint, idleTimeout = 30_000 } = options
  const isAmazon = endpoint === undefined
  const checksums = options.checksums ?? (isAmazon ? 'when_supported' : 'when_required')
  const when = checksums === 'when_supported' ? 'WHEN_SUPPORTED' : 'WHEN_REQUIRED'
  return {
    ...(region !== undefined && { region }),
    ...(!isAmazon && { region: region ?? 'us-east-1', endpoint }),
    ...credentialsOf(options),
    forcePathStyle: options.forcePathStyle ?? !isAmazon,
    requestChecksumCalculation: when,
    responseChecksumValidation: when,
    maxAttempts: 3,
    // Bodies are small buffers: sending one in vain costs less than asking before each.
    expectContinueHeader: false,
    requestHandler: {
      connectionTimeout: 5_000,
      socketTimeout: idleTimeout,
      // As many as there are slow readers, each of whom holds one.
      httpAgent: { keepAlive: true, maxSockets: 1_000 },
      httpsAgent: { keepAlive: true, maxSockets: 1_000 },
    },
  }
}

function credentialsOf({
  accessKeyId,
  secretAccessKey,
}: S3TarballStoreOptions): Pick<S3ClientConfig, 'credentials'> {
  if (accessKeyId === undefined && secretAccessKey === undefined) return {}
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    throw new Error(
      'S3: accessKeyId and secretAccessKey go together; give both, or neither to have the SDK find them',
    )
  }
  return { credentials: { accessKeyId, secretAccessKey } }
}
