import type { AlarmProps } from '../kinds/cloudwatch/alarm.ts'
import type { StackConfig } from '../config/schema/stack.ts'
import type { Input } from '../resources/reference.ts'
import { copied } from '../resources/reference.ts'
import type { Watching } from './alarms.ts'
import { logMetricOf } from './logs.ts'
import { databaseIdentifierOf } from './names.ts'
import { nameInEcs } from './services.ts'

type Declared<T> = { readonly [K in keyof T]: Input<T[K]> }
type Own = 'alarmName' | 'comparisonOperator' | 'alarmActions' | 'okActions'

/** One alarm to be: of what, on what, and how its metric is judged. */
export type Watched = Declared<Omit<AlarmProps, Own>> & {
  /** The service, database, … */
  readonly thing: string
  /** `cpu`, `memory`, …: part of the alarm's name. */
  readonly what: string
  readonly origin: string
}

type Dimensions = Readonly<Record<string, Input<string>>>

/** What the config wants watched, in its order. */
export function watchedIn(config: StackConfig, watching: Watching): Watched[] {
  return [
    ...servicesIn(config, watching),
    ...traffic(config, watching),
    ...databasesIn(config),
    ...logLines(config),
  ]
}

function servicesIn(config: StackConfig, { cluster }: Watching): Watched[] {
  return Object.entries(config.services).flatMap(([service, { alarms }]) => {
    if (!alarms) return []
    const dimensions = {
      ClusterName: copied(cluster.out.clusterName),
      ServiceName: nameInEcs(service),
    }
    const high = (what: 'cpu' | 'memory', metricName: string) => ({
      thing: service,
      what,
      origin: `services.${service}.alarms`,
      ...utilisation('AWS/ECS', metricName, dimensions, alarms[what]),
    })
    return [high('cpu', 'CPUUtilization'), high('memory', 'MemoryUtilization')]
  })
}

function databasesIn(config: StackConfig): Watched[] {
  return Object.entries(config.databases).flatMap(([thing, { alarms }]): Watched[] => {
    if (!alarms) return []
    const dimensions = { DBInstanceIdentifier: databaseIdentifierOf(config, thing) }
    const origin = `databases.${thing}.alarms`
    const cpu = {
      thing,
      what: 'cpu',
      origin,
      ...utilisation('AWS/RDS', 'CPUUtilization', dimensions, alarms.cpu),
    }
    if (alarms.connections === undefined) return [cpu]
    return [
      cpu,
      {
        thing,
        what: 'connections',
        origin,
        description: `More than ${alarms.connections} connections for five minutes`,
        namespace: 'AWS/RDS',
        metricName: 'DatabaseConnections',
        dimensions,
        statistic: 'Average',
        period: 60,
        evaluationPeriods: 5,
        threshold: alarms.connections,
        treatMissingData: 'missing',
      },
    ]
  })
}

function traffic({ loadBalancer }: StackConfig, { loadBalancing }: Watching): Watched[] {
  const { errorRate, responseTime } = loadBalancer.alarms
  if (!loadBalancing) return []
  const namespace = 'AWS/ApplicationELB'
  const dimensions = { LoadBalancer: copied(loadBalancing.loadBalancer.out.fullName) }
  const origin = 'loadBalancer.alarms'
  // A single minute may be bad luck; without requests there is nothing to complain of.
  const judged = { evaluationPeriods: 5, datapointsToAlarm: 3, treatMissingData: 'notBreaching' } as const
  const sum = (id: string, metricName: string) => ({
    id,
    metric: { namespace, metricName, dimensions, statistic: 'Sum', period: 60 },
  })
  return [
    ...(errorRate === undefined
      ? []
      : [
          {
            thing: 'alb',
            what: 'error-rate',
            origin,
            description: `More than ${errorRate} % of requests end in a 5xx status in three of five minutes`,
            metrics: [
              sum('byTargets', 'HTTPCode_Target_5XX_Count'),
              sum('byBalancer', 'HTTPCode_ELB_5XX_Count'),
              sum('requests', 'RequestCount'),
              {
                id: 'rate',
                // CloudWatch counts errors only where there are any.
                expression: '100 * (FILL(byTargets, 0) + FILL(byBalancer, 0)) / requests',
                label: 'Error rate in percent',
                watched: true,
              },
            ],
            threshold: errorRate,
            ...judged,
          },
        ]),
    ...(responseTime === undefined
      ? []
      : [
          {
            thing: 'alb',
            what: 'response-time',
            origin,
            description: `The slowest 5 % of requests take more than ${responseTime} s in three of five minutes`,
            namespace,
            metricName: 'TargetResponseTime',
            dimensions,
            extendedStatistic: 'p95',
            period: 60,
            threshold: responseTime,
            ...judged,
          },
        ]),
  ]
}

function logLines(config: StackConfig): Watched[] {
  return Object.entries(config.services).flatMap(([service, { metrics }]) =>
    Object.entries(metrics).flatMap(([name, { alarm }]): Watched[] => {
      if (alarm === undefined) return []
      const { namespace, metricName } = logMetricOf(config, service, name)
      return [
        {
          thing: service,
          what: name,
          origin: `services.${service}.metrics.${name}`,
          description: `${metricName} above ${alarm} in five minutes`,
          namespace,
          metricName,
          dimensions: {},
          statistic: 'Sum',
          period: 300,
          evaluationPeriods: 1,
          threshold: alarm,
          treatMissingData: 'notBreaching',
        },
      ]
    }),
  )
}

function utilisation(namespace: string, metricName: string, dimensions: Dimensions, threshold: number) {
  return {
    description: `${metricName} above ${threshold} % for ten minutes`,
    namespace,
    metricName,
    dimensions,
    statistic: 'Average',
    period: 300,
    evaluationPeriods: 2,
    threshold,
    treatMissingData: 'missing',
  } as const
}
