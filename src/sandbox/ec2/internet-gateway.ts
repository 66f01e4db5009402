import { awsFault } from '../fault.ts'
import type { SandboxService } from '../service.ts'
import type { World } from '../world.ts'
import { interfacesIn } from './interface.ts'
import { passes, tagListOf, tagNew, untag } from './tags.ts'
import { vpcOf } from './vpc.ts'

export interface InternetGatewayRow {
  readonly id: string
  readonly created: number
  vpcId?: string
}

export const internetGateways = (world: World) => world.table<InternetGatewayRow>('ec2/internet-gateway')

export function isOnInternet(world: World, vpcId: string): boolean {
  return internetGateways(world)
    .list()
    .some(row => row.vpcId === vpcId)
}

/** AWS's five internet gateways per region. */
const quota = 5

export const internetGatewayOperations = {
  createInternetGateway: ({ TagSpecifications }, world) => {
    if (internetGateways(world).list().length >= quota)
      throw awsFault(
        'InternetGatewayLimitExceeded',
        'The maximum number of internet gateways has been reached.',
      )
    const id = world.id('igw-')
    tagNew(world, id, 'internet-gateway', TagSpecifications)
    const row = internetGateways(world).set(id, { id, created: world.now() })
    return { InternetGateway: shown(row, world) }
  },

  describeInternetGateways: ({ InternetGatewayIds, Filters }, world) => {
    for (const id of InternetGatewayIds ?? []) gatewayOf(world, id)
    const rows = internetGateways(world)
      .list()
      .filter(row => !InternetGatewayIds || InternetGatewayIds.includes(row.id))
      .filter(row => world.visible(row.created))
      .filter(row =>
        passes(world, row.id, Filters, {
          'internet-gateway-id': row.id,
          'attachment.vpc-id': row.vpcId,
        }),
      )
    return { InternetGateways: rows.map(row => shown(row, world)) }
  },

  attachInternetGateway: ({ InternetGatewayId, VpcId }, world) => {
    const row = gatewayOf(world, InternetGatewayId)
    const vpc = vpcOf(world, VpcId)
    if (row.vpcId)
      throw awsFault(
        'Resource.AlreadyAssociated',
        `resource ${row.id} is already attached to network ${row.vpcId}`,
      )
    if (isOnInternet(world, vpc.id))
      throw awsFault('InvalidParameterValue', `Network ${vpc.id} already has an internet gateway attached`)
    row.vpcId = vpc.id
    return {}
  },

  detachInternetGateway: ({ InternetGatewayId, VpcId }, world) => {
    const row = gatewayOf(world, InternetGatewayId)
    if (row.vpcId !== VpcId)
      throw awsFault('Gateway.NotAttached', `resource ${row.id} is not attached to network ${VpcId}`)
    const mapped = interfacesIn(world).some(({ vpcId, isPublic }) => vpcId === VpcId && isPublic)
    if (mapped)
      throw awsFault(
        'DependencyViolation',
        `Network ${VpcId} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.`,
      )
    delete row.vpcId
    return {}
  },

  deleteInternetGateway: ({ InternetGatewayId }, world) => {
    const row = gatewayOf(world, InternetGatewayId)
    if (row.vpcId)
      throw awsFault(
        'DependencyViolation',
        `The internetGateway '${row.id}' has dependencies and cannot be deleted.`,
      )
    internetGateways(world).delete(row.id)
    untag(world, row.id, 'all')
    return {}
  },
} satisfies Partial<SandboxService<'ec2'>>

function gatewayOf(world: World, id: string | undefined): InternetGatewayRow {
  const row = internetGateways(world).get(id ?? '')
  if (!row || !world.visible(row.created))
    throw awsFault('InvalidInternetGatewayID.NotFound', `The internetGateway ID '${id}' does not exist`)
  return row
}

function shown(row: InternetGatewayRow, world: World) {
  return {
    InternetGatewayId: row.id,
    OwnerId: world.account,
    // AWS says `available`, which is not in its own list of attachment states.
    Attachments: row.vpcId ? [{ VpcId: row.vpcId, State: 'available' as 'attached' }] : [],
    Tags: tagListOf(world, row.id),
  }
}
