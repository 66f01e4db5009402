import type { RouteTable } from '@aws-sdk/client-ec2'
import { orAbsent } from '../../aws/errors.ts'
import { fromTagList, tagSpecification } from '../../aws/tags.ts'
import { listed, texts } from '../../resources/additions.ts'
import { sorted } from '../../resources/json.ts'
import type { Kind, KindContext } from '../../resources/kind.ts'
import { isUnknown } from '../../resources/reference.ts'
import { findAll, retag } from './describe.ts'
import type { Route } from './route.ts'
import { changeRoutes, createRoute, routesOf } from './route.ts'
import {
  associateSubnet,
  associationsOf,
  describeRouteTables,
  disassociateSubnets,
} from './route-table-association.ts'

export interface RouteTableProps {
  readonly vpcId: string
  /** One per destination. The VPC's own range is always routed and is not named here. */
  readonly routes: readonly Route[]
  /** The subnets that use this table instead of the VPC's main one. */
  readonly subnetIds: readonly string[]
}

export interface RouteTableAttributes {
  readonly routeTableId: string
}

export const routeTable: Kind<RouteTableProps, RouteTableAttributes> = {
  type: 'ec2/route-table',
  label: 'route table',
  ownership: 'tags',
  replaceOn: ['vpcId'],
  replacement: 'create-first',
  late: ['routes', 'subnetIds'],
  // Inside a parent that is not there it is not looked for.
  findBy: ['vpcId'],
  seconds: { create: 3, delete: 2 },
  additions: [
    {
      what: 'routes',
      rule: 'left alone',
      seen: 'in a prop',
      prop: 'routes',
      members: listed<Route>(({ destinationCidrBlock }) => destinationCidrBlock),
      line: destination => `route to ${destination}`,
    },
    {
      what: 'associations with subnets',
      rule: 'left alone',
      seen: 'in a prop',
      prop: 'subnetIds',
      members: texts,
      line: id => `association with ${id}`,
    },
  ],

  normalise: props => ({
    ...props,
    routes: isUnknown(props.routes) ? props.routes : sorted(props.routes),
    subnetIds: isUnknown(props.subnetIds) ? props.subnetIds : sorted(props.subnetIds),
  }),

  read: async (requests, { aws }) => {
    const found = await findAll(requests, ({ routeTableId }) => routeTableId, {
      aws,
      resourceType: 'route-table',
      byIds: 'route-table-id',
      describe: Filters => describeRouteTables(Filters, aws),
      idOf: ({ RouteTableId }) => RouteTableId,
      tagsOf: ({ Tags }) => Tags,
    })
    return found.map(
      one =>
        one && {
          attributes: { routeTableId: one.RouteTableId! },
          props: {
            vpcId: one.VpcId ?? '',
            routes: sorted(routesOf(one)),
            subnetIds: sorted(associationsOf(one).map(({ subnetId }) => subnetId)),
          },
          tags: fromTagList(one.Tags),
        },
    )
  },

  create: async ({ props, tags, token }, { aws }) => {
    const { RouteTable } = await aws.ec2.createRouteTable({
      VpcId: props.vpcId,
      ClientToken: token,
      TagSpecifications: tagSpecification('route-table', tags),
    })
    return { routeTableId: RouteTable!.RouteTableId! }
  },

  finish: async ({ props }, attributes, { aws }) => {
    const { routeTableId } = attributes
    await Promise.all([
      ...props.routes.map(route => createRoute(routeTableId, route, aws)),
      ...props.subnetIds.map(subnetId => associateSubnet(routeTableId, subnetId, aws)),
    ])
    return attributes
  },

  update: async ({ attributes, observed, props, changed }, { aws }) => {
    const { routeTableId } = attributes
    if (changed.includes('routes')) await changeRoutes(routeTableId, observed.routes, props.routes, aws)
    if (changed.includes('subnetIds')) {
      const added = props.subnetIds.filter(id => !observed.subnetIds.includes(id))
      await Promise.all(added.map(subnetId => associateSubnet(routeTableId, subnetId, aws)))
      const removed = observed.subnetIds.filter(id => !props.subnetIds.includes(id))
      // Associations have ids of their own, which change whenever one is replaced.
      const table = removed.length > 0 ? await tableOf(attributes, aws) : undefined
      if (table) await disassociateSubnets(table, id => removed.includes(id), aws)
    }
    return attributes
  },

  retag: ({ routeTableId }, change, { aws }) => retag(routeTableId, change, aws),

  delete: async ({ attributes }, { aws }) => {
    const table = await tableOf(attributes, aws)
    if (!table) return
    await disassociateSubnets(table, () => true, aws)
    await orAbsent(aws.ec2.deleteRouteTable({ RouteTableId: attributes.routeTableId }))
  },
}

async function tableOf(
  { routeTableId }: RouteTableAttributes,
  aws: KindContext['aws'],
): Promise<RouteTable | undefined> {
  const [one] = await describeRouteTables([{ Name: 'route-table-id', Values: [routeTableId] }], aws)
  return one
}
