import { awsFault } from '../fault.ts'
import type { SandboxService } from '../service.ts'
import { tagged } from '../tagged.ts'
import { addTags, tagsByArn } from '../tags-by-arn.ts'
import { bucketOf, buckets, objects, objectsIn } from './rows.ts'

export const bucketOperations = {
  createBucket: ({ Bucket = '', CreateBucketConfiguration = {} }, world) => {
    if (!/^(?!xn--|sthree-)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(Bucket))
      throw awsFault('InvalidBucketName', 'The specified bucket is not valid.')
    const { LocationConstraint, Tags } = CreateBucketConfiguration
    if ((LocationConstraint ?? 'us-east-1') !== world.region)
      throw awsFault(
        'IllegalLocationConstraintException',
        'The unspecified location constraint is incompatible for the region specific endpoint this request was sent to.',
      )
    const there = buckets(world).get(Bucket)
    // In its first region S3 says yes to a second creation.
    if (there && world.region !== 'us-east-1')
      throw awsFault(
        'BucketAlreadyOwnedByYou',
        'Your previous request to create the named bucket succeeded and you already own it.',
        { status: 409 },
      )
    const row =
      there ??
      buckets(world).set(Bucket, {
        name: Bucket,
        arn: `arn:${world.partition}:s3:::${Bucket}`,
        created: world.now(),
        encryption: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
        accessBlock: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
      })
    if (!there) addTags(world, row.arn, Tags)
    return { Location: `/${Bucket}` }
  },

  headBucket: ({ Bucket }, world) => {
    const row = buckets(world).get(Bucket ?? '')
    if (!row || !world.visible(row.created)) throw awsFault('NotFound', 'UnknownError', { status: 404 })
    return { BucketRegion: world.region }
  },

  deleteBucket: ({ Bucket }, world) => {
    const { name, arn } = bucketOf(world, Bucket)
    if (objectsIn(world, name).length > 0)
      throw awsFault('BucketNotEmpty', 'The bucket you tried to delete is not empty', { status: 409 })
    buckets(world).delete(name)
    tagged(world).remove(arn)
    return {}
  },

  getBucketTagging: ({ Bucket }, world) => {
    const TagSet = tagsByArn(world, bucketOf(world, Bucket).arn)
    if (TagSet.length === 0) throw absent('NoSuchTagSet', 'The TagSet does not exist')
    return { TagSet }
  },

  // The whole set each time.
  putBucketTagging: ({ Bucket, Tagging }, world) => {
    const { arn } = bucketOf(world, Bucket)
    tagged(world).set(arn, {})
    addTags(world, arn, Tagging?.TagSet)
    return {}
  },

  listObjectVersions: ({ Bucket, MaxKeys = 1000 }, world) => {
    const rows = objectsIn(world, bucketOf(world, Bucket).name)
    const page = rows.slice(0, MaxKeys).map(({ key, versionId, marker }) => ({
      Key: encodeURIComponent(key).replaceAll('%20', '+'),
      VersionId: versionId,
      marker,
    }))
    return {
      Versions: page.filter(({ marker }) => !marker),
      DeleteMarkers: page.filter(({ marker }) => marker),
      IsTruncated: rows.length > MaxKeys,
    }
  },

  deleteObjects: ({ Bucket, Delete }, world) => {
    const { name } = bucketOf(world, Bucket)
    if ((Delete?.Objects?.length ?? 0) > 1000)
      throw awsFault('MalformedXML', 'The XML you provided was not well-formed')
    for (const { Key, VersionId } of Delete?.Objects ?? [])
      objects(world).delete(`${name}/${Key}/${VersionId ?? 'null'}`)
    return {}
  },
} satisfies Partial<SandboxService<'s3'>>

/** A setting that a bucket does not have. */
export function absent(name: string, message: string): Error {
  return awsFault(name, message, { status: 404 })
}
