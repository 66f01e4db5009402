import type { BucketLocationConstraint } from '@aws-sdk/client-s3'
import type { Aws } from '../../aws/aws.ts'
import { hasCode, orAbsent } from '../../aws/errors.ts'
import { fromTagList, tagList } from '../../aws/tags.ts'
import { HoldsData } from '../../errors.ts'
import { listed } from '../../resources/additions.ts'
import { sorted } from '../../resources/json.ts'
import type { Kind, KindContext, Tags } from '../../resources/kind.ts'
import { isUnknown } from '../../resources/reference.ts'
import type { LifecycleRule } from './bucket-rules.ts'
import type { BucketProps } from './bucket-settings.ts'
import {
  changeLifecycle,
  orUnset,
  putAccessBlock,
  putCors,
  putEncryption,
  putLifecycle,
  putVersioning,
  settingsOf,
} from './bucket-settings.ts'
import { emptyBucket } from './emptying.ts'

export interface BucketAttributes {
  readonly bucket: string
  readonly arn: string
  /** Of this region, as CloudFront wants its origins. */
  readonly domainName: string
}

/** While something writes to it, a bucket is not empty for long. */
const rounds = 3

/** What one that is not empty holds. */
const objects = 'objects'

export const bucket: Kind<BucketProps, BucketAttributes> = {
  type: 's3/bucket',
  label: 'S3 bucket',
  ownership: 'tags',
  data: 'keep-unless-empty',
  replaceOn: ['bucket'],
  replacement: 'create-first',
  uniqueKeys: [{ props: ['bucket'], label: 'name' }],
  findBy: ['bucket'],
  seconds: { create: 2, delete: 2 },
  additions: [
    {
      what: 'lifecycle rules',
      rule: 'left alone',
      seen: 'in a prop',
      prop: 'lifecycleRules',
      members: listed<LifecycleRule>(({ id }) => id),
      line: id => `lifecycle rule ${id}`,
    },
    { what: 'CORS rules', rule: 'reverted' },
  ],
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
            settingsOf(name, context.aws),
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

  update: async ({ attributes, observed, props, changed }, { aws }) => {
    const { bucket } = attributes
    if (changed.includes('publicAccessBlocked')) await putAccessBlock(aws, bucket, props)
    if (changed.includes('encryption')) await putEncryption(aws, bucket, props)
    if (changed.includes('versioned')) await putVersioning(aws, bucket, props)
    if (changed.includes('lifecycleRules')) await changeLifecycle(aws, bucket, observed, props)
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

  holds: (all, { aws }) =>
    Promise.all(
      all.map(async ({ bucket }) => {
        // Old versions and delete markers keep a bucket as objects do.
        const page = await orAbsent(aws.s3.listObjectVersions({ Bucket: bucket, MaxKeys: 1 }))
        const { Versions = [], DeleteMarkers = [] } = page ?? {}
        return Versions.length + DeleteMarkers.length > 0 ? [{ what: objects }] : []
      }),
    ),

  delete: async ({ attributes: { bucket }, dataMayGo }, { aws }) => {
    for (let round = 1; ; round++)
      try {
        if (dataMayGo) await orAbsent(emptyBucket(aws, bucket))
        await orAbsent(aws.s3.deleteBucket({ Bucket: bucket }))
        return
      } catch (error) {
        if (!hasCode(error, 'BucketNotEmpty')) throw error
        if (!dataMayGo) throw new HoldsData(objects)
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

async function tagsOf(Bucket: string, { s3 }: Aws): Promise<Tags | undefined> {
  const tagging = await orUnset(s3.getBucketTagging({ Bucket }))
  return tagging && fromTagList(tagging.TagSet)
}
