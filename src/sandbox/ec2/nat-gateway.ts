import type { NatGatewayState, Tag } from '@aws-sdk/client-ec2'
import { awsFault } from '../fault.ts'
import type { SandboxService } from '../service.ts'
import type { World } from '../world.ts'
import { attachInterface, releaseInterface } from './interface.ts'
import { isOnInternet } from './internet-gateway.ts'
import { subnetOf, subnets } from './subnet.ts'
import { passes, tagListOf, tagNew, untag } from './tags.ts'

export interface NatGatewayRow {
  readonly id: string
  readonly token: string | undefined
  readonly subnetId: string
  readonly vpcId: string
  readonly allocationId: string | undefined
  readonly connectivityType: 'public' | 'private'
  readonly interfaceId: string
  readonly created: number
  /** When it will be available, or has failed. */
  readonly settledAt: number
  readonly failure?: { readonly code: string; readonly message: string } | undefined
  deletion?: { readonly started: number; readonly endsAt: number; tags?: Tag[] }
}

const natGateways = (world: World) => world.table<NatGatewayRow>('ec2/nat-gateway')

/** AWS's five per availability zone; those being deleted count. */
const quota = 5

/** AWS goes on listing gateways that are deleted or have failed for about an hour. */
const afterlife = 3_600_000

/** The gateway that a route may point to. */
export function livingNatGateway(world: World, id: string): NatGatewayRow | undefined {
  const row = natGateways(world).get(id)
  return row && ['pending', 'available'].includes(stateOf(row, world)) ? row : undefined
}

/** The gateway that holds this address, until the moment it is deleted. */
export function addressHolder(world: World, allocationId: string): NatGatewayRow | undefined {
  return natGateways(world)
    .list()
    .find(row => row.allocationId === allocationId && !row.failure && stateOf(row, world) !== 'deleted')
}

export const natGatewayOperations = {
  createNatGateway: (
    { SubnetId, AllocationId, ConnectivityType = 'public', ClientToken, TagSpecifications },
    world,
  ) => {
    purge(world)
    const repeated = natGateways(world)
      .list()
      .find(({ token }) => ClientToken && token === ClientToken)
    if (repeated) {
      if (repeated.subnetId !== SubnetId || repeated.allocationId !== AllocationId)
        throw awsFault(
          'IdempotentParameterMismatch',
          'The client token is already in use with different parameters.',
        )
      return { NatGateway: shown(repeated, world), ClientToken }
    }
    const subnet = subnetOf(world, SubnetId)
    if (ConnectivityType === 'public' && !AllocationId)
      throw awsFault('MissingParameter', 'The request must include the AllocationId parameter.')
    const neighbours = natGateways(world)
      .list()
      .filter(row => subnets(world).get(row.subnetId)?.zone === subnet.zone)
      .filter(row => ['pending', 'available', 'deleting'].includes(stateOf(row, world)))
    if (neighbours.length >= quota)
      throw awsFault(
        'NatGatewayLimitExceeded',
        `Performing this operation would exceed the limit of ${quota} NAT gateways`,
      )
    const failure = ConnectivityType === 'public' ? failureOf(world, subnet.vpcId, AllocationId!) : undefined
    const settledAt = failure ? world.now() + 5000 : world.after('nat-gateway create')
    const id = world.id('nat-')
    tagNew(world, id, 'natgateway', TagSpecifications)
    const interfaceId = attachInterface(world, {
      subnetId: subnet.id,
      groupIds: [],
      description: `Interface for NAT Gateway ${id}`,
      isPublic: ConnectivityType === 'public',
    })
    if (failure) releaseInterface(world, interfaceId, settledAt)
    const row = natGateways(world).set(id, {
      id,
      token: ClientToken,
      subnetId: subnet.id,
      vpcId: subnet.vpcId,
      allocationId: AllocationId,
      connectivityType: ConnectivityType,
      interfaceId,
      created: world.now(),
      settledAt,
      failure,
    })
    return { NatGateway: shown(row, world), ClientToken }
  },

  describeNatGateways: ({ NatGatewayIds, Filter }, world) => {
    purge(world)
    for (const id of NatGatewayIds ?? []) if (!natGateways(world).get(id)) throw notFound(id)
    const rows = natGateways(world)
      .list()
      .filter(row => !NatGatewayIds || NatGatewayIds.includes(row.id))
      .filter(row => world.visible(row.created))
      .filter(row =>
        passes(world, row.id, Filter, {
          'nat-gateway-id': row.id,
          'subnet-id': row.subnetId,
          'vpc-id': row.vpcId,
          state: stateOf(row, world),
        }),
      )
    return { NatGateways: rows.map(row => shown(row, world)) }
  },

  deleteNatGateway: ({ NatGatewayId = '' }, world) => {
    purge(world)
    const row = natGateways(world).get(NatGatewayId)
    if (!row || stateOf(row, world) === 'deleted') throw notFound(NatGatewayId)
    if (!row.deletion) {
      const endsAt = row.failure ? world.now() : world.after('nat-gateway delete')
      row.deletion = { started: world.now(), endsAt }
      releaseInterface(world, row.interfaceId, endsAt)
    }
    return { NatGatewayId }
  },
} satisfies Partial<SandboxService<'ec2'>>

