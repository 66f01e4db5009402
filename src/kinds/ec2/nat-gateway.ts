import type { Filter, NatGateway } from '@aws-sdk/client-ec2'
import { orAbsent } from '../../aws/errors.ts'
import { allPages } from '../../aws/pages.ts'
import { fromTagList, tagSpecification } from '../../aws/tags.ts'
import type { Kind, KindContext } from '../../resources/kind.ts'
import { findAll, retag } from './describe.ts'

export interface NatGatewayProps {
  readonly subnetId: string
  /** Of the Elastic IP it speaks from. */
  readonly allocationId: string
  readonly connectivityType?: 'public' | undefined
}

export interface NatGatewayAttributes {
  readonly natGatewayId: string
}

export const natGateway: Kind<NatGatewayProps, NatGatewayAttributes> = {
  type: 'ec2/nat-gateway',
  label: 'NAT gateway',
  ownership: 'tags',
  replaceOn: ['subnetId', 'allocationId', 'connectivityType'],
  replacement: { deleteFirst: 'An Elastic IP address can be associated with one NAT gateway only.' },
  withdrawn: { connectivityType: { becomes: 'public' } },
  // Inside a parent that is not there it is not looked for.
  findBy: ['subnetId'],
  seconds: { create: 115, delete: 60 },

  read: async (requests, { aws }) => {
    const found = await findAll(requests, ({ natGatewayId }) => natGatewayId, {
      aws,
      resourceType: 'natgateway',
      byIds: 'nat-gateway-id',
      describe: Filter => describeGateways(Filter, aws),
      idOf: ({ NatGatewayId }) => NatGatewayId,
      tagsOf: ({ Tags }) => Tags,
      // AWS lists deleted and failed ones, with their tags, for about an hour. None of them can be used again.
      lives: ({ State }) => State === 'pending' || State === 'available',
    })
    return found.map(
      one =>
        one && {
          attributes: { natGatewayId: one.NatGatewayId! },
          props: {
            subnetId: one.SubnetId ?? '',
            allocationId: primaryAddress(one)?.AllocationId ?? '',
            // A private one has no address, and differs by that.
            connectivityType: 'public',
          },
          tags: fromTagList(one.Tags),
          ...(one.State === 'pending' ? { pending: one.State } : {}),
        },
    )
  },

  create: async ({ props, tags, token }, { aws }) => {
    const { NatGateway } = await aws.ec2.createNatGateway({
      SubnetId: props.subnetId,
      AllocationId: props.allocationId,
      ...(props.connectivityType ? { ConnectivityType: props.connectivityType } : {}),
      ClientToken: token,
      TagSpecifications: tagSpecification('natgateway', tags),
    })
    return { natGatewayId: NatGateway!.NatGatewayId! }
  },

  retag: ({ natGatewayId }, change, { aws }) => retag(natGatewayId, change, aws),

  delete: async ({ attributes: { natGatewayId } }, { aws }) => {
    await orAbsent(aws.ec2.deleteNatGateway({ NatGatewayId: natGatewayId }))
  },

  ready: async (all, { aws }) => {
    const rows = await byId(all, aws)
    return all.map(attributes => {
      const one = rows.get(attributes.natGatewayId)
      switch (one?.State) {
        case 'available':
          return { state: 'ready', attributes }
        case 'failed':
          return { state: 'failed', reason: `${one.FailureCode}: ${one.FailureMessage}` }
        case 'deleting':
        case 'deleted':
          return { state: 'failed', reason: `NAT gateway ${attributes.natGatewayId} is ${one.State}` }
        default:
          // Not listed means not visible yet.
          return { state: 'waiting', status: one?.State ?? 'pending' }
      }
    })
  },

  gone: async (all, { aws }) => {
    const rows = await byId(all, aws)
    return all.map(({ natGatewayId }) => {
      const state = rows.get(natGatewayId)?.State ?? 'deleted'
      return state === 'deleted' || state === 'failed'
        ? { state: 'gone' }
        : { state: 'waiting', status: state }
    })
  },
}

/** The member is called Filter here, and Filters everywhere else. */
function describeGateways(Filter: Filter[], aws: KindContext['aws']) {
  return allPages(marker =>
    aws.ec2
      .describeNatGateways({ Filter, MaxResults: 1000, NextToken: marker })
      .then(({ NatGateways, NextToken }) => ({ rows: NatGateways, next: NextToken })),
  )
}

async function byId(all: readonly NatGatewayAttributes[], aws: KindContext['aws']) {
  const Values = all.map(({ natGatewayId }) => natGatewayId)
  const rows = await describeGateways([{ Name: 'nat-gateway-id', Values }], aws)
  return new Map(rows.map(row => [row.NatGatewayId, row]))
}

function primaryAddress({ NatGatewayAddresses = [] }: NatGateway) {
  return NatGatewayAddresses.find(({ IsPrimary }) => IsPrimary) ?? NatGatewayAddresses[0]
}
