import type { BucketLocationConstraint } from '@aws-sdk/client-s3'
import type { Aws } from '../../aws/aws.ts'
import { hasCode, isNotFound, orAbsent } from '../../aws/errors.ts'
import { fromTagList, tagList } from '../../aws/tags.ts'
import { HoldsData } from '../../errors.ts'
import { sorted } from '../../resources/json.ts'
import type { Kind, KindContext, Tags } from '../../resources/kind.ts'
import { isUnknown } from '../../resources/reference.ts'
import type { CorsRule, LifecycleRule } from './bucket-rules.ts'
import { fromCors, fromLifecycle, toCors, toLifecycle } from './bucket-rules.ts'
import { emptyBucket } from './emptying.ts'

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

export interface BucketAttributes {
  readonly bucket: string
  readonly arn: string
  /** Of this region, as CloudFront wants its origins. */
  readonly domainName: string
}

/** While something writes to it, a bucket is not empty for long. */
const rounds = 3

export const bucket: Kind<BucketProps, BucketAttributes> = {
  type: 's3/bucket',
  label: 'S3 bucket',
  ownership: 'tags',
  data: 'keep-unless-empty',
  replaceOn: ['bucket'],
  replacement: 'delete-first',
  findBy: ['bucket'],
  seconds: { create: 2, delete: 2 },
  effects: {
    versioned: 'keeps the versions that are there',
    lifecycleRules: 'S3 deletes what they say, within a day or two',
  },

  normalise: props =>
    isUnknown(props.lifecycleRules)
      ? props
      : {
          ...props,
          lifecycleRules: sorted(
            props.lifecycleRules.map(rule =>
              rule.transitions ? { ...rule, transitions: sorted(rule.transitions) } : rule,
            ),
          ),
        },

  identify: bucket => ({ props: { bucket } }),

  read: (requests, context) =>
    Promise.all(
      requests.map(async ({ attributes, props, tagsToo }) => {
        const name = attributes?.bucket ?? props.bucket!
        const found = attributes ? 'ours' : await whose(name, context)
        if (found === undefined) return undefined
        if (found === 'theirs')
          // Names are unique in all of AWS: somebody else's, without a tag of ours, is refused before anything is made.
          return { attributes: attributesOf(name, context), props: unseen(name), tags: {} }
        const seen = await orAbsent(
          Promise.all([
            facets(name, context.aws),
            attributes && !tagsToo ? undefined : tagsOf(name, context.aws).then(tags => tags ?? {}),
          ]),
        )
        if (!seen) return undefined
        const [shown, tags] = seen
        return { attributes: attributesOf(name, context), props: shown, tags }
      }),
    ),

  create: async ({ props, tags }, context) => {
    const { aws, region } = context
    await aws.s3.createBucket({
      Bucket: props.bucket,
      CreateBucketConfiguration: {
        // S3 refuses the name of its own first region here.
        ...(region === 'us-east-1' ? {} : { LocationConstraint: region as BucketLocationConstraint }),
        Tags: tagList(tags),
      },
    })
    return attributesOf(props.bucket, context)
  },

  // One after the other: S3 aborts writes to one bucket that come together.
  finish: async ({ props }, attributes, { aws }) => {
    const { bucket } = attributes
    if (!props.publicAccessBlocked) await putAccessBlock(aws, bucket, props)
    if (props.encryption !== 'AES256') await putEncryption(aws, bucket, props)
    if (props.versioned) await putVersioning(aws, bucket, props)
    if (props.lifecycleRules.length > 0) await putLifecycle(aws, bucket, props)
    if (props.corsRules.length > 0) await putCors(aws, bucket, props)
    return attributes
  },

  update: async ({ attributes, props, changed }, { aws }) => {
    const { bucket } = attributes
    if (changed.includes('publicAccessBlocked')) await putAccessBlock(aws, bucket, props)
    if (changed.includes('encryption')) await putEncryption(aws, bucket, props)
    if (changed.includes('versioned')) await putVersioning(aws, bucket, props)
    if (changed.includes('lifecycleRules')) await putLifecycle(aws, bucket, props)
    if (changed.includes('corsRules')) await putCors(aws, bucket, props)
    return attributes
  },

  retag: async ({ bucket }, { set, remove }, { aws }) => {
    // The call replaces the whole set; tags of AWS's own cannot be set and stay by themselves.
    const kept = Object.entries((await tagsOf(bucket, aws)) ?? {}).filter(
      ([key]) => !remove.includes(key) && !key.startsWith('aws:'),
    )
    const TagSet = tagList({ ...Object.fromEntries(kept), ...set })
    await aws.s3.putBucketTagging({ Bucket: bucket, Tagging: { TagSet } })
  },

  delete: async ({ attributes: { bucket }, dataMayGo }, { aws }) => {
    for (let round = 1; ; round++)
      try {
        if (dataMayGo) await orAbsent(emptyBucket(aws, bucket))
        await orAbsent(aws.s3.deleteBucket({ Bucket: bucket }))
        return
      } catch (error) {
        if (!hasCode(error, 'BucketNotEmpty')) throw error
        if (!dataMayGo) throw new HoldsData('objects')
        if (round === rounds) throw error
      }
  },
}

