import { Type } from '@sinclair/typebox'

/** A decoded path segment. What it must be beyond that is core's to say. */
const Segment = Type.String({ minLength: 1, maxLength: 1000 })

export const PackageParams = Type.Object({ name: Segment })
export const VersionParams = Type.Object({ name: Segment, versionOrTag: Segment })
export const TarballParams = Type.Object({ name: Segment, file: Segment })
export const RevisionParams = Type.Object({ name: Segment, revision: Segment })
export const TarballRevisionParams = Type.Object({ name: Segment, file: Segment, revision: Segment })
export const DistTagParams = Type.Object({ name: Segment, tag: Segment })
