import { awsFault } from '../fault.ts'
import type { SandboxService } from '../service.ts'
import type { World } from '../world.ts'

interface SubscriptionRow {
  readonly id: string
  readonly topicArn: string
  readonly protocol: string
  readonly endpoint: string
  /** From then on it is forgotten unless somebody has confirmed it. Milliseconds since the epoch. */
  readonly pendingUntil?: number
}

const subscriptions = (world: World) => world.table<SubscriptionRow>('sns/subscription')

/** Only people and web servers have to say yes. */
const confirming = ['email', 'email-json', 'http', 'https']

const twoDays = 2 * 24 * 3600 * 1000

export const subscriptionOperations = {
  subscribe: ({ TopicArn = '', Protocol = '', Endpoint = '', ReturnSubscriptionArn = false }, world) => {
    if (!world.table('sns/topic').get(TopicArn)) throw topicMissing()
    assertEndpoint(Protocol, Endpoint)
    const same = living(world, TopicArn).find(
      ({ protocol, endpoint }) => protocol === Protocol && endpoint === Endpoint,
    )
    const id = same?.id ?? `${TopicArn}:${world.id('', 32)}`
    const row =
      same ??
      subscriptions(world).set(id, {
        id,
        topicArn: TopicArn,
        protocol: Protocol,
        endpoint: Endpoint,
        ...(confirming.includes(Protocol) && { pendingUntil: world.now() + twoDays }),
      })
    return {
      SubscriptionArn:
        row.pendingUntil === undefined || ReturnSubscriptionArn ? row.id : 'pending confirmation',
    }
  },

  listSubscriptionsByTopic: ({ TopicArn = '', NextToken }, world) => {
    if (!world.table('sns/topic').get(TopicArn)) throw topicMissing()
    const rows = living(world, TopicArn)
    const start = Number(NextToken ?? 0)
    const end = start + 100
    return {
      Subscriptions: rows.slice(start, end).map(({ id, topicArn, protocol, endpoint, pendingUntil }) => ({
        SubscriptionArn: pendingUntil === undefined ? id : 'PendingConfirmation',
        Owner: world.account,
        TopicArn: topicArn,
        Protocol: protocol,
        Endpoint: endpoint,
      })),
      ...(end < rows.length && { NextToken: String(end) }),
    }
  },

  unsubscribe: ({ SubscriptionArn = '' }, world) => {
    const row = subscriptions(world).get(SubscriptionArn)
    if (row?.pendingUntil !== undefined)
      throw awsFault('InvalidParameterException', 'Invalid parameter: This subscription is not confirmed', {
        code: 'InvalidParameter',
      })
    subscriptions(world).delete(SubscriptionArn)
    return {}
  },
} satisfies Partial<SandboxService<'sns'>>

export function dropSubscriptionsOf(world: World, topic: string): void {
  for (const { id } of living(world, topic)) subscriptions(world).delete(id)
}

function living(world: World, topic: string): SubscriptionRow[] {
  const rows = subscriptions(world)
  for (const { id, pendingUntil = Infinity } of rows.list()) if (pendingUntil <= world.now()) rows.delete(id)
  return rows.list().filter(({ topicArn }) => topicArn === topic)
}

function assertEndpoint(protocol: string, endpoint: string): void {
  const forms: Readonly<Record<string, RegExp>> = {
    email: /^[^@\s]+@[^@\s]+$/,
    https: /^https:\/\//,
    sms: /^\+?\d{5,15}$/,
    sqs: /^arn:[^:]+:sqs:/,
    lambda: /^arn:[^:]+:lambda:/,
  }
  if (!forms[protocol]?.test(endpoint))
    throw awsFault('InvalidParameterException', `Invalid parameter: ${protocol} endpoint`, {
      code: 'InvalidParameter',
    })
}

function topicMissing(): Error {
  return awsFault('NotFoundException', 'Topic does not exist', { code: 'NotFound', status: 404 })
}
