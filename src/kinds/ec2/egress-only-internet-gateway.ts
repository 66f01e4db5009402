import type { EgressOnlyInternetGateway } from '@aws-sdk/client-ec2'
import { orAbsent } from '../../aws/errors.ts'
import { allPages } from '../../aws/pages.ts'
import { fromTagList, isTaggedAs, stackTag, tagSpecification } from '../../aws/tags.ts'
import type { Kind, KindContext, ReadRequest } from '../../resources/kind.ts'
import { retag } from './describe.ts'

export interface EgressOnlyGatewayProps {
  readonly vpcId: string
}

export interface EgressOnlyGatewayAttributes {
  readonly gatewayId: string
}

/** The way out over IPv6 for subnets that nobody may reach from outside: what a NAT gateway is over IPv4. */
export const egressOnlyGateway: Kind<EgressOnlyGatewayProps, EgressOnlyGatewayAttributes> = {
  type: 'ec2/egress-only-internet-gateway',
  label: 'egress-only internet gateway',
  ownership: 'tags',
  replaceOn: ['vpcId'],
  replacement: 'create-first',
  // Inside a parent that is not there it is not looked for.
  findBy: ['vpcId'],
  seconds: { create: 1, delete: 1 },

  read: async (requests, { aws }) => {
    const gateways = await gatewaysFor(requests, aws)
    return requests.map(({ attributes, tags }) => {
      const one = gateways.find(({ EgressOnlyInternetGatewayId, Tags }) =>
        attributes
          ? EgressOnlyInternetGatewayId === attributes.gatewayId
          : isTaggedAs(fromTagList(Tags), tags),
      )
      return (
        one && {
          attributes: { gatewayId: one.EgressOnlyInternetGatewayId! },
          props: { vpcId: one.Attachments?.[0]?.VpcId ?? '' },
          tags: fromTagList(one.Tags),
        }
      )
    })
  },

  create: async ({ props, tags, token }, { aws }) => {
    const { EgressOnlyInternetGateway: made } = await aws.ec2.createEgressOnlyInternetGateway({
      VpcId: props.vpcId,
      ClientToken: token,
      TagSpecifications: tagSpecification('egress-only-internet-gateway', tags),
    })
    return { gatewayId: made!.EgressOnlyInternetGatewayId! }
  },

  retag: ({ gatewayId }, change, { aws }) => retag(gatewayId, change, aws),

  delete: async ({ attributes: { gatewayId } }, { aws }) => {
    await orAbsent(aws.ec2.deleteEgressOnlyInternetGateway({ EgressOnlyInternetGatewayId: gatewayId }))
  },
}

/**
 * AWS filters them by tags alone, and an unknown id would fail the whole call: those of the stack are few, and one that
 * has lost its tags is found in the list of all.
 */
async function gatewaysFor(
  requests: readonly ReadRequest<EgressOnlyGatewayProps, EgressOnlyGatewayAttributes>[],
  aws: KindContext['aws'],
): Promise<EgressOnlyInternetGateway[]> {
  const stack = requests[0]?.tags[stackTag] ?? ''
  const ours = await describe([{ Name: `tag:${stackTag}`, Values: [stack] }], aws)
  const known = new Set(ours.map(({ EgressOnlyInternetGatewayId }) => EgressOnlyInternetGatewayId))
  return requests.some(({ attributes }) => attributes && !known.has(attributes.gatewayId))
    ? describe([], aws)
    : ours
}

function describe(Filters: { Name: string; Values: string[] }[], aws: KindContext['aws']) {
  return allPages(NextToken =>
    aws.ec2
      .describeEgressOnlyInternetGateways({
        ...(Filters.length > 0 ? { Filters } : {}),
        MaxResults: 255,
        NextToken,
      })
      .then(page => ({ rows: page.EgressOnlyInternetGateways, next: page.NextToken })),
  )
}
