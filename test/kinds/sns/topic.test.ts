import {
  CreateTopicCommand,
  GetTopicAttributesCommand,
  NotFoundException,
  SNSClient,
} from '@aws-sdk/client-sns'
import { describe, expect, it } from 'vitest'
import { topic } from '../../../src/kinds/sns/topic.ts'
import { mockedContext, readRequest, sandboxContext, tagsFor } from '../../support/context.ts'
import { describeKindLife } from '../../support/kind-life.ts'
import { stubbed } from '../../support/stubbed.ts'

const address = 'notifications/ops'
const token = '0123456789abcdef0123456789abcdef'
const props = { name: 'test-shop-ops', displayName: 'Shop' }
const attributes = { name: 'test-shop-ops', arn: 'arn:aws:sns:us-east-1:123456789012:test-shop-ops' }

describeKindLife<typeof topic>({ kind: topic, props: async () => props, changes: [{ displayName: 'Store' }] })

describe('sns/topic', () => {
  it('is created in one call that carries its tags', async () => {
    const sns = stubbed(SNSClient)
    sns.on(CreateTopicCommand).resolves({ TopicArn: attributes.arn })
    const request = { address, props, tags: { Name: 'ops' }, token }
    expect(await topic.create(request, mockedContext())).toEqual(attributes)
    expect(sns.calls().map(call => call.args[0].input)).toEqual([
      {
        Name: 'test-shop-ops',
        Attributes: { DisplayName: 'Shop' },
        Tags: [{ Key: 'Name', Value: 'ops' }],
      },
    ])
  })

  it('is read by an ARN that is made from its name, in one call when it is recorded', async () => {
    const sns = stubbed(SNSClient)
    sns.on(GetTopicAttributesCommand).resolves({ Attributes: { TopicArn: attributes.arn } })
    const [observed] = await topic.read([readRequest(address, props, attributes)], mockedContext())
    expect(observed?.props).toEqual({ name: 'test-shop-ops', displayName: '' })
    expect(sns.calls().map(call => call.args[0].input)).toEqual([{ TopicArn: attributes.arn }])
  })

  it('is absent where AWS does not know it', async () => {
    const sns = stubbed(SNSClient)
    sns.on(GetTopicAttributesCommand).rejects(new NotFoundException({ message: 'no', $metadata: {} }))
    expect(await topic.read([readRequest(address, props)], mockedContext())).toEqual([undefined])
  })

  it('is shown with the tags of another stack that has taken its name', async () => {
    const context = sandboxContext()
    const foreign = tagsFor(address, { 'provision:stack': 'other' })
    await topic.create({ address, props, tags: foreign, token }, context)
    const [observed] = await topic.read([readRequest(address, props)], context)
    expect(observed?.tags).toEqual(foreign)
  })
})
