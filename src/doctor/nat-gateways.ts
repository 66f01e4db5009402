import { allPages } from '../aws/pages.ts'
import { isReference } from '../resources/reference.ts'
import type { Check } from './finding.ts'
import { fail, ok } from './finding.ts'
import type { Quota } from './quota-limits.ts'
import { allowedText, limitOf, raiseHint } from './quota-limits.ts'

/** Code and usual value: "Amazon VPC quotas" in the Amazon VPC User Guide, read in November 2026. */
const perZone: Quota = {
  name: 'NAT gateways per Availability Zone',
  serviceCode: 'vpc',
  quotaCode: 'L-FE5A380F',
  usual: 5,
}

/** The zones have room for the NAT gateways that the plan makes. Those that are gone or have failed do not count. */
export const natGateways: Check = async ({ plan: { decisions }, context: { aws } }) => {
  const zones = decisions.flatMap(({ type, action, resource }) => {
    if (type !== 'ec2/nat-gateway' || action !== 'create') return []
    const subnet = resource?.props['subnetId']
    const found = isReference(subnet) && decisions.find(({ address }) => address === subnet.reference)
    const zone = found ? found.resource?.props['availabilityZone'] : undefined
    return typeof zone === 'string' ? [zone] : []
  })
  if (zones.length === 0) return []
  const standing = await allPages(NextToken =>
    aws.ec2
      .describeNatGateways({
        NextToken,
        Filter: [{ Name: 'state', Values: ['pending', 'available', 'deleting'] }],
      })
      .then(page => ({ rows: page.NatGateways, next: page.NextToken })),
  )
  const subnetIds = [...new Set(standing.flatMap(({ SubnetId }) => SubnetId ?? []))]
  const { Subnets = [] } =
    subnetIds.length > 0
      ? await aws.ec2.describeSubnets({ Filters: [{ Name: 'subnet-id', Values: subnetIds }] })
      : {}
  const zoneOf = new Map(Subnets.map(({ SubnetId, AvailabilityZone }) => [SubnetId, AvailabilityZone]))
  const limit = await limitOf(perZone, aws)
  const crowded = [...new Set(zones)].map(zone => ({
    zone,
    needed: zones.filter(one => one === zone).length,
    used: standing.filter(({ SubnetId }) => zoneOf.get(SubnetId) === zone).length,
  }))
  const full = crowded.filter(({ needed, used }) => needed + used > limit.value)
  if (full.length === 0)
    return [ok('quotas', `${perZone.name}: room in ${[...new Set(zones)].join(', ')}, ${allowedText(limit)}`)]
  return full.map(({ zone, needed, used }) =>
    fail(
      'quotas',
      `NAT gateways in ${zone}: ${needed} more beside ${used}, ${allowedText(limit)}`,
      raiseHint(perZone, needed + used),
    ),
  )
}
