import type { StackConfig } from '../config/schema/stack.ts'
import { copied } from '../resources/reference.ts'
import type { Declare, Handle } from './declare.ts'
import { extraLogGroupNameOf, logGroupNameOf } from './names.ts'

/** By service. */
export type LogGroups = ReadonlyMap<string, Handle<'logs/log-group'>>

/** Where containers write to, and the metrics that CloudWatch makes from what they write. */
export function logs(declare: Declare, config: StackConfig): LogGroups {
  for (const [name, { retentionDays }] of Object.entries(config.logGroups)) {
    const logGroupName = extraLogGroupNameOf(config, name)
    declare(
      `log-groups/${name}`,
      'logs/log-group',
      { logGroupName, retentionInDays: retentionDays },
      { name: logGroupName, origin: `logGroups.${name}` },
    )
  }
  return new Map(
    Object.entries(config.services).map(([service, { logRetentionDays, metrics }]) => {
      const logGroupName = logGroupNameOf(config, service)
      const logGroup = declare(
        `observability/${service}.logs`,
        'logs/log-group',
        { logGroupName, retentionInDays: logRetentionDays },
        { name: logGroupName, origin: `services.${service}` },
      )
      for (const [name, { pattern, value }] of Object.entries(metrics)) {
        const { namespace, metricName } = logMetricOf(config, service, name)
        declare(
          `observability/${service}.${name}-metric`,
          'logs/metric-filter',
          {
            logGroupName: copied(logGroup.out.logGroupName),
            filterName: name,
            filterPattern: pattern,
            metricNamespace: namespace,
            metricName,
            metricValue: value,
            // Without it an alarm would have no data, rather than nothing to complain of.
            defaultValue: value.startsWith('$') ? undefined : 0,
          },
          { name, origin: `services.${service}.metrics.${name}` },
        )
      }
      return [service, logGroup]
    }),
  )
}

/** What CloudWatch calls a metric made from log lines. */
export function logMetricOf({ stack, environment, services }: StackConfig, service: string, name: string) {
  const metric = services[service]?.metrics[name]
  return {
    namespace: metric?.namespace ?? `${stack}/${environment}`,
    metricName: metric?.metricName ?? `${service}-${name}`,
  }
}
