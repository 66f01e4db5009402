import { orAbsent } from '../../aws/errors.ts'
import type { Members } from '../../resources/additions.ts'
import { listed } from '../../resources/additions.ts'
import type { Json } from '../../resources/json.ts'
import { canonical } from '../../resources/json.ts'
import type { Kind } from '../../resources/kind.ts'
import type { PolicyDocument } from '../iam/policy-document.ts'
import { canonicalPolicy } from '../iam/policy-document.ts'

export interface BucketPolicyProps {
  readonly bucket: string
  readonly policy: PolicyDocument
}

const listOfStatements = listed<Json>(statement =>
  isPlainStatement(statement) && typeof statement['Sid'] === 'string'
    ? statement['Sid']
    : canonical(statement),
)

/** By their `Sid`; one without is known by all that it says. */
const statements: Members = {
  in: policy => listOfStatements.in(statementsIn(policy)),
  only: (policy, names) => ({
    ...(policy as PolicyDocument),
    Statement: listOfStatements.only(statementsIn(policy), names),
  }),
  joined: (policy, more) => ({
    ...(policy as PolicyDocument),
    Statement: listOfStatements.joined(statementsIn(policy), statementsIn(more)),
  }),
}

function statementsIn(policy: unknown): unknown {
  return canonicalPolicy((policy ?? {}) as PolicyDocument)['Statement']
}

function isPlainStatement(statement: Json): statement is Readonly<Record<string, Json>> {
  return typeof statement === 'object' && statement !== null && !Array.isArray(statement)
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
  additions: [
    {
      what: 'statements',
      rule: 'left alone',
      seen: 'in a prop',
      prop: 'policy',
      members: statements,
      line: name => `statement ${name}`,
    },
  ],

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

  // S3 takes only the whole policy: the statements of others go back into it as they are.
  update: async ({ attributes, observed, props: { policy } }, { aws }) => {
    const { bucket: Bucket } = attributes
    const now = await orAbsent(aws.s3.getBucketPolicy({ Bucket }))
    const found = now?.Policy ? canonicalPolicy(JSON.parse(now.Policy) as PolicyDocument) : policy
    const before = new Set(Object.keys(statements.in(observed.policy)))
    const others = new Set(Object.keys(statements.in(found)).filter(name => !before.has(name)))
    const whole = statements.joined(policy, statements.only(found, others))
    await aws.s3.putBucketPolicy({ Bucket, Policy: canonical(whole) })
    return attributes
  },

  delete: async ({ attributes: { bucket } }, { aws }) => {
    await orAbsent(aws.s3.deleteBucketPolicy({ Bucket: bucket }))
  },
}