/** What AWS finds out only after it has accepted the request. */
function failureOf(world: World, vpcId: string, allocationId: string) {
  if (!world.table('ec2/elastic-ip').get(allocationId))
    return {
      code: 'InvalidAllocationID.NotFound',
      message: `Elastic IP address ${allocationId} could not be associated with this NAT gateway`,
    }
  if (addressHolder(world, allocationId))
    return {
      code: 'Resource.AlreadyAssociated',
      message: `Elastic IP address [${allocationId}] is already associated`,
    }
  if (!isOnInternet(world, vpcId))
    return { code: 'Gateway.NotAttached', message: `Network ${vpcId} has no Internet gateway attached` }
  return undefined
}

function stateOf({ deletion, settledAt, failure }: NatGatewayRow, world: World): NatGatewayState {
  if (deletion) return world.now() >= deletion.endsAt ? 'deleted' : 'deleting'
  if (world.now() < settledAt) return 'pending'
  return failure ? 'failed' : 'available'
}

/** A deleted gateway is nobody's leftover, though it is listed with its tags for a while. */
function purge(world: World): void {
  for (const row of natGateways(world).list()) {
    const state = stateOf(row, world)
    if (row.deletion && state === 'deleted' && !row.deletion.tags) {
      row.deletion.tags = tagListOf(world, row.id)
      untag(world, row.id, 'all')
    }
    const over = row.deletion?.endsAt ?? (row.failure ? row.settledAt : Infinity)
    if (world.now() >= over + afterlife) {
      natGateways(world).delete(row.id)
      untag(world, row.id, 'all')
    }
  }
}

function notFound(id: string): Error {
  return awsFault('NatGatewayNotFound', `The Nat Gateway ${id} was not found`)
}

function shown(row: NatGatewayRow, world: World) {
  const state = stateOf(row, world)
  return {
    NatGatewayId: row.id,
    SubnetId: row.subnetId,
    VpcId: row.vpcId,
    State: state,
    ConnectivityType: row.connectivityType,
    CreateTime: new Date(row.created),
    ...(row.deletion ? { DeleteTime: new Date(row.deletion.started) } : {}),
    ...(state === 'failed' ? { FailureCode: row.failure?.code, FailureMessage: row.failure?.message } : {}),
    NatGatewayAddresses: row.allocationId
      ? [{ AllocationId: row.allocationId, NetworkInterfaceId: row.interfaceId, IsPrimary: true }]
      : [],
    Tags: row.deletion?.tags ?? tagListOf(world, row.id),
  }
}
