import type { Finding } from '../problems.ts'
import type { StackConfig } from '../schema/stack.ts'
import { hasLoadBalancer } from '../uses.ts'

/** What somebody else owns is not described a second time, and is enough for what stands in it. */
export function existingRules(config: StackConfig): Finding[] {
  const { vpc, cluster } = config.existing
  return [...(vpc ? vpcFindings(config, vpc) : []), ...(cluster === undefined ? [] : clusterFindings(config))]
}

function vpcFindings(
  config: StackConfig,
  { publicSubnets, privateSubnets }: NonNullable<StackConfig['existing']['vpc']>,
): Finding[] {
  const { network } = config
  const described = (['zones', 'publicSubnets', 'privateSubnets', 'acls'] as const).filter(
    key => network[key] !== undefined,
  )
  const findings: Finding[] = [...described, ...(network.endpoints.length > 0 ? ['endpoints'] : [])].map(
    key => ({
      path: ['network', key],
      message: 'belongs to a VPC that the stack makes, and existing.vpc is not changed',
      fix: 'Remove it, or remove existing.vpc.',
      atKey: true,
    }),
  )
  const needsTwo = hasLoadBalancer(config)
    ? 'a load balancer'
    : Object.keys(config.databases).length > 0
      ? 'an RDS instance'
      : undefined
  const lists = { publicSubnets, privateSubnets }
  for (const list of ['publicSubnets', 'privateSubnets'] as const)
    if (needsTwo && lists[list].length === 1)
      findings.push({
        path: ['existing', 'vpc', list],
        message: `${needsTwo} needs subnets in two zones`,
        fix: 'Add a subnet of a second zone.',
      })
  return findings
}

function clusterFindings({ cluster }: StackConfig): Finding[] {
  const described = (['name', 'containerInsights', 'capacity'] as const).filter(
    key => cluster[key] !== undefined,
  )
  return described.map(key => ({
    path: ['cluster', key],
    message: 'belongs to a cluster that the stack makes, and existing.cluster is not changed',
    fix: 'Remove it, or remove existing.cluster.',
    atKey: true,
  }))
}
