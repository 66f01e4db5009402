import type {
  CORSRule,
  LifecycleRule,
  PublicAccessBlockConfiguration,
  ServerSideEncryptionRule,
} from '@aws-sdk/client-s3'
import { awsFault } from '../fault.ts'
import type { World } from '../world.ts'

export interface BucketRow {
  readonly name: string
  readonly arn: string
  readonly created: number
  versioning?: 'Enabled' | 'Suspended'
  encryption: ServerSideEncryptionRule[]
  accessBlock: PublicAccessBlockConfiguration
  lifecycle?: LifecycleRule[] | undefined
  cors?: CORSRule[] | undefined
  policy?: string | undefined
}

export interface ObjectRow {
  readonly bucket: string
  readonly key: string
  readonly versionId: string
  readonly marker: boolean
}

export const buckets = (world: World) => world.table<BucketRow>('s3/bucket')
export const objects = (world: World) => world.table<ObjectRow>('s3/object')

export function bucketOf(world: World, name = ''): BucketRow {
  const row = buckets(world).get(name)
  if (!row || !world.visible(row.created))
    throw awsFault('NoSuchBucket', 'The specified bucket does not exist', { status: 404 })
  return row
}

export function objectsIn(world: World, bucket: string): ObjectRow[] {
  return objects(world)
    .list()
    .filter(row => row.bucket === bucket)
}

/** What an application's PutObject or DeleteObject would leave: another version, or a delete marker. */
export function putObject(world: World, bucket: string, key: string, { marker = false } = {}): void {
  const { versioning } = bucketOf(world, bucket)
  const versionId = versioning === 'Enabled' ? world.id('', 32) : 'null'
  objects(world).set(`${bucket}/${key}/${versionId}`, { bucket, key, versionId, marker })
}
