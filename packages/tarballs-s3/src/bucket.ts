import type { S3Client } from '@aws-sdk/client-s3'
import type { TarballKey } from '@nmr/core'

/** A part of a bucket: what its objects' names start with. */
export interface Bucket {
  readonly client: S3Client
  readonly name: string
  readonly prefix: string
  /** Whether what is written carries S3's own checksums besides its signature. */
  readonly checksums: boolean
}

/** How requests name the object that holds a tarball. */
export function objectOf(
  { name, prefix }: Bucket,
  key: TarballKey,
): { readonly Bucket: string; readonly Key: string } {
  return { Bucket: name, Key: prefix + key }
}
