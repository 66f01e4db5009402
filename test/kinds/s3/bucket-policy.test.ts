import { GetBucketPolicyCommand, PutBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3'
import { describe, expect, it } from 'vitest'
import { bucketPolicy } from '../../../src/kinds/s3/bucket-policy.ts'
import { mockedContext, readRequest, tagsFor } from '../../support/context.ts'
import { describeKindLife } from '../../support/kind-life.ts'
import { stubbed } from '../../support/stubbed.ts'

const address = 'cdn/media.policy'
const statement = (Action: string | string[]) => ({
  Effect: 'Allow',
  Principal: { Service: 'cloudfront.amazonaws.com' },
  Action,
  Resource: 'arn:aws:s3:::shop-media/*',
})
const props = {
  bucket: 'shop-media',
  policy: { Version: '2012-10-17', Statement: [statement('s3:GetObject')] },
}

describeKindLife({
  kind: bucketPolicy,
  props: async ({ aws }) => {
    await aws.s3.createBucket({ Bucket: 'shop-media' })
    return props
  },
  changes: [
    { policy: { Version: '2012-10-17', Statement: [statement(['s3:GetObject', 's3:GetObjectVersion'])] } },
  ],
})

describe('s3/bucket-policy', () => {
  it('is written in one call', async () => {
    const s3 = stubbed(S3Client)
    s3.on(PutBucketPolicyCommand).resolves({})
    const request = { address, props: bucketPolicy.normalise!(props), tags: tagsFor(address), token: '0' }
    expect(await bucketPolicy.create(request, mockedContext())).toEqual({ bucket: 'shop-media' })
    const [{ Bucket, Policy }] = s3.calls().map(call => call.args[0].input) as [
      { Bucket: string; Policy: string },
    ]
    expect(Bucket).toBe('shop-media')
    expect(JSON.parse(Policy)).toEqual(request.props.policy)
  })

  it('means the same when S3 writes a list of one as that one', async () => {
    const s3 = stubbed(S3Client)
    const Policy = JSON.stringify({ ...props.policy, Statement: [statement(['s3:GetObject'])] })
    s3.on(GetBucketPolicyCommand).resolves({ Policy })
    const [observed] = await bucketPolicy.read(
      [readRequest(address, props, { bucket: 'shop-media' })],
      mockedContext(),
    )
    expect(observed?.props).toEqual(bucketPolicy.normalise!(props))
  })
})
