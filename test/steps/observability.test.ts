import { describe, expect, it } from 'vitest'
import type { Resource } from '../../src/resources/resource.ts'
import { resourcesOf } from '../support/stacks.ts'

const web = { image: 'nginx', port: 80, paths: ['/*'] }
const find = (stack: Resource[], address: string) => stack.find(resource => resource.address === address)
const ofType = (stack: Resource[], type: string) => stack.filter(resource => resource.type === type)

describe('the scaling step', () => {
  const scaled = {
    services: { web: { ...web, scaling: { min: 2, max: 4, cpu: 70, requests: 500, cooldown: 120 } } },
  }

  it('tracks each target with the cooldowns of the config', async () => {
    const stack = await resourcesOf(scaled)
    expect(find(stack, 'scaling/web')?.props).toMatchObject({
      resourceId: {
        template: ['service/', { reference: 'cluster/cluster' }, '/', { reference: 'services/web' }],
      },
      minCapacity: 2,
      maxCapacity: 4,
    })
    expect(find(stack, 'scaling/web.cpu')?.props).toMatchObject({
      metric: 'ECSServiceAverageCPUUtilization',
      targetValue: 70,
      scaleInCooldown: 120,
      scaleOutCooldown: 120,
    })
    expect(find(stack, 'scaling/web.requests')?.props).toMatchObject({
      requests: { targetGroupArns: [{ reference: 'load-balancer/web.targets' }] },
    })
    expect(find(stack, 'scaling/web.memory')).toBeUndefined()
  })

  it('goes before its service does, which it would otherwise outlive', async () => {
    const stack = await resourcesOf(scaled)
    expect(find(stack, 'scaling/web')?.after).toContainEqual({
      address: 'services/web',
      needs: 'id',
      holds: true,
    })
  })

  it('takes the number of tasks out of the hands of later plans', async () => {
    expect(find(await resourcesOf(scaled), 'services/web')?.released).toContain('desiredCount')
    const plain = find(await resourcesOf({ services: { web } }), 'services/web')
    expect(plain?.released ?? []).not.toContain('desiredCount')
  })
})

describe('the alarms step', () => {
  const topic = { reference: 'notifications/ops', attribute: 'arn', holds: false }

  it('tells every topic, and of recovery only when asked', async () => {
    const config = { notifications: { ops: {} }, services: { web } }
    const actionsOf = async (alarms: object) => {
      const { props } = find(await resourcesOf({ ...config, alarms }), 'observability/web.cpu-alarm')!
      return [props['alarmActions'], props['okActions']]
    }
    expect(await actionsOf({})).toEqual([[topic], undefined])
    expect(await actionsOf({ recovery: true })).toEqual([[topic], [topic]])
    expect(await actionsOf({ notify: [] })).toEqual([[], undefined])
  })

  it('lets only the composite alarm tell anybody where there is one', async () => {
    const stack = await resourcesOf({
      notifications: { ops: {} },
      alarms: { composite: true },
      services: { web },
    })
    expect(find(stack, 'observability/web.cpu-alarm')?.props['alarmActions']).toEqual([])
    const any = find(stack, 'observability/any-alarm')!
    expect(any.props).toMatchObject({
      alarmActions: [topic],
      anyOf: [
        { reference: 'observability/web.cpu-alarm', attribute: 'alarmName' },
        { reference: 'observability/web.memory-alarm', attribute: 'alarmName' },
      ],
    })
    expect(any.after).toContainEqual({ address: 'observability/web.cpu-alarm', needs: 'ready', holds: true })
  })

  it('gives two stacks and two environments names of their own', async () => {
    const namesIn = async (stack: object) =>
      ofType(await resourcesOf({ ...stack, services: { web } }), 'cloudwatch/alarm').map(({ name }) => name)
    expect(await namesIn({})).toEqual(['dev-shop-web-cpu-high', 'dev-shop-web-memory-high'])
    expect(await namesIn({ stack: 'other', environment: 'prod' })).toEqual([
      'prod-other-web-cpu-high',
      'prod-other-web-memory-high',
    ])
  })

  it('watches the share of failed requests, the slowest answers and the connections', async () => {
    const stack = await resourcesOf({
      databases: { main: { engine: 'postgres', alarms: { connections: 50 } } },
      loadBalancer: { alarms: { errorRate: 5, responseTime: 0.8 } },
      services: { web },
    })
    expect(find(stack, 'observability/alb.error-rate-alarm')?.props).toMatchObject({
      threshold: 5,
      metrics: [{ id: 'byTargets' }, { id: 'byBalancer' }, { id: 'requests' }, { id: 'rate', watched: true }],
    })
    expect(find(stack, 'observability/alb.response-time-alarm')?.props).toMatchObject({
      extendedStatistic: 'p95',
      threshold: 0.8,
    })
    expect(find(stack, 'observability/main.connections-alarm')?.props).toMatchObject({
      metricName: 'DatabaseConnections',
      threshold: 50,
    })
  })
})

