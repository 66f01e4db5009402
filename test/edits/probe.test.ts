import { beforeAll, describe, expect, it } from 'vitest'
import { securityGroups } from '../../src/sandbox/ec2/security-group.ts'
import { services } from '../../src/sandbox/ecs/rows.ts'
import { rows } from '../../src/sandbox/elbv2/rows.ts'
import { recordSets } from '../../src/sandbox/route53/rows.ts'
import type { World } from '../../src/sandbox/world.ts'
import type { ClientRequest } from '../support/client.ts'
import { unanswered } from '../support/client.ts'
import { TrafficProbe } from '../support/traffic-probe.ts'
import type { Document } from './document.ts'
import { LiveStack } from './live-stack.ts'
import { configOf, productionRequests } from './production.ts'

const document: Document = {
  stack: 'shop',
  environment: 'dev',
  region: 'us-east-1',
  domain: { name: 'shop.example.com', aliases: ['www'] },
  services: {
    web: { image: 'nginx:1.27', port: 80, paths: ['/*'] },
    api: { image: 'public.ecr.aws/docker/library/httpd:2.4', port: 8080, paths: ['/api/*'] },
  },
}
const ask = (path: string, host = 'shop.example.com', port = 443): ClientRequest => ({ host, port, path })
let live: LiveStack

beforeAll(async () => {
  live = await LiveStack.built(document)
})

/** The same stack after somebody has laid hands on its AWS. */
function after(change: (world: World) => void): World {
  const { world } = live.copy(2)
  change(world)
  return world
}

const rule = (world: World) => rows(world, 'rule').list()[0]!
const listener = (world: World, wanted: number) =>
  rows(world, 'listener')
    .list()
    .find(({ port }) => port === wanted)!

describe('what a client of the load balancer gets', () => {
  it.each([ask('/'), ask('/api/x'), ask('/', 'www.shop.example.com'), ask('/api/x', 'shop.example.com', 80)])(
    'an answer at %o',
    request => expect(unanswered(live.world, request)).toBeUndefined(),
  )

  it.each<[string, (world: World) => void, RegExp]>([
    [
      'when nothing in DNS leads there',
      world => {
        for (const { zoneId, record } of recordSets(world).list())
          if (record.Type === 'A') recordSets(world).delete(`${zoneId} A ${record.Name}`)
      },
      /leads to no load balancer/,
    ],
    [
      'when the port is closed',
      world => {
        for (const row of securityGroups(world).list())
          row.ingress = row.ingress.filter(({ toPort }) => toPort !== 443)
      },
      /opens port 443/,
    ],
    [
      'when nobody listens',
      world => rows(world, 'listener').delete(listener(world, 443).arn),
      /no listener on port 443/,
    ],
    [
      'when the tasks let nobody in',
      world => {
        for (const row of securityGroups(world).list())
          row.ingress = row.ingress.filter(({ groupId }) => groupId === undefined)
      },
      /security groups keep the load balancer from the targets/,
    ],
    [
      'when the rule leads to an empty group',
      world => {
        for (const row of services(world).list()) if (row.name.endsWith('api')) row.tasks = []
      },
      /has no healthy target/,
    ],
    [
      'when a share of the requests goes to an empty group',
      world => {
        const [first] = rule(world).actions
        const twin = { ...rows(world, 'targetGroup').list()[0]!, arn: 'arn:empty', name: 'empty' }
        rows(world, 'targetGroup').set('arn:empty', twin)
        const groups = [
          ...(first!.ForwardConfig!.TargetGroups ?? []),
          { TargetGroupArn: 'arn:empty', Weight: 1 },
        ]
        rule(world).actions = [{ Type: 'forward', ForwardConfig: { TargetGroups: groups } }]
      },
      /empty has no healthy target/,
    ],
    [
      'when an earlier rule answers by itself',
      world =>
        void rows(world, 'rule').set('arn:earlier', {
          ...rule(world),
          arn: 'arn:earlier',
          priority: 1,
          actions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '503' } }],
        }),
      /answers with 503/,
    ],
  ])('none %s', (_when, change, reason) => {
    expect(unanswered(after(change), ask('/api/x'))).toMatch(reason)
  })

  it('an answer where an empty group gets no share, and from a rule that does not match', () => {
    const world = after(changed => {
      const [first] = rule(changed).actions
      const groups = [
        ...(first!.ForwardConfig!.TargetGroups ?? []),
        { TargetGroupArn: 'arn:empty', Weight: 0 },
      ]
      rule(changed).actions = [{ Type: 'forward', ForwardConfig: { TargetGroups: groups } }]
    })
    expect(unanswered(world, ask('/api/x'))).toBeUndefined()
    rule(world).conditions = [{ Field: 'host-header', HostHeaderConfig: { Values: ['*.example.org'] } }]
    rule(world).actions = [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '503' } }]
    expect(unanswered(world, ask('/api/x'))).toBeUndefined()
  })
})

it('an outage is as long as the seconds in which nobody answered', () => {
  const { world } = live.copy(3)
  const probe = new TrafficProbe(world, [ask('/api/x'), ask('/')])
  const { actions } = rule(world)
  probe.look()
  rule(world).actions = [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '503' } }]
  probe.look()
  probe.look()
  rule(world).actions = actions
  probe.look()
  expect(probe.outages).toMatchObject([{ request: { path: '/api/x' }, seconds: 2 }])
})

it('a command is watched second by second', async () => {
  const stack = live.copy(4)
  const config = (await configOf(document))!
  const requests = productionRequests(stack.world, config, config)
  expect(requests).toHaveLength(8)
  stack.document = {
    ...document,
    services: { ...(document['services'] as object), cron: { image: 'nginx:1.27' } },
  }
  const { code, outages } = await stack.up({ requests })
  expect([code, outages]).toEqual([0, []])
})

it('paths count that both configs serve, and hosts that both have', async () => {
  const before = (await configOf(document))!
  const moved = (await configOf({
    ...document,
    domain: { name: 'shop.example.org' },
    services: { web: { image: 'nginx:1.27', port: 80, paths: ['/api/*', '/new/*'] } },
  }))!
  expect(productionRequests(live.world, before, moved)).toEqual([])
  const plain = { ...moved, domain: before.domain }
  const paths = productionRequests(live.world, before, plain).map(({ path }) => path)
  // Everything else goes unserved on purpose, and so does what no one served before.
  expect([...new Set(paths)].toSorted()).toEqual(['/api/x', '/new/x'])
})
