import { awsFault } from '../fault.ts'
import type { SandboxService } from '../service.ts'
import type { World } from '../world.ts'
import type { RouteRow } from './route.ts'
import { shownRoute } from './route.ts'
import { subnetOf } from './subnet.ts'
import { passes, tagListOf, tagNew, untag } from './tags.ts'
import { vpcOf } from './vpc.ts'

export interface RouteTableRow {
  readonly id: string
  readonly vpcId: string
  readonly vpcCidr: string
  readonly created: number
  readonly token?: string | undefined
  /** The VPC's main table. */
  readonly default?: true
  routes: RouteRow[]
  associations: { readonly id: string; readonly subnetId: string }[]
}

const routeTables = (world: World) => world.table<RouteTableRow>('ec2/route-table')

export function routeTableOf(world: World, id: string | undefined): RouteTableRow {
  const row = routeTables(world).get(id ?? '')
  if (!row || !world.visible(row.created))
    throw awsFault('InvalidRouteTableID.NotFound', `The routeTable ID '${id}' does not exist`)
  return row
}

export function makeMainRouteTable(
  world: World,
  { id: vpcId, cidr: vpcCidr }: { readonly id: string; readonly cidr: string },
): void {
  const id = world.id('rtb-')
  const created = world.now()
  routeTables(world).set(id, { id, vpcId, vpcCidr, created, default: true, routes: [], associations: [] })
}

export function removeMainRouteTable(world: World, vpcId: string): void {
  for (const row of routeTables(world).list())
    if (row.vpcId === vpcId && row.default) routeTables(world).delete(row.id)
}

/** A subnet takes its association with it. */
export function dropAssociations(world: World, subnetId: string): void {
  for (const row of routeTables(world).list())
    row.associations = row.associations.filter(association => association.subnetId !== subnetId)
}

export const routeTableOperations = {
  createRouteTable: ({ VpcId, ClientToken, TagSpecifications }, world) => {
    const repeated = routeTables(world)
      .list()
      .find(({ token }) => ClientToken && token === ClientToken)
    if (repeated) return { RouteTable: shown(repeated, world), ClientToken }
    const vpc = vpcOf(world, VpcId)
    const id = world.id('rtb-')
    tagNew(world, id, 'route-table', TagSpecifications)
    const row = routeTables(world).set(id, {
      id,
      vpcId: vpc.id,
      vpcCidr: vpc.cidr,
      created: world.now(),
      token: ClientToken,
      routes: [],
      associations: [],
    })
    return { RouteTable: shown(row, world), ClientToken }
  },

  describeRouteTables: ({ RouteTableIds, Filters }, world) => {
    for (const id of RouteTableIds ?? []) routeTableOf(world, id)
    const rows = routeTables(world)
      .list()
      .filter(row => !RouteTableIds || RouteTableIds.includes(row.id))
      .filter(row => world.visible(row.created))
      .filter(row =>
        passes(world, row.id, Filters, {
          'route-table-id': row.id,
          'vpc-id': row.vpcId,
          'association.subnet-id': row.associations.map(({ subnetId }) => subnetId),
          'association.route-table-association-id': row.associations.map(({ id }) => id),
          'association.main': String(row.default ?? false),
        }),
      )
    return { RouteTables: rows.map(row => shown(row, world)) }
  },

  associateRouteTable: ({ RouteTableId, SubnetId }, world) => {
    const row = routeTableOf(world, RouteTableId)
    const subnet = subnetOf(world, SubnetId)
    if (subnet.vpcId !== row.vpcId)
      throw awsFault(
        'InvalidParameterValue',
        `route table ${row.id} and subnet ${subnet.id} belong to different networks`,
      )
    const holder = routeTables(world)
      .list()
      .find(({ associations }) => associations.some(({ subnetId }) => subnetId === subnet.id))
    if (holder)
      throw awsFault(
        'Resource.AlreadyAssociated',
        `the specified association for route table ${row.id} conflicts with an existing association`,
      )
    return associate(world, row, subnet.id)
  },

  replaceRouteTableAssociation: ({ AssociationId = '', RouteTableId }, world) => {
    const { holder, association } = associationOf(world, AssociationId)
    const row = routeTableOf(world, RouteTableId)
    holder.associations = holder.associations.filter(({ id }) => id !== AssociationId)
    const { AssociationId: NewAssociationId, AssociationState } = associate(world, row, association.subnetId)
    return { NewAssociationId, AssociationState }
  },

  disassociateRouteTable: ({ AssociationId = '' }, world) => {
    const { holder } = associationOf(world, AssociationId)
    holder.associations = holder.associations.filter(({ id }) => id !== AssociationId)
    return {}
  },

  deleteRouteTable: ({ RouteTableId }, world) => {
    const row = routeTableOf(world, RouteTableId)
    if (row.default || row.associations.length > 0)
      throw awsFault(
        'DependencyViolation',
        `The routeTable '${row.id}' has dependencies and cannot be deleted.`,
      )
    routeTables(world).delete(row.id)
    untag(world, row.id, 'all')
    return {}
  },
} satisfies Partial<SandboxService<'ec2'>>

function associate(world: World, row: RouteTableRow, subnetId: string) {
  const id = world.id('rtbassoc-')
  row.associations.push({ id, subnetId })
  return { AssociationId: id, AssociationState: { State: 'associated' as const } }
}

function associationOf(world: World, id: string) {
  for (const holder of routeTables(world).list()) {
    const association = holder.associations.find(candidate => candidate.id === id)
    if (association) return { holder, association }
  }
  throw awsFault('InvalidAssociationID.NotFound', `The association ID '${id}' does not exist`)
}

function shown(row: RouteTableRow, world: World) {
  const associated = { AssociationState: { State: 'associated' as const }, RouteTableId: row.id }
  return {
    RouteTableId: row.id,
    VpcId: row.vpcId,
    OwnerId: world.account,
    PropagatingVgws: [],
    Routes: [
      {
        DestinationCidrBlock: row.vpcCidr,
        GatewayId: 'local',
        Origin: 'CreateRouteTable' as const,
        State: 'active' as const,
      },
      ...row.routes.map(route => shownRoute(route, row.vpcId, world)),
    ],
    Associations: [
      ...(row.default
        ? [{ ...associated, Main: true, RouteTableAssociationId: row.id.replace('rtb-', 'rtbassoc-') }]
        : []),
      ...row.associations.map(({ id, subnetId }) => ({
        ...associated,
        Main: false,
        RouteTableAssociationId: id,
        SubnetId: subnetId,
      })),
    ],
    Tags: tagListOf(world, row.id),
  }
}
