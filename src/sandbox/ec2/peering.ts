import type { SandboxService } from '../service.ts'
import type { World } from '../world.ts'
import { passes, tagListOf } from './tags.ts'

interface PeeringRow {
  readonly id: string
  readonly requester: string
  readonly accepter: string
  readonly state: 'active' | 'deleted'
}

/** Nothing that is called here makes one: only somebody else does. */
export const peerings = (world: World) => world.table<PeeringRow>('ec2/vpc-peering-connection')

/** One with the `vpcId` for each active peering of the VPC. */
export function peeringsIn(world: World, vpcId: string): { readonly vpcId: string }[] {
  return peerings(world)
    .list()
    .filter(({ state, requester, accepter }) => state === 'active' && [requester, accepter].includes(vpcId))
    .map(() => ({ vpcId }))
}

export const peeringOperations = {
  describeVpcPeeringConnections: ({ Filters }, world) => ({
    VpcPeeringConnections: peerings(world)
      .list()
      .filter(({ id, requester, accepter, state }) =>
        passes(world, id, Filters, {
          'requester-vpc-info.vpc-id': requester,
          'accepter-vpc-info.vpc-id': accepter,
          'status-code': state,
        }),
      )
      .map(({ id, requester, accepter, state }) => ({
        VpcPeeringConnectionId: id,
        RequesterVpcInfo: { VpcId: requester, OwnerId: world.account },
        AccepterVpcInfo: { VpcId: accepter, OwnerId: world.account },
        Status: { Code: state },
        Tags: tagListOf(world, id),
      })),
  }),
} satisfies Partial<SandboxService<'ec2'>>
