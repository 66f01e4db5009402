import type { StackConfig } from '../config/schema/stack.ts'
import type { Input } from '../resources/reference.ts'
import { copied } from '../resources/reference.ts'
import type { Cluster } from './cluster.ts'
import type { Data } from './data.ts'
import type { Declare, Handle } from './declare.ts'
import type { Names } from './names.ts'
import { logGroupNameOf, serviceNameOf } from './names.ts'

export type LogGroups = ReadonlyMap<string, Handle<'logs/log-group'>>

export function logGroups(declare: Declare, config: StackConfig): LogGroups {
  return new Map(
    Object.entries(config.services).map(([service, { logRetentionDays }]) => {
      const logGroupName = logGroupNameOf(config, service)
      return [
        service,
        declare(
          `observability/${service}.logs`,
          'logs/log-group',
          { logGroupName, retentionInDays: logRetentionDays },
          { name: logGroupName, origin: `services.${service}` },
        ),
      ]
    }),
  )
}

export function alarms(
  declare: Declare,
  config: StackConfig,
  cluster: Cluster,
  { databases }: Data,
  names: Names,
): void {
  const high = (
    thing: string,
    metric: 'cpu' | 'memory',
    measured: {
      readonly namespace: string
      readonly metricName: string
      readonly dimensions: Readonly<Record<string, Input<string>>>
    },
    threshold: number,
    origin: string,
  ) => {
    const alarmName = names.of(`${thing}-${metric}-high`, 'alarm')
    declare(
      `observability/${thing}.${metric}-alarm`,
      'cloudwatch/alarm',
      {
        alarmName,
        description: `${measured.metricName} above ${threshold} % for ten minutes`,
        ...measured,
        statistic: 'Average',
        period: 300,
        evaluationPeriods: 2,
        threshold,
        comparisonOperator: 'GreaterThanThreshold',
        treatMissingData: 'missing',
        alarmActions: [],
      },
      { name: alarmName, origin },
    )
  }

  for (const [service, { alarms }] of Object.entries(config.services)) {
    if (!alarms) continue
    const namespace = 'AWS/ECS'
    // The service's name is known from the config: an alarm need not wait for the service.
    const dimensions = {
      ClusterName: copied(cluster.out.clusterName),
      ServiceName: serviceNameOf(config, service),
    }
    const origin = `services.${service}.alarms`
    high(service, 'cpu', { namespace, metricName: 'CPUUtilization', dimensions }, alarms.cpu, origin)
    high(service, 'memory', { namespace, metricName: 'MemoryUtilization', dimensions }, alarms.memory, origin)
  }
  for (const [name, { config, instance }] of databases) {
    if (!config.alarms) continue
    const dimensions = { DBInstanceIdentifier: copied(instance.out.identifier) }
    high(
      name,
      'cpu',
      { namespace: 'AWS/RDS', metricName: 'CPUUtilization', dimensions },
      config.alarms.cpu,
      `databases.${name}.alarms`,
    )
  }
}
