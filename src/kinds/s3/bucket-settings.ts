import type { Aws } from '../../aws/aws.ts'
import { hasCode, isNotFound } from '../../aws/errors.ts'
import type { CorsRule, LifecycleRule } from './bucket-rules.ts'
import { fromCors, fromLifecycle, toCors, toLifecycle } from './bucket-rules.ts'

export interface BucketProps {
  /** Unique in all of AWS. */
  readonly bucket: string
  /** Once on it can only be suspended. */
  readonly versioned: boolean
  /** `AES256` is AWS's default. */
  readonly encryption: 'AES256' | 'aws:kms'
  /** All four blocks; AWS's default for a new bucket. */
  readonly publicAccessBlocked: boolean
  readonly lifecycleRules: readonly LifecycleRule[]
  readonly corsRules: readonly CorsRule[]
}

/** S3 shows each setting in a call of its own. Throws not-found only when the bucket itself is gone. */
export async function settingsOf(Bucket: string, { s3 }: Aws): Promise<BucketProps> {
  const [versioning, encryption, access, lifecycle, cors] = await Promise.all([
    s3.getBucketVersioning({ Bucket }),
    orUnset(s3.getBucketEncryption({ Bucket })),
    orUnset(s3.getPublicAccessBlock({ Bucket })),
    orUnset(s3.getBucketLifecycleConfiguration({ Bucket })),
    orUnset(s3.getBucketCors({ Bucket })),
  ])
  const [rule] = encryption?.ServerSideEncryptionConfiguration?.Rules ?? []
  const blocks = access?.PublicAccessBlockConfiguration ?? {}
  return {
    bucket: Bucket,
    versioned: versioning.Status === 'Enabled',
    encryption: (rule?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm ??
      'AES256') as BucketProps['encryption'],
    publicAccessBlocked: Boolean(
      blocks.BlockPublicAcls &&
      blocks.BlockPublicPolicy &&
      blocks.IgnorePublicAcls &&
      blocks.RestrictPublicBuckets,
    ),
    lifecycleRules: fromLifecycle(lifecycle?.Rules),
    corsRules: fromCors(cors?.CORSRules),
  }
}

/** Undefined where the bucket is there but the setting is not. */
export async function orUnset<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call
  } catch (error) {
    if (isNotFound(error) && !hasCode(error, 'NoSuchBucket')) return undefined
    throw error
  }
}

export async function putAccessBlock({ s3 }: Aws, Bucket: string, { publicAccessBlocked: on }: BucketProps) {
  await s3.putPublicAccessBlock({
    Bucket,
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: on,
      BlockPublicPolicy: on,
      IgnorePublicAcls: on,
      RestrictPublicBuckets: on,
    },
  })
}

export async function putEncryption({ s3 }: Aws, Bucket: string, { encryption }: BucketProps) {
  await s3.putBucketEncryption({
    Bucket,
    ServerSideEncryptionConfiguration: {
      Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: encryption } }],
    },
  })
}

export async function putVersioning({ s3 }: Aws, Bucket: string, { versioned }: BucketProps) {
  const Status = versioned ? 'Enabled' : 'Suspended'
  await s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status } })
}

/** S3 takes only the whole list: the rules of others go back into it as they are. */
export async function changeLifecycle(aws: Aws, Bucket: string, before: BucketProps, after: BucketProps) {
  const now = await orUnset(aws.s3.getBucketLifecycleConfiguration({ Bucket }))
  const ours = new Set([...before.lifecycleRules, ...after.lifecycleRules].map(({ id }) => id))
  const others = (now?.Rules ?? []).filter(({ ID = '' }) => !ours.has(ID))
  const Rules = [...toLifecycle(after.lifecycleRules), ...others]
  if (Rules.length === 0) await aws.s3.deleteBucketLifecycle({ Bucket })
  else await aws.s3.putBucketLifecycleConfiguration({ Bucket, LifecycleConfiguration: { Rules } })
}

export async function putLifecycle({ s3 }: Aws, Bucket: string, { lifecycleRules }: BucketProps) {
  await s3.putBucketLifecycleConfiguration({
    Bucket,
    LifecycleConfiguration: { Rules: toLifecycle(lifecycleRules) },
  })
}

export async function putCors({ s3 }: Aws, Bucket: string, { corsRules }: BucketProps) {
  if (corsRules.length === 0) await s3.deleteBucketCors({ Bucket })
  else await s3.putBucketCors({ Bucket, CORSConfiguration: { CORSRules: toCors(corsRules) } })
}
