import { architectureOf } from '../architecture.ts'
import type { Finding } from '../problems.ts'
import type { CapacityConfig } from '../schema/cluster.ts'
import type { StackConfig } from '../schema/stack.ts'
import { subnetsOf } from '../subnets.ts'

/** Instances for services that run on them, and services on instances that there are. */
export function capacityRules(config: StackConfig): Finding[] {
  const { capacity } = config.cluster
  const onInstances = Object.entries(config.services).filter(([, { capacity }]) => capacity === 'ec2')
  const enclosed = onInstances.flatMap(([name]) => wayOutFindings(name, config))
  if (config.existing.cluster !== undefined) return enclosed
  if (!capacity)
    return onInstances.map(([name]) => ({
      path: ['services', name, 'capacity'],
      message: 'the cluster has no EC2 instances',
      fix: 'Add cluster.capacity, or use fargate.',
    }))
  const path = ['cluster', 'capacity']
  const idle: Finding[] =
    onInstances.length === 0
      ? [
          {
            path,
            message: 'no service runs on these instances',
            fix: 'Add `capacity: ec2` to a service, or remove cluster.capacity.',
            atKey: true,
          },
        ]
      : []
  return [
    ...idle,
    ...enclosed,
    ...[
      ...sizeFindings(capacity),
      ...volumeFindings(capacity),
      ...typeFindings(capacity),
      ...scheduleFindings(capacity),
      ...placeFindings(capacity, config),
    ].map(finding => ({ ...finding, path: [...path, ...finding.path] })),
    ...onInstances.flatMap(([name, service]) => architectureFindings(name, service, capacity)),
    ...nameFindings(config),
  ]
}

function sizeFindings({ min, max, spot }: CapacityConfig): Finding[] {
  const findings: Finding[] = []
  if (min > max)
    findings.push({
      path: ['min'],
      message: `${min} is more than max, ${max}`,
      fix: 'Raise max or lower min.',
    })
  if (spot?.onDemandBase !== undefined && spot.onDemandBase > max)
    findings.push({
      path: ['spot', 'onDemandBase'],
      message: `${spot.onDemandBase} is more than max, ${max}`,
      fix: `Use ${max} or less.`,
    })
  return findings
}

/**
 * The snapshot of the ECS-optimised Amazon Linux 2023 image has 30 GiB, and EC2 launches nothing with a smaller root volume:
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-ami-storage-config.html
 */
const leastOfImage = 30

function volumeFindings({ image, rootVolume }: CapacityConfig): Finding[] {
  return image === undefined && rootVolume.size < leastOfImage
    ? [
        {
          path: ['rootVolume', 'size'],
          message: `${rootVolume.size} GiB is less than the ${leastOfImage} of the ECS-optimised image`,
          fix: `Use ${leastOfImage} or more, or an image with a smaller snapshot.`,
        },
      ]
    : []
}

/** ECS gives public addresses to tasks on Fargate only: from public subnets others reach nothing outside of the VPC. */
function wayOutFindings(name: string, config: StackConfig): Finding[] {
  const { vpc } = config.existing
  const isPrivate = vpc
    ? vpc.privateSubnets.length > 0
    : config.network.natGateways !== 'none' && subnetsOf(config)?.privateSubnets.length !== 0
  const fix = vpc
    ? 'Add existing.vpc.privateSubnets with a route to a NAT gateway, or use fargate.'
    : 'Set network.natGateways to one, with network.privateSubnets, or use fargate.'
  return isPrivate
    ? []
    : [
        {
          path: ['services', name, 'capacity'],
          message:
            'tasks on EC2 instances get no public address, and from public subnets they cannot reach the internet',
          fix,
        },
      ]
}

function typeFindings({ instanceType, spot }: CapacityConfig): Finding[] {
  return (spot?.instanceTypes ?? []).flatMap((other, index): Finding[] => {
    const path = ['spot', 'instanceTypes', index]
    if (other === instanceType)
      return [{ path, message: `${other} is the usual type already`, fix: 'Remove it.' }]
    return architectureOf(other) === architectureOf(instanceType)
      ? []
      : [
          {
            path,
            message: `${other} has another CPU architecture than ${instanceType}`,
            fix: `Use types with ${architectureOf(instanceType)} CPUs only.`,
          },
        ]
  })
}

function scheduleFindings({ schedules, ...size }: CapacityConfig): Finding[] {
  return Object.entries(schedules).flatMap(([name, { min, max, timezone }]): Finding[] => {
    const path = ['schedules', name]
    if (min === undefined && max === undefined)
      return [{ path, message: 'changes nothing', fix: 'Add min or max.', atKey: true }]
    if ((min ?? size.min) > (max ?? size.max))
      return [
        {
          path,
          message: `min would be ${min ?? size.min}, more than max, ${max ?? size.max}`,
          fix: 'Give both, min not above max.',
        },
      ]
    return isTimeZone(timezone)
      ? []
      : [
          {
            path: [...path, 'timezone'],
            message: `"${timezone}" is not a time zone`,
            fix: 'Write it like Europe/Vienna.',
          },
        ]
  })
}

function isTimeZone(timeZone: string): boolean {
  try {
    Intl.DateTimeFormat('en', { timeZone })
    return true
  } catch {
    return false
  }
}

function placeFindings({ access }: CapacityConfig, config: StackConfig): Finding[] {
  return access === 'private' && subnetsOf(config)?.privateSubnets.length === 0
    ? [
        {
          path: ['access'],
          message: 'there are no private subnets',
          fix: 'Use public, or add network.privateSubnets.',
        },
      ]
    : []
}

function architectureFindings(
  name: string,
  { architecture }: { readonly architecture: string },
  { instanceType }: CapacityConfig,
): Finding[] {
  const ofInstances = architectureOf(instanceType)
  return architecture === ofInstances
    ? []
    : [
        {
          path: ['services', name, 'architecture'],
          message: `${architecture} does not run on ${instanceType}`,
          fix: `Use ${ofInstances}, or another cluster.capacity.instanceType.`,
        },
      ]
}

/** Of the capacity provider, whose name begins with that of the environment. */
function nameFindings({ environment }: StackConfig): Finding[] {
  return /^(aws|ecs|fargate)/.test(environment)
    ? [
        {
          path: ['environment'],
          message: `names that begin with "${environment}" are kept by AWS where there is cluster.capacity`,
          fix: 'Give the environment a name that does not begin with aws, ecs or fargate.',
        },
      ]
    : []
}
