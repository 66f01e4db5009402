import type { StackConfig } from '../config/schema/stack.ts'
import type { Input } from '../resources/reference.ts'
import { copied } from '../resources/reference.ts'
import type { Alarm, Watching } from './alarms.ts'
import type { Declare } from './declare.ts'
import type { Facts } from './facts.ts'
import { logMetricOf } from './logs.ts'
import { cacheNameOf, dashboardNameOf, databaseIdentifierOf, domainNameOf } from './names.ts'
import { nameInEcs } from './services.ts'

/** A line of a graph: `[namespace, metric, dimension, value, …, how to show it]`, as CloudWatch has it. */
type Line = readonly Input<string | { readonly stat?: string; readonly label?: string }>[]

interface Graph {
  readonly title: string
  readonly lines: readonly Line[]
}

/** What a stack does, on one page. */
export function dashboard(
  declare: Declare,
  config: StackConfig,
  watching: Watching,
  alarms: readonly Alarm[],
  facts: Facts,
): void {
  if (!config.dashboard) return
  const dashboardName = dashboardNameOf(config)
  const graphs = graphsOf(config, watching, facts).filter(({ lines }) => lines.length > 0)
  const widgets = graphs.map(({ title, lines }, index) => ({
    type: 'metric',
    // Two in a row of CloudWatch's twenty-four columns.
    x: (index % 2) * 12,
    y: Math.floor(index / 2) * 6,
    width: 12,
    height: 6,
    properties: {
      title,
      region: facts.region,
      view: 'timeSeries',
      period: 60,
      stat: 'Average',
      metrics: lines,
    },
  }))
  const states = {
    type: 'alarm',
    x: 0,
    y: Math.ceil(graphs.length / 2) * 6,
    width: 24,
    height: 3,
    properties: { title: 'Alarms', alarms: alarms.map(({ out }) => copied(out.arn)) },
  }
  declare(
    'observability/dashboard',
    'cloudwatch/dashboard',
    { dashboardName, body: { widgets: alarms.length > 0 ? [...widgets, states] : widgets } },
    { name: dashboardName, origin: 'dashboard' },
  )
}

function graphsOf(config: StackConfig, watching: Watching, facts: Facts): Graph[] {
  const cluster = copied(watching.cluster.out.clusterName)
  const services = Object.keys(config.services)
  const perService = (metric: string): Line[] => [
    ['AWS/ECS', metric, 'ClusterName', cluster, { label: 'cluster' }],
    ...services.map((service): Line => {
      const name = nameInEcs(service)
      return ['AWS/ECS', metric, 'ClusterName', cluster, 'ServiceName', name, { label: service }]
    }),
  ]
  return [
    { title: 'CPU of cluster and services, percent', lines: perService('CPUUtilization') },
    { title: 'Memory of cluster and services, percent', lines: perService('MemoryUtilization') },
    ...traffic(watching),
    ...data(config),
    ...search(config, facts),
    {
      title: 'From log lines',
      lines: services.flatMap(service =>
        Object.keys(config.services[service]!.metrics).map((metric): Line => {
          const { namespace, metricName } = logMetricOf(config, service, metric)
          return [namespace, metricName, { stat: 'Sum' }]
        }),
      ),
    },
  ]
}

function traffic({ loadBalancing }: Watching): Graph[] {
  if (!loadBalancing) return []
  const balancer = copied(loadBalancing.loadBalancer.out.fullName)
  const line = (metric: string, stat: string, label: string): Line => [
    'AWS/ApplicationELB',
    metric,
    'LoadBalancer',
    balancer,
    { stat, label },
  ]
  return [
    {
      title: 'Requests and errors, each minute',
      lines: [
        line('RequestCount', 'Sum', 'requests'),
        line('HTTPCode_Target_5XX_Count', 'Sum', '5xx by tasks'),
        line('HTTPCode_ELB_5XX_Count', 'Sum', '5xx by the load balancer'),
      ],
    },
    {
      title: 'Response time, seconds',
      lines: ['p50', 'p95', 'p99'].map(stat => line('TargetResponseTime', stat, stat)),
    },
  ]
}

function data(config: StackConfig): Graph[] {
  const databases = (metric: string) =>
    Object.keys(config.databases).map((name): Line => [
      'AWS/RDS',
      metric,
      'DBInstanceIdentifier',
      databaseIdentifierOf(config, name),
      { label: name },
    ])
  // ElastiCache numbers the nodes of a group from 001 on, and measures each by itself.
  const caches = (metric: string) =>
    Object.entries(config.caches).flatMap(([name, { nodes }]) =>
      Array.from({ length: nodes }, (_, index): Line => {
        const node = String(index + 1).padStart(3, '0')
        const id = `${cacheNameOf(config, name)}-${node}`
        return ['AWS/ElastiCache', metric, 'CacheClusterId', id, { label: `${name} ${node}` }]
      }),
    )
  return [
    { title: 'Database connections', lines: databases('DatabaseConnections') },
    { title: 'Database CPU, percent', lines: databases('CPUUtilization') },
    { title: 'Cache CPU, percent', lines: caches('CPUUtilization') },
    { title: 'Cache memory in use, percent', lines: caches('DatabaseMemoryUsagePercentage') },
  ]
}

function search(config: StackConfig, { account }: Facts): Graph[] {
  if (!config.search) return []
  const line = (metric: string): Line => [
    'AWS/ES',
    metric,
    'DomainName',
    domainNameOf(config),
    'ClientId',
    account,
  ]
  return [
    { title: 'Search CPU, percent', lines: [line('CPUUtilization')] },
    { title: 'Search storage left, MiB', lines: [line('FreeStorageSpace')] },
  ]
}
