import { awsFault } from '../fault.ts'
import type { SandboxService } from '../service.ts'
import type { World } from '../world.ts'
import { passes, tagListOf, tagNew, untag } from './tags.ts'
import { vpcOf } from './vpc.ts'

export interface EgressOnlyGatewayRow {
  readonly id: string
  readonly vpcId: string
  readonly created: number
  readonly token?: string | undefined
}

export const egressOnlyGateways = (world: World) =>
  world.table<EgressOnlyGatewayRow>('ec2/egress-only-internet-gateway')

export const egressOnlyGatewayOperations = {
  createEgressOnlyInternetGateway: ({ VpcId, ClientToken, TagSpecifications }, world) => {
    const repeated = egressOnlyGateways(world)
      .list()
      .find(({ token }) => ClientToken && token === ClientToken)
    if (repeated) return { EgressOnlyInternetGateway: shown(repeated, world), ClientToken }
    const vpc = vpcOf(world, VpcId)
    const id = world.id('eigw-')
    tagNew(world, id, 'egress-only-internet-gateway', TagSpecifications)
    const row = { id, vpcId: vpc.id, created: world.now(), token: ClientToken }
    egressOnlyGateways(world).set(id, row)
    return { EgressOnlyInternetGateway: shown(row, world), ClientToken }
  },

  describeEgressOnlyInternetGateways: ({ EgressOnlyInternetGatewayIds, Filters }, world) => {
    for (const id of EgressOnlyInternetGatewayIds ?? []) gatewayOf(world, id)
    const rows = egressOnlyGateways(world)
      .list()
      .filter(row => !EgressOnlyInternetGatewayIds || EgressOnlyInternetGatewayIds.includes(row.id))
      .filter(row => world.visible(row.created))
      .filter(row => passes(world, row.id, Filters, {}))
    return { EgressOnlyInternetGateways: rows.map(row => shown(row, world)) }
  },

  deleteEgressOnlyInternetGateway: ({ EgressOnlyInternetGatewayId }, world) => {
    const { id } = gatewayOf(world, EgressOnlyInternetGatewayId)
    egressOnlyGateways(world).delete(id)
    untag(world, id, 'all')
    return { ReturnCode: true }
  },
} satisfies Partial<SandboxService<'ec2'>>

function gatewayOf(world: World, id: string | undefined): EgressOnlyGatewayRow {
  const row = egressOnlyGateways(world).get(id ?? '')
  if (!row || !world.visible(row.created))
    throw awsFault('InvalidGatewayID.NotFound', `The gateway ID '${id}' does not exist`)
  return row
}

function shown({ id, vpcId }: EgressOnlyGatewayRow, world: World) {
  return {
    EgressOnlyInternetGatewayId: id,
    Attachments: [{ VpcId: vpcId, State: 'attached' as const }],
    Tags: tagListOf(world, id),
  }
}
