import { awsFault } from '../fault.ts'
import type { SandboxService } from '../service.ts'
import { absent } from './bucket.ts'
import { bucketOf } from './rows.ts'

/** Each setting of a bucket has calls of its own. */
export const settingOperations = {
  getBucketVersioning: ({ Bucket }, world) => {
    const { versioning } = bucketOf(world, Bucket)
    return versioning ? { Status: versioning } : {}
  },
  putBucketVersioning: ({ Bucket, VersioningConfiguration }, world) => {
    bucketOf(world, Bucket).versioning = VersioningConfiguration?.Status ?? 'Suspended'
    return {}
  },

  getBucketEncryption: ({ Bucket }, world) => ({
    ServerSideEncryptionConfiguration: { Rules: bucketOf(world, Bucket).encryption },
  }),
  putBucketEncryption: ({ Bucket, ServerSideEncryptionConfiguration }, world) => {
    bucketOf(world, Bucket).encryption = ServerSideEncryptionConfiguration?.Rules ?? []
    return {}
  },

  getPublicAccessBlock: ({ Bucket }, world) => ({
    PublicAccessBlockConfiguration: bucketOf(world, Bucket).accessBlock,
  }),
  putPublicAccessBlock: ({ Bucket, PublicAccessBlockConfiguration }, world) => {
    bucketOf(world, Bucket).accessBlock = PublicAccessBlockConfiguration ?? {}
    return {}
  },

  getBucketLifecycleConfiguration: ({ Bucket }, world) => {
    const { lifecycle } = bucketOf(world, Bucket)
    if (!lifecycle) throw absent('NoSuchLifecycleConfiguration', 'The lifecycle configuration does not exist')
    return { Rules: lifecycle }
  },
  putBucketLifecycleConfiguration: ({ Bucket, LifecycleConfiguration }, world) => {
    const rules = LifecycleConfiguration?.Rules ?? []
    const idle = rules.find(
      rule =>
        !rule.Expiration &&
        !rule.NoncurrentVersionExpiration &&
        !rule.AbortIncompleteMultipartUpload &&
        !rule.Transitions?.length,
    )
    if (rules.length === 0 || idle)
      throw awsFault('InvalidRequest', 'At least one action needs to be specified in a rule.')
    bucketOf(world, Bucket).lifecycle = rules
    return {}
  },
  deleteBucketLifecycle: ({ Bucket }, world) => {
    bucketOf(world, Bucket).lifecycle = undefined
    return {}
  },

  getBucketCors: ({ Bucket }, world) => {
    const { cors } = bucketOf(world, Bucket)
    if (!cors) throw absent('NoSuchCORSConfiguration', 'The CORS configuration does not exist')
    return { CORSRules: cors }
  },
  putBucketCors: ({ Bucket, CORSConfiguration }, world) => {
    bucketOf(world, Bucket).cors = CORSConfiguration?.CORSRules ?? []
    return {}
  },
  deleteBucketCors: ({ Bucket }, world) => {
    bucketOf(world, Bucket).cors = undefined
    return {}
  },

  getBucketPolicy: ({ Bucket }, world) => {
    const { policy } = bucketOf(world, Bucket)
    if (policy === undefined) throw absent('NoSuchBucketPolicy', 'The bucket policy does not exist')
    return { Policy: policy }
  },
  putBucketPolicy: ({ Bucket, Policy = '' }, world) => {
    const row = bucketOf(world, Bucket)
    if (!Policy.includes('"Statement"'))
      throw awsFault('MalformedPolicy', 'Policies must be valid JSON and the first byte must be "{"')
    row.policy = Policy
    return {}
  },
  deleteBucketPolicy: ({ Bucket }, world) => {
    bucketOf(world, Bucket).policy = undefined
    return {}
  },
} satisfies Partial<SandboxService<'s3'>>
