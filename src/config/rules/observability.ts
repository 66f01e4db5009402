import { suggestion } from '../findings.ts'
import type { Finding } from '../problems.ts'
import type { StackConfig } from '../schema/stack.ts'
import { hasLoadBalancer } from '../uses.ts'
import { retentionFindings } from './retention.ts'

/** What watches, tells and keeps has to stand on something that is there. */
export function observabilityRules(config: StackConfig): Finding[] {
  return [
    ...notifyFindings(config),
    ...compositeFindings(config),
    ...trafficFindings(config),
    ...metricFindings(config),
    ...loggingFindings(config),
    ...Object.entries(config.logGroups).flatMap(([name, { retentionDays }]) =>
      retentionFindings(retentionDays, ['logGroups', name, 'retentionDays']),
    ),
  ]
}

function notifyFindings({ alarms, releases, notifications, region }: StackConfig): Finding[] {
  const known = Object.keys(notifications)
  const lists = { alarms: alarms.notify ?? [], releases: releases.notify }
  return Object.entries(lists).flatMap(([section, names]) =>
    names.flatMap((name, index): Finding[] => {
      const path = [section, 'notify', index]
      if (name.startsWith('arn:'))
        return name.split(':')[3] === region
          ? []
          : [
              {
                path,
                message: `is a topic in ${name.split(':')[3]}, and SNS takes messages in ${region} only for topics there`,
                fix: `Name a topic in ${region}.`,
              },
            ]
      if (known.includes(name)) return []
      return [
        {
          path,
          message: `there is no "${name}" under notifications`,
          fix: suggestion(name, known) ?? `Add "${name}" under \`notifications\`.`,
        },
      ]
    }),
  )
}

/** CloudWatch's limit. */
const mostChildren = 100

function compositeFindings({ alarms, services, databases, loadBalancer }: StackConfig): Finding[] {
  const set = (values: object) => Object.values(values).filter(value => value !== undefined).length
  const count =
    set(loadBalancer.alarms) +
    Object.values(databases).reduce((sum, { alarms }) => sum + (alarms ? set(alarms) : 0), 0) +
    Object.values(services).reduce(
      (sum, { alarms, metrics }) =>
        sum +
        (alarms ? set(alarms) : 0) +
        Object.values(metrics).filter(({ alarm }) => alarm !== undefined).length,
      0,
    )
  return alarms.composite && count > mostChildren
    ? [
        {
          path: ['alarms', 'composite'],
          message: `would watch ${count} alarms, and CloudWatch allows ${mostChildren}`,
          fix: 'Set it to false, or switch some alarms off.',
        },
      ]
    : []
}

function trafficFindings(config: StackConfig): Finding[] {
  const wanted = Object.values(config.loadBalancer.alarms).some(threshold => threshold !== undefined)
  return wanted && !hasLoadBalancer(config)
    ? [
        {
          path: ['loadBalancer', 'alarms'],
          message: 'has no load balancer to watch',
          fix: 'Give a service `paths`, or remove the alarms.',
          atKey: true,
        },
      ]
    : []
}

function metricFindings({ services }: StackConfig): Finding[] {
  return Object.entries(services).flatMap(([service, { metrics, logging }]) =>
    Object.keys(metrics).flatMap((name): Finding[] => {
      const path = ['services', service, 'metrics', name]
      if (['cpu', 'memory'].includes(name))
        return [{ path, message: `"${name}" is what ECS measures`, fix: 'Use another name.', atKey: true }]
      if (logging === 'search')
        return [
          {
            path,
            message:
              'is made from lines in CloudWatch Logs, and those of this service go to the search domain',
            fix: 'Set `logging: cloudwatch`, or remove the metric.',
            atKey: true,
          },
        ]
      return []
    }),
  )
}

function loggingFindings({ services, search }: StackConfig): Finding[] {
  return Object.entries(services).flatMap(([service, { logging }]) =>
    logging === 'search' && !search
      ? [
          {
            path: ['services', service, 'logging'],
            message: 'there is no search domain',
            fix: 'Add `search: {}` to the stack, or use cloudwatch.',
          },
        ]
      : [],
  )
}
