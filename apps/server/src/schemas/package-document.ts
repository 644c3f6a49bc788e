import { type Static, Type } from '@sinclair/typebox'
import type { ReceivedAttachment } from '../http/publish-body.ts'

const Attachment = Type.Object({
  content_type: Type.Optional(Type.String()),
  data: Type.Optional(Type.String()),
  length: Type.Optional(Type.Unknown()),
})

const Maintainer = Type.Object({ name: Type.String(), email: Type.Optional(Type.String()) })

/**
 * What clients PUT to a package: a publish document (all of them), or a packument that they got and changed. All of
 * it is optional here, since old clients leave out much; what a command needs of it is checked where it is used.
 */
export const PackageDocument = Type.Object({
  _rev: Type.Optional(Type.String()),
  name: Type.Optional(Type.String()),
  'dist-tags': Type.Optional(Type.Record(Type.String(), Type.String())),
  versions: Type.Optional(Type.Record(Type.String(), Type.Object({}))),
  readme: Type.Optional(Type.Unknown()),
  maintainers: Type.Optional(Type.Array(Maintainer)),
  users: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  _attachments: Type.Optional(Type.Record(Type.String(), Attachment)),
})

export type PackageDocument = Static<typeof PackageDocument>

/** A package document whose tarball was taken out of it as it came in. */
export const PublishBody = Type.Object({
  document: PackageDocument,
  attached: Type.Unsafe<ReceivedAttachment | undefined>(Type.Any()),
})

/** `"1.0.0"`: a bare JSON string. */
export const TaggedVersion = Type.String({ maxLength: 256 })

export const DistTagMap = Type.Record(Type.String(), Type.String({ maxLength: 256 }))