describe('the logs step', () => {
  it('names log groups by stack and environment, those beside the services too', async () => {
    const stack = await resourcesOf({ logGroups: { cluster: {} }, services: { web } })
    expect(ofType(stack, 'logs/log-group').map(({ props }) => props)).toEqual([
      { logGroupName: '/ecs/shop-dev/cluster', retentionInDays: 30 },
      { logGroupName: '/ecs/shop-dev/web', retentionInDays: 30 },
    ])
  })

  it('counts lines in a metric of the service, and watches it', async () => {
    const metrics = { errors: { pattern: 'ERROR', alarm: 5 } }
    const stack = await resourcesOf({ services: { web: { ...web, metrics } } })
    const metric = { metricName: 'web-errors' }
    expect(find(stack, 'observability/web.errors-metric')?.props).toMatchObject({
      ...metric,
      metricNamespace: 'shop/dev',
      filterPattern: 'ERROR',
      metricValue: '1',
      defaultValue: 0,
    })
    expect(find(stack, 'observability/web.errors-alarm')?.props).toMatchObject({
      ...metric,
      namespace: 'shop/dev',
      threshold: 5,
    })
  })
})

describe('the search step', () => {
  const searched = { search: { nodes: 2 }, services: { web: { ...web, logging: 'search' } } }

  it('stands in as many zones as its nodes divide by, open to tasks on 443 only', async () => {
    const zones = async (nodes: number) =>
      find(await resourcesOf({ ...searched, search: { nodes } }), 'observability/search')?.props['subnetIds']
    expect(await zones(2)).toHaveLength(2)
    expect(await zones(3)).toHaveLength(1)
    const group = find(await resourcesOf(searched), 'security-groups/search')
    expect(group?.props['ingress']).toEqual([
      {
        protocol: 'tcp',
        fromPort: 443,
        toPort: 443,
        groupId: { reference: 'security-groups/ecs', attribute: 'groupId', holds: true },
      },
    ])
  })

  it('puts a log router beside the container, which may write into the domain and nothing else', async () => {
    const stack = await resourcesOf(searched)
    expect(find(stack, 'services/web.task')?.props['containers']).toMatchObject([
      {
        name: 'web',
        logRouting: {
          Name: 'opensearch',
          Host: { reference: 'observability/search' },
          Logstash_Prefix: 'web',
        },
      },
      { name: 'log-router', logRouter: 'fluentbit', logGroup: { reference: 'observability/web.logs' } },
    ])
    const policies = JSON.stringify(find(stack, 'identity/web.task-role')?.props['inlinePolicies'])
    expect(policies).toContain('"es:ESHttpPost","es:ESHttpPut"')
  })
})

describe('the dashboard step', () => {
  it('shows what the stack has, two graphs in a row, and the state of its alarms', async () => {
    const stack = await resourcesOf({
      databases: { main: { engine: 'postgres' } },
      caches: { redis: { engine: 'redis', nodes: 2 } },
      dashboard: true,
      services: { web },
    })
    const { body } = find(stack, 'observability/dashboard')!.props as unknown as {
      body: { widgets: { x: number; y: number; properties: { title: string; metrics: unknown[][] } }[] }
    }
    expect(body.widgets.map(({ x, y, properties }) => [x, y, properties.title])).toEqual([
      [0, 0, 'CPU of cluster and services, percent'],
      [12, 0, 'Memory of cluster and services, percent'],
      [0, 6, 'Requests and errors, each minute'],
      [12, 6, 'Response time, seconds'],
      [0, 12, 'Database connections'],
      [12, 12, 'Database CPU, percent'],
      [0, 18, 'Cache CPU, percent'],
      [12, 18, 'Cache memory in use, percent'],
      [0, 24, 'Alarms'],
    ])
    expect(body.widgets[6]?.properties.metrics.map(line => line[3])).toEqual([
      'dev-shop-redis-001',
      'dev-shop-redis-002',
    ])
  })

  it('is left out unless it is asked for', async () => {
    expect(find(await resourcesOf({ services: { web } }), 'observability/dashboard')).toBeUndefined()
  })
})
