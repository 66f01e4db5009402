import type { Finding } from '../problems.ts'
import type { StackConfig } from '../schema/stack.ts'
import { deploymentOf } from '../deployment.ts'
import { hasLoadBalancer, makesLoadBalancer } from '../uses.ts'

/** What somebody else owns is not described a second time, and is enough for what stands in it. */
export function existingRules(config: StackConfig): Finding[] {
  const { vpc, cluster, loadBalancer } = config.existing
  return [
    ...(vpc ? vpcFindings(config, vpc) : []),
    ...(cluster === undefined ? [] : clusterFindings(config)),
    ...(loadBalancer ? loadBalancerFindings(config) : []),
  ]
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
  const needsTwo = makesLoadBalancer(config)
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

function loadBalancerFindings(config: StackConfig): Finding[] {
  const { loadBalancer, existing, domain, services } = config
  const findings: Finding[] = (
    ['name', 'idleTimeout', 'deletionProtection', 'tlsPolicy', 'waf', 'openPorts'] as const
  )
    .filter(key => loadBalancer[key] !== undefined)
    .map(key => ({
      path: ['loadBalancer', key],
      message: 'belongs to a load balancer that the stack makes, and existing.loadBalancer is not changed',
      fix: 'Remove it, or remove existing.loadBalancer.',
      atKey: true,
    }))
  const path = ['existing', 'loadBalancer']
  if (!existing.vpc)
    findings.push({
      path,
      message: 'stands in a VPC that is there already, and the stack would make one of its own',
      fix: 'Add existing.vpc with the VPC and subnets around it.',
    })
  if (!hasLoadBalancer(config))
    findings.push({
      path,
      message: 'no service has paths that it could lead to',
      fix: 'Add paths to one, or remove it.',
    })
  for (const [key, given] of [
    ['existing', existing.certificate],
    ['domain', domain?.certificate ? domain.certificate.names : undefined],
  ] as const)
    if (given !== undefined)
      findings.push({
        path: [key, 'certificate'],
        message: 'is for a listener that the stack makes, and that of existing.loadBalancer has its own',
        fix: 'Remove it.',
        atKey: true,
      })
  for (const [name, service] of Object.entries(services))
    if (deploymentOf(service).testPort !== undefined)
      findings.push({
        path: ['services', name, 'deployment', 'testPort'],
        message: 'is a listener more, and the stack adds none to existing.loadBalancer',
        fix: 'Remove it: test traffic is then known by a header.',
        atKey: true,
      })
  return findings
}
