import { Address4 } from 'ip-address'
import type { Finding, Path } from '../problems.ts'
import type { StackConfig } from '../schema/stack.ts'
import { subnetsOf } from '../subnets.ts'
import { hasLoadBalancer } from '../uses.ts'

interface Block {
  readonly path: Path
  readonly cidr: string
}

/** CIDR blocks are well-formed, subnets lie inside the VPC and beside each other. */
export function addressRules({ network, existing }: StackConfig): Finding[] {
  if (existing.vpc) return []
  const vpc: Block = { path: ['network', 'cidr'], cidr: network.cidr }
  const subnets: Block[] = (['publicSubnets', 'privateSubnets'] as const).flatMap(list =>
    (network[list] ?? []).map((cidr, index) => ({ path: ['network', list, index], cidr })),
  )
  const malformed = [vpc, ...subnets].flatMap(malformedBlock)
  if (malformed.length > 0) return malformed
  return subnets.flatMap(({ path, cidr }, index) => {
    const block = new Address4(cidr)
    if (!block.isInSubnet(new Address4(vpc.cidr)))
      return [
        { path, message: `${cidr} is not inside the VPC's ${vpc.cidr}`, fix: `Use a part of ${vpc.cidr}.` },
      ]
    const other = subnets.slice(0, index).find(earlier => overlap(block, new Address4(earlier.cidr)))
    return other
      ? [{ path, message: `${cidr} overlaps ${other.cidr}`, fix: 'Give each subnet addresses of its own.' }]
      : []
  })
}

/** There are as many subnets as zones, and enough of them. */
export function subnetRules(config: StackConfig): Finding[] {
  if (config.existing.vpc) return []
  const { zones, cidr } = config.network
  if (malformedBlock({ path: [], cidr }).length > 0) return []
  const subnets = subnetsOf(config)
  if (!subnets)
    return [
      {
        path: ['network'],
        message: `${cidr} is not a /16, so its subnets have to be named`,
        fix: 'Add publicSubnets and privateSubnets.',
        atKey: true,
      },
    ]
  const { publicSubnets, privateSubnets } = subnets
  const count = zones?.length ?? publicSubnets.length
  const findings: Finding[] = []
  if (zones && new Set(zones).size < zones.length)
    findings.push({ path: ['network', 'zones'], message: 'names a zone twice', fix: 'Name each zone once.' })
  if (publicSubnets.length !== count) findings.push(uneven('publicSubnets', publicSubnets.length, count))
  if (privateSubnets.length !== count && privateSubnets.length > 0)
    findings.push(uneven('privateSubnets', privateSubnets.length, count))
  const needsTwo = hasLoadBalancer(config)
    ? 'a load balancer'
    : Object.keys(config.databases).length > 0
      ? 'an RDS instance'
      : undefined
  if (needsTwo && count < 2)
    findings.push({
      path: ['network', zones ? 'zones' : 'publicSubnets'],
      message: `${needsTwo} needs subnets in two zones`,
      fix: 'Add a second zone with its subnets.',
    })
  return findings
}

function uneven(list: string, has: number, zones: number): Finding {
  return {
    path: ['network', list],
    message: `has ${has} for ${zones} ${zones === 1 ? 'zone' : 'zones'}`,
    fix: 'Give one subnet for each zone.',
    atKey: true,
  }
}

function malformedBlock({ path, cidr }: Block): Finding[] {
  if (!cidr.includes('/') || !Address4.isValid(cidr))
    return [{ path, message: `"${cidr}" is not an IPv4 CIDR block`, fix: 'Write it like 10.0.0.0/16.' }]
  const block = new Address4(cidr)
  const start = `${block.startAddress().address}/${block.subnetMask}`
  if (start !== cidr)
    return [{ path, message: `${cidr} does not begin at its first address`, fix: `Use ${start}.` }]
  if (block.subnetMask < 16 || block.subnetMask > 28)
    return [{ path, message: `${cidr} is not between /16 and /28`, fix: 'AWS takes /16 to /28.' }]
  return []
}

function overlap(a: Address4, b: Address4): boolean {
  return a.isInSubnet(b) || b.isInSubnet(a)
}
