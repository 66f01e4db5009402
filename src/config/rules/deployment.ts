import { deploymentOf, movesTraffic } from '../deployment.ts'
import { listenerPorts } from '../front-door.ts'
import type { Finding } from '../problems.ts'
import type { ServiceConfig, StackConfig } from '../schema/stack.ts'
import { percentageFindings } from './percentages.ts'

/** What AWS would refuse of a strategy, or pass over without a word. */
export function deploymentRules(config: StackConfig): Finding[] {
  return Object.entries(config.services).flatMap(([name, service]) => {
    const { deployment } = service
    if (typeof deployment !== 'string' && deployment.testPort && deployment.testHeader)
      return [at(name, ['testHeader'], 'cannot stand beside `testPort`', 'Remove one of them.')]
    return [
      ...memberFindings(service),
      ...percentageFindings(service),
      ...trafficFindings(config, service),
      ...pauseFindings(service),
      ...headerFindings(service),
    ].map(finding => ({ ...finding, path: ['services', name, 'deployment', ...finding.path] }))
  })
}

type Member = keyof Exclude<ServiceConfig['deployment'], string>

/** Members that mean something for certain strategies only. */
const members: readonly (readonly [Member, readonly string[]])[] = [
  ['bakeMinutes', ['blue-green', 'canary', 'linear']],
  ['canaryPercent', ['canary']],
  ['stepPercent', ['linear']],
  ['stepMinutes', ['canary', 'linear']],
  ['maximumPercent', ['rolling']],
  ['minimumHealthyPercent', ['rolling']],
  ['testPort', ['blue-green', 'canary', 'linear']],
  ['testHeader', ['blue-green', 'canary', 'linear']],
]

function memberFindings({ deployment }: ServiceConfig): Finding[] {
  if (typeof deployment === 'string') return []
  const { strategy } = deployment
  return members
    .filter(([member, strategies]) => deployment[member] !== undefined && !strategies.includes(strategy))
    .map(([member, strategies]) => ({
      path: [member],
      message: `means nothing for ${strategy} deployments`,
      fix: `Remove it, or use strategy ${strategies.join(', ')}.`,
      atKey: true,
    }))
}

function trafficFindings(config: StackConfig, service: ServiceConfig): Finding[] {
  const { strategy, testPort, alarms, analysis } = deploymentOf(service)
  const path = typeof service.deployment === 'string' ? [] : ['strategy']
  if ((strategy === 'canary' || strategy === 'linear') && !service.paths)
    return [
      {
        path,
        message: `${strategy} moves the traffic of a load balancer, and the service has no paths`,
        fix: 'Add `paths`, or use blue-green or rolling.',
      },
    ]
  if (alarms === true && !service.paths)
    return [
      {
        path: ['alarms'],
        message: 'true makes alarms on errors behind the load balancer, and the service has no paths',
        fix: 'Name alarms instead: alarms: [<alarm name>].',
      },
    ]
  if (analysis && strategy === 'rolling')
    return [
      {
        path: ['analysis'],
        message:
          'compares the metrics of two target groups, and a rolling deployment has both versions in one',
        fix: 'Remove it, or use strategy blue-green, canary or linear.',
        atKey: true,
      },
    ]
  if (analysis && !service.paths)
    return [
      {
        path: ['analysis'],
        message: "compares the load balancer's metrics of both versions, and the service has no paths",
        fix: 'Add `paths`, or remove it.',
        atKey: true,
      },
    ]
  if (!movesTraffic(service)) return []
  if (testPort !== undefined && listenerPorts(config).includes(testPort))
    return [
      {
        path: ['testPort'],
        message: `${testPort} is where the load balancer serves everybody`,
        fix: 'Use another port, e.g. 9001.',
      },
    ]
  // ECS moves one rule; on a second listener everybody would stay with the old version.
  if (listenerPorts(config).length > 1 && !config.loadBalancer.redirect)
    return [
      {
        path,
        message: `${strategy} moves the traffic of one listener, and loadBalancer.redirect: false makes two of them serve`,
        fix: 'Remove `redirect: false`, or use rolling.',
      },
    ]
  return []
}

const trafficPauses = ['after-test-traffic', 'before-production-traffic', 'after-production-traffic']

function pauseFindings(service: ServiceConfig): Finding[] {
  const { pause = [], strategy } = deploymentOf(service)
  return pause.flatMap(({ at: stage }, index): Finding[] => {
    const path = ['pause', index, 'at']
    if (pause.findIndex(other => other.at === stage) < index)
      return [{ path, message: `it already pauses at ${stage}`, fix: 'Remove one of them.' }]
    return trafficPauses.includes(stage) && !movesTraffic(service)
      ? [
          {
            path,
            message: `a ${strategy} deployment of this service has no ${stage}`,
            fix: 'Use before-scale-up or after-scale-up, or a strategy that moves traffic.',
          },
        ]
      : []
  })
}

/** The header counts as one of the five values of a rule, and its rule stands right before the service's own. */
function headerFindings({ deployment, paths = [], priority }: ServiceConfig): Finding[] {
  if (typeof deployment === 'string' || !deployment.testHeader) return []
  if (paths.length > 4)
    return [
      {
        path: ['testHeader'],
        message: 'leaves room for four paths in its listener rule',
        fix: 'Use wider patterns, or testPort instead.',
      },
    ]
  return priority === 1
    ? [
        {
          path: ['testHeader'],
          message: 'needs a rule before that of the service, which has priority 1',
          fix: 'Give the service a priority of 2 or more.',
        },
      ]
    : []
}

function at(service: string, path: string[], message: string, fix: string): Finding {
  return { path: ['services', service, 'deployment', ...path], message, fix, atKey: true }
}
