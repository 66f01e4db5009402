import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectsCommand,
  GetBucketCorsCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
  ListObjectVersionsCommand,
  PutBucketTaggingCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { describe, expect, it } from 'vitest'
import { tagList } from '../../../src/aws/tags.ts'
import { HoldsData } from '../../../src/errors.ts'
import type { BucketProps } from '../../../src/kinds/s3/bucket-settings.ts'
import { bucket } from '../../../src/kinds/s3/bucket.ts'
import { awsFault } from '../../../src/sandbox/fault.ts'
import { objects, putObject } from '../../../src/sandbox/s3/rows.ts'
import { mockedContext, readRequest, sandboxContext, tagsFor } from '../../support/context.ts'
import { foreignTags } from '../../support/data-network.ts'
import { describeKindLife } from '../../support/kind-life.ts'
import { stubbed } from '../../support/stubbed.ts'

const address = 'data/media'
const name = 'shop-test-media-123456789012'
const props: BucketProps = {
  bucket: name,
  versioned: true,
  encryption: 'AES256',
  publicAccessBlocked: true,
  lifecycleRules: [{ id: 'old', prefix: '', expireNoncurrentDays: 30, abortUploadDays: 7 }],
  corsRules: [],
}
const attributes = {
  bucket: name,
  arn: `arn:aws:s3:::${name}`,
  domainName: `${name}.s3.us-east-1.amazonaws.com`,
}
const tags = tagsFor(address)
const deletion = { address, attributes }

describeKindLife({
  kind: bucket,
  props: async () => props,
  changes: [
    { versioned: false },
    {
      lifecycleRules: [
        { id: 'cold', prefix: 'logs/', transitions: [{ days: 30, storageClass: 'GLACIER' }] },
        { id: 'a', prefix: '', expireDays: 365 },
      ],
    },
    { lifecycleRules: [] },
    { corsRules: [{ allowedOrigins: ['https://shop.example'], allowedMethods: ['GET'] }] },
    { corsRules: [] },
    { encryption: 'aws:kms' },
    { publicAccessBlocked: false },
  ],
})

function withNothingSet() {
  const stub = stubbed(S3Client)
  const missing = (code: string) => awsFault(code, 'does not exist', { status: 404 })
  stub.on(GetBucketVersioningCommand).resolves({ Status: 'Enabled' })
  stub.on(GetBucketEncryptionCommand).rejects(missing('ServerSideEncryptionConfigurationNotFoundError'))
  stub.on(GetPublicAccessBlockCommand).rejects(missing('NoSuchPublicAccessBlockConfiguration'))
  stub.on(GetBucketLifecycleConfigurationCommand).rejects(missing('NoSuchLifecycleConfiguration'))
  stub.on(GetBucketCorsCommand).rejects(missing('NoSuchCORSConfiguration'))
  return stub
}

