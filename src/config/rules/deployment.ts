import { isBlock } from '../addresses.ts'
import { deploymentOf, movesTraffic } from '../deployment.ts'
import { listenerPorts } from '../front-door.ts'
import { conditionsOf, prioritiesOf, takesHeader } from '../listener-rules.ts'
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
      ...stepFindings(service),
      ...headerFindings(config, name, service),
      ...accessFindings(service),
    ].map(finding => ({ ...finding, path: ['services', name, 'deployment', ...finding.path] }))
  })
}

type Member = keyof Exclude<ServiceConfig['deployment'], string>

/** Members that mean something for certain strategies only. */
const members: readonly (readonly [Member, readonly string[]])[] = [
  ['bakeMinutes', ['blue-green', 'canary', 'linear']],
  ['canaryPercent', ['canary']],
  ['steps', ['canary']],
  ['stepPercent', ['linear']],
  ['stepMinutes', ['canary', 'linear']],
  ['maximumPercent', ['rolling']],
  ['minimumHealthyPercent', ['rolling']],
  ['suspendScaling', ['blue-green', 'canary', 'linear']],
  ['testPort', ['blue-green', 'canary', 'linear']],
  ['testAccess', ['blue-green', 'canary', 'linear']],
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
  if (testPort !== undefined && config.loadBalancer.openPorts?.includes(testPort))
    return [
      {
        path: ['testPort'],
        message: `${testPort} is one of loadBalancer.openPorts, which are open to everybody`,
        fix: 'Remove it from openPorts. testAccess opens it to those who test.',
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

/** AWS gives up on a stage after a day, and the stage between its first step and its last one has all the others in it. */
const stageMinutes = 1440
/** Minutes that are left for checks. */
const checkMinutes = 30

function stepFindings(service: ServiceConfig): Finding[] {
  const { steps, stepMinutes = 10, canaryPercent, pause = [] } = deploymentOf(service)
  if (!steps) return []
  const path = ['steps']
  if (canaryPercent !== undefined)
    return [
      {
        path,
        message: 'cannot stand beside `canaryPercent`: its first step is the canary',
        fix: 'Remove one of them.',
      },
    ]
  const isAscending = steps.every((share, index) => share > (steps[index - 1] ?? 0))
  if (!isAscending || steps.at(-1) !== 100)
    return [{ path, message: 'must ascend and end with 100', fix: 'Write e.g. steps: [1, 5, 25, 100].' }]
  const fine = steps.find(share => Math.abs(share * 10 - Math.round(share * 10)) > 1e-6)
  if (fine !== undefined)
    return [{ path, message: `${fine} is finer than a tenth of a percent`, fix: 'Use steps of 0.1.' }]
  if (stepMinutes * (steps.length - 2) + checkMinutes > stageMinutes)
    return [
      {
        path: ['stepMinutes'],
        message: `${steps.length} steps of ${stepMinutes} minutes take longer than the day that AWS gives them`,
        fix: 'Use fewer steps, or fewer minutes.',
      },
    ]
  const index = pause.findIndex(one => one.at === 'before-production-traffic')
  return steps.length > 2 && index >= 0
    ? [
        {
          path: ['pause', index, 'at'],
          message: 'before-production-traffic is where the steps of the release are taken',
          fix: 'Use after-test-traffic instead.',
        },
      ]
    : []
}

/** Its rule comes before that of the service. A value that somebody may guess needs the service's conditions beside it. */
function headerFindings(config: StackConfig, name: string, service: ServiceConfig): Finding[] {
  const { testHeader } = deploymentOf(service)
  if (!testHeader) return []
  const path = typeof service.deployment === 'string' ? [] : ['testHeader']
  if (testHeader.value !== undefined && !takesHeader(conditionsOf(config, service)))
    return [
      {
        path,
        message: 'is one value too many for its listener rule: AWS takes five, paths and hosts among them',
        fix: 'Remove its `value`, so that one is generated, which needs no paths beside it; or use wider paths.',
      },
    ]
  return prioritiesOf(config).get(name)?.test === undefined
    ? [
        {
          path,
          message: 'needs a listener rule before that of the service, and no lower priority is free',
          fix: 'Give the service a higher priority.',
        },
      ]
    : []
}

function accessFindings({ deployment, paths }: ServiceConfig): Finding[] {
  if (typeof deployment === 'string' || !movesTraffic({ deployment, paths })) return []
  const { testPort, testAccess } = deployment
  if (testPort !== undefined && testAccess === undefined)
    return [
      {
        path: ['testPort'],
        message: `${testPort} would be open to nobody`,
        fix: 'Add testAccess: [<CIDR block>] with those who test; [] where it is to stay closed. Or remove testPort: test traffic is then known by a header.',
        atKey: true,
      },
    ]
  if (testPort === undefined && testAccess !== undefined)
    return [
      {
        path: ['testAccess'],
        message: 'opens `testPort`, and there is none',
        fix: 'Add `testPort`, or remove it.',
        atKey: true,
      },
    ]
  return (testAccess ?? []).flatMap((cidr, index) =>
    isBlock(cidr)
      ? []
      : [
          {
            path: ['testAccess', index],
            message: `"${cidr}" is not a CIDR block`,
            fix: 'Write it like 203.0.113.0/24, or 2001:db8::/32.',
          },
        ],
  )
}

function at(service: string, path: string[], message: string, fix: string): Finding {
  return { path: ['services', service, 'deployment', ...path], message, fix, atKey: true }
}
