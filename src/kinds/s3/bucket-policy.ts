import { orAbsent } from '../../aws/errors.ts'
import { canonical } from '../../resources/json.ts'
import type { Kind } from '../../resources/kind.ts'
import type { PolicyDocument } from '../iam/policy-document.ts'
import { canonicalPolicy } from '../iam/policy-document.ts'

export interface BucketPolicyProps {
  readonly bucket: string
  readonly policy: PolicyDocument
}

export interface BucketPolicyAttributes {
  readonly bucket: string
}

/** A bucket has one policy; it is the bucket's, and goes with it. */
export const bucketPolicy: Kind<BucketPolicyProps, BucketPolicyAttributes> = {
  type: 's3/bucket-policy',
  label: 'bucket policy',
  ownership: 'parent',
  replaceOn: ['bucket'],
  replacement: 'create-first',
  findBy: ['bucket'],
  seconds: { create: 1, delete: 1 },

  normalise: props => ({ ...props, policy: canonicalPolicy(props.policy) }),

  read: (requests, { aws }) =>
    Promise.all(
      requests.map(async ({ attributes, props }) => {
        const bucket = attributes?.bucket ?? props.bucket!
        // Absent with its bucket as well as by itself.
        const found = await orAbsent(aws.s3.getBucketPolicy({ Bucket: bucket }))
        if (!found?.Policy) return undefined
        const policy = canonicalPolicy(JSON.parse(found.Policy) as PolicyDocument)
        return { attributes: { bucket }, props: { bucket, policy }, tags: undefined }
      }),
    ),

  create: async ({ props: { bucket, policy } }, { aws }) => {
    await aws.s3.putBucketPolicy({ Bucket: bucket, Policy: canonical(policy) })
    return { bucket }
  },

  update: async ({ attributes, props: { policy } }, { aws }) => {
    await aws.s3.putBucketPolicy({ Bucket: attributes.bucket, Policy: canonical(policy) })
    return attributes
  },

  delete: async ({ attributes: { bucket } }, { aws }) => {
    await orAbsent(aws.s3.deleteBucketPolicy({ Bucket: bucket }))
  },
}