function attributesOf(bucket: string, { partition, region }: KindContext): BucketAttributes {
  const suffix = partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com'
  return { bucket, arn: `arn:${partition}:s3:::${bucket}`, domainName: `${bucket}.s3.${region}.${suffix}` }
}

/** Undefined when the name is free. A bucket in another region, or one that we may not see, counts as somebody else's. */
async function whose(
  Bucket: string,
  { aws, account, region }: KindContext,
): Promise<'ours' | 'theirs' | undefined> {
  try {
    const head = await orAbsent(aws.s3.headBucket({ Bucket, ExpectedBucketOwner: account }))
    if (!head) return undefined
    return head.BucketRegion === undefined || head.BucketRegion === region ? 'ours' : 'theirs'
  } catch (error) {
    // The answer to HEAD has no body and so no code.
    const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode
    if (status === 403 || status === 301) return 'theirs'
    throw error
  }
}

function unseen(bucket: string): BucketProps {
  return {
    bucket,
    versioned: false,
    encryption: 'AES256',
    publicAccessBlocked: true,
    lifecycleRules: [],
    corsRules: [],
  }
}

/** S3 shows each setting in a call of its own. Throws not-found only when the bucket itself is gone. */
async function facets(Bucket: string, { s3 }: Aws): Promise<BucketProps> {
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

async function tagsOf(Bucket: string, { s3 }: Aws): Promise<Tags | undefined> {
  const tagging = await orUnset(s3.getBucketTagging({ Bucket }))
  return tagging && fromTagList(tagging.TagSet)
}

/** Undefined where the bucket is there but the setting is not. */
async function orUnset<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call
  } catch (error) {
    if (isNotFound(error) && !hasCode(error, 'NoSuchBucket')) return undefined
    throw error
  }
}

async function putAccessBlock({ s3 }: Aws, Bucket: string, { publicAccessBlocked: on }: BucketProps) {
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

async function putEncryption({ s3 }: Aws, Bucket: string, { encryption }: BucketProps) {
  await s3.putBucketEncryption({
    Bucket,
    ServerSideEncryptionConfiguration: {
      Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: encryption } }],
    },
  })
}

async function putVersioning({ s3 }: Aws, Bucket: string, { versioned }: BucketProps) {
  const Status = versioned ? 'Enabled' : 'Suspended'
  await s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status } })
}

async function putLifecycle({ s3 }: Aws, Bucket: string, { lifecycleRules }: BucketProps) {
  if (lifecycleRules.length === 0) await s3.deleteBucketLifecycle({ Bucket })
  else
    await s3.putBucketLifecycleConfiguration({
      Bucket,
      LifecycleConfiguration: { Rules: toLifecycle(lifecycleRules) },
    })
}

async function putCors({ s3 }: Aws, Bucket: string, { corsRules }: BucketProps) {
  if (corsRules.length === 0) await s3.deleteBucketCors({ Bucket })
  else await s3.putBucketCors({ Bucket, CORSConfiguration: { CORSRules: toCors(corsRules) } })
}
