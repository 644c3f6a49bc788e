import { HeadObjectCommand } from '@aws-sdk/client-s3'
import type { Measured, TarballKey } from '@nmr/core'
import { type Bucket, objectOf } from './bucket.ts'
import { isMissing } from './store-fault.ts'

/** What an object says of itself. */
export interface StoredObject {
  /** Bytes. */
  readonly size: number | undefined
  /** What it was put with; absent on objects that came from elsewhere. */
  readonly integrity: string | undefined
}

/** @returns `undefined` when there is no such object */
export async function storedObject(bucket: Bucket, key: TarballKey): Promise<StoredObject | undefined> {
  try {
    const { ContentLength, Metadata } = await bucket.client.send(new HeadObjectCommand(objectOf(bucket, key)))
    return { size: ContentLength, integrity: Metadata?.integrity }
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

/** Whether an object is the one that a put was to make. */
export function isWhole(
  stored: StoredObject | undefined,
  { size, integrity }: Pick<Measured, 'size' | 'integrity'>,
): boolean {
  return stored?.size === size && stored.integrity === integrity
}