describe('s3/bucket', () => {
  it('is created with its tags in the same call, and without the region in us-east-1', async () => {
    const s3 = stubbed(S3Client)
    s3.on(CreateBucketCommand).resolves({})
    const request = { address, props, tags, token: '0' }
    expect(await bucket.create(request, mockedContext())).toEqual(attributes)
    await bucket.create(request, { ...mockedContext(), region: 'eu-central-1' })
    expect(s3.calls().map(call => call.args[0].input)).toEqual([
      { Bucket: name, CreateBucketConfiguration: { Tags: tagList(tags) } },
      {
        Bucket: name,
        CreateBucketConfiguration: { LocationConstraint: 'eu-central-1', Tags: tagList(tags) },
      },
    ])
  })

  it('is written to only for what S3 does not set by itself', async () => {
    const context = sandboxContext()
    await context.aws.s3.createBucket({ Bucket: name })
    const before = context.calls.length
    await bucket.finish!({ address, props, tags, token: '0' }, attributes, context)
    expect(context.calls.slice(before).map(({ operation }) => operation)).toEqual([
      'PutBucketVersioning',
      'PutBucketLifecycleConfiguration',
    ])
  })

  it('takes a setting that S3 does not show for unset, and a missing bucket for absent', async () => {
    const s3 = withNothingSet()
    const request = readRequest(address, props, attributes)
    const [observed] = await bucket.read([request], mockedContext())
    expect(observed?.props).toEqual({ ...props, publicAccessBlocked: false, lifecycleRules: [] })
    expect(observed?.tags).toBeUndefined()
    s3.on(GetBucketVersioningCommand).rejects(awsFault('NoSuchBucket', 'no such bucket', { status: 404 }))
    expect(await bucket.read([request], mockedContext())).toEqual([undefined])
    expect(s3.commandCalls(HeadBucketCommand)).toHaveLength(0)
  })

  it('is returned with its tags when the name is taken in this account', async () => {
    const s3 = withNothingSet()
    s3.on(HeadBucketCommand).resolves({})
    s3.on(GetBucketTaggingCommand).resolves({ TagSet: tagList(foreignTags) })
    const [observed] = await bucket.read([readRequest(address, props)], mockedContext())
    expect(observed?.tags).toEqual(foreignTags)
  })

  it.each([
    ['another account', () => awsFault('403', 'UnknownError', { status: 403 })],
    ['another region', () => awsFault('301', 'UnknownError', { status: 301 })],
  ])('is nobody we know when its name is taken in %s', async (_where, answer) => {
    const s3 = stubbed(S3Client)
    s3.on(HeadBucketCommand).rejects(answer())
    const [observed] = await bucket.read([readRequest(address, props)], mockedContext())
    expect(observed?.tags).toEqual({})
    expect(s3.calls()).toHaveLength(1)
  })

  it('keeps the tags of others when one is changed', async () => {
    const s3 = stubbed(S3Client)
    const TagSet = tagList({ team: 'blue', cost: '7', 'aws:cloudformation:stack-name': 'x' })
    s3.on(GetBucketTaggingCommand).resolves({ TagSet })
    s3.on(PutBucketTaggingCommand).resolves({})
    await bucket.retag!(attributes, { set: { app: 'shop' }, remove: ['cost'] }, mockedContext())
    expect(s3.commandCalls(PutBucketTaggingCommand)[0]!.args[0].input).toEqual({
      Bucket: name,
      Tagging: { TagSet: tagList({ team: 'blue', app: 'shop' }) },
    })
  })

  it('stays while it holds anything, be it only a delete marker', async () => {
    const context = sandboxContext()
    await context.aws.s3.createBucket({ Bucket: name })
    putObject(context.world, name, 'gone.txt', { marker: true })
    await expect(bucket.delete({ ...deletion, dataMayGo: false }, context)).rejects.toThrow(HoldsData)
  })

  it('is emptied page by page, versions and delete markers, when its data may go', async () => {
    const context = sandboxContext()
    await context.aws.s3.createBucket({ Bucket: name })
    await context.aws.s3.putBucketVersioning({
      Bucket: name,
      VersioningConfiguration: { Status: 'Enabled' },
    })
    for (let index = 0; index < 1500; index++) putObject(context.world, name, `a b/${index}`)
    putObject(context.world, name, 'a b/7', { marker: true })
    await bucket.delete({ ...deletion, dataMayGo: true }, context)
    expect(objects(context.world).list()).toEqual([])
    expect(context.calls.filter(({ operation }) => operation === 'DeleteObjects')).toHaveLength(2)
  })

  it('is emptied again when something still writes to it, and says so when that does not end', async () => {
    const s3 = stubbed(S3Client)
    s3.on(ListObjectVersionsCommand).resolves({})
    s3.on(DeleteBucketCommand).rejects(awsFault('BucketNotEmpty', 'not empty', { status: 409 }))
    await expect(bucket.delete({ ...deletion, dataMayGo: true }, mockedContext())).rejects.toThrow(
      'not empty',
    )
    expect(s3.commandCalls(DeleteBucketCommand)).toHaveLength(3)
  })

  it('tells which object S3 refused to delete', async () => {
    const s3 = stubbed(S3Client)
    s3.on(ListObjectVersionsCommand).resolves({ Versions: [{ Key: 'held', VersionId: '1' }] })
    s3.on(DeleteObjectsCommand).resolves({
      Errors: [{ Key: 'held', Code: 'AccessDenied', Message: 'locked' }],
    })
    await expect(bucket.delete({ ...deletion, dataMayGo: true }, mockedContext())).rejects.toThrow(
      'held: locked',
    )
  })
})
