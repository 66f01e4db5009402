import { ListSubscriptionsByTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns'
import { describe, expect, it } from 'vitest'
import type { SubscriptionProps } from '../../../src/kinds/sns/subscription.ts'
import { subscription } from '../../../src/kinds/sns/subscription.ts'
import type { SandboxContext } from '../../support/context.ts'
import { mockedContext, readRequest, sandboxContext } from '../../support/context.ts'
import { describeKindLife } from '../../support/kind-life.ts'
import { stubbed } from '../../support/stubbed.ts'

const address = 'notifications/ops.email-1'
const token = '0123456789abcdef0123456789abcdef'
const topicArn = 'arn:aws:sns:us-east-1:123456789012:ops'
const mail = { topicArn, protocol: 'email', endpoint: 'ada@example.com' } as const
const queue = { topicArn, protocol: 'sqs', endpoint: 'arn:aws:sqs:us-east-1:123456789012:ops' } as const

async function withTopic(context: SandboxContext, props: SubscriptionProps): Promise<SubscriptionProps> {
  await context.aws.sns.createTopic({ Name: 'ops' })
  return props
}

const make = (props: SubscriptionProps, context: SandboxContext) =>
  subscription.create({ address, props, tags: {}, token }, context)

describeKindLife({ kind: subscription, props: context => withTopic(context, queue), changes: [] })

describe('sns/subscription', () => {
  it('is created in one call, and says when somebody has to confirm it', async () => {
    const sns = stubbed(SNSClient)
    sns.on(SubscribeCommand).resolves({ SubscriptionArn: 'pending confirmation' })
    const made = await subscription.create({ address, props: mail, tags: {}, token }, mockedContext())
    expect(made).toEqual({ ...mail, status: 'pending confirmation' })
    expect(sns.calls().map(call => call.args[0].input)).toEqual([
      { TopicArn: topicArn, Protocol: 'email', Endpoint: 'ada@example.com' },
    ])
  })

  it('is confirmed at once where nobody has to be asked', async () => {
    const context = sandboxContext()
    await withTopic(context, queue)
    expect(await make(queue, context)).toMatchObject({ status: 'confirmed' })
  })

  it('is found while it waits for its confirmation, and with its neighbours in one call', async () => {
    const context = sandboxContext()
    await withTopic(context, mail)
    await make(mail, context)
    await make(queue, context)
    context.calls.length = 0
    const found = await subscription.read(
      [readRequest('a', mail), readRequest('b', queue), readRequest('c', { ...mail, endpoint: 'x@y.z' })],
      context,
    )
    expect(found.map(one => one?.attributes.status)).toEqual(['pending confirmation', 'confirmed', undefined])
    expect(context.calls).toHaveLength(1)
  })

  it('is made anew when nobody has confirmed it in time', async () => {
    const context = sandboxContext()
    await withTopic(context, mail)
    const made = await make(mail, context)
    await context.clock.sleep(3 * 24 * 3600 * 1000)
    expect(await subscription.read([readRequest(address, mail, made)], context)).toEqual([undefined])
  })

  it('is left to expire when it goes before it was confirmed, since AWS would refuse', async () => {
    const sns = stubbed(SNSClient)
    sns.on(ListSubscriptionsByTopicCommand).resolves({
      Subscriptions: [{ SubscriptionArn: 'PendingConfirmation', Protocol: 'email', Endpoint: mail.endpoint }],
    })
    const attributes = { ...mail, status: 'pending confirmation' as const }
    await subscription.delete({ address, attributes, dataMayGo: false }, mockedContext())
    expect(sns.calls()).toHaveLength(1)
  })

  it('is absent where its topic is', async () => {
    expect(await subscription.read([readRequest(address, mail)], sandboxContext())).toEqual([undefined])
  })
})
