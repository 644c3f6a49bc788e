import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { openS3TarballStore, type S3TarballStore, type S3TarballStoreOptions } from '@nmr/tarballs-s3'

/** A request as it came. */
export interface Received {
  /** `METHOD /path?query`, the path without the bucket. */
  readonly line: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export interface Answer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

/** Answers one request; `undefined` leaves it to what the stub does by itself: an empty bucket, and 200. */
export type Answering = (request: Received) => Answer | undefined

/** Something that answers as S3 does where a real server at hand does not, and remembers what it was asked. */
export interface Stub {
  readonly endpoint: string
  readonly received: readonly Received[]
  answer: Answering
  /** Opens a store on it, and forgets the requests that this took. */
  open(options?: Partial<S3TarballStoreOptions>): Promise<S3TarballStore>
  stop(): Promise<void>
}

const BUCKET = 'tarballs'

export async function startStub(): Promise<Stub> {
  const received: Received[] = []
  const server = createServer(async (incoming, outgoing) => {
    const line = `${incoming.method} ${incoming.url?.replace(`/${BUCKET}`, '')}`
    const request = { line, headers: incoming.headers, body: await buffer(incoming) }
    received.push(request)
    const { status = 200, headers = {}, body = '' } = stub.answer(request) ?? byDefault(request)
    const length = { 'content-length': String(Buffer.byteLength(body)) }
    outgoing
      .writeHead(status, { 'x-amz-request-id': `tx-${received.length}`, ...length, ...headers })
      .end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  const stub: Stub = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    answer: () => undefined,
    async open(options = {}) {
      const credentials = { accessKeyId: 'AKIDTEST', secretAccessKey: 'the-secret' }
      const store = await openS3TarballStore({
        ...credentials,
        endpoint: stub.endpoint,
        bucket: BUCKET,
        ...options,
      })
      received.length = 0
      return store
    },
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return stub
}

/** An error as S3 writes it. */
export function errorAnswer(
  status: number,
  code: string,
  more: Readonly<Record<string, string>> = {},
): Answer {
  const elements = Object.entries({ Code: code, Message: `about ${code}`, ...more })
  return {
    status,
    body: `<Error>${elements.map(([name, text]) => `<${name}>${text}</${name}>`).join('')}</Error>`,
  }
}

function byDefault({ line }: Received): Answer {
  if (line.startsWith('GET ?list-type=2') || line.startsWith('GET /?list-type=2')) {
    return { body: `<ListBucketResult><Name>${BUCKET}</Name><KeyCount>0</KeyCount></ListBucketResult>` }
  }
  return { headers: { etag: '"0123"' } }
}
