/** Where the bucket is, who asks, and how readers get at what is in it. */
export interface S3TarballStoreOptions {
  /** Goes with `secretAccessKey`. Without both, the SDK looks for credentials: environment, profile, role. */
  readonly accessKeyId?: string | undefined
  readonly secretAccessKey?: string | undefined
  /** Absent: `us-east-1` where an `endpoint` is given, otherwise what the SDK finds in environment or profile. */
  readonly region?: string | undefined
  readonly bucket: string
  /** What the names of all objects start with, such as `npm/`; default none. */
  readonly prefix?: string | undefined
  /** Whether readers are sent to presigned URLs instead of being given the bytes; default false. */
  readonly redirect?: boolean | undefined
  /** Seconds that a presigned URL is good for; default 60. */
  readonly expires?: number | undefined
  /** The store's URL; absent: Amazon's for the region. */
  readonly endpoint?: string | undefined
  /** The URL under which clients reach the store, for presigned URLs; default `endpoint`. */
  readonly publicEndpoint?: string | undefined
  /** The bucket in the path instead of the host name; default true where an `endpoint` is given. */
  readonly forcePathStyle?: boolean | undefined
  /**
   * Whether requests and answers carry S3's newer checksums. Default `when_required` where an `endpoint` is given,
   * for stores that do not know them; what is sent is verified by its signed SHA-256 in either case.
   */
  readonly checksums?: 'when_supported' | 'when_required' | undefined
  /** Milliseconds after which a connection that moves no byte is given up; default 30,000. */
  readonly idleTimeout?: number | undefined
  /** What presigned URLs are dated by. */
  readonly clock?: (() => Date) | undefined
}
