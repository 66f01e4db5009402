import type { Filter, VpcEndpoint } from '@aws-sdk/client-ec2'
import { allPages } from '../../aws/pages.ts'
import { fromTagList, tagSpecification } from '../../aws/tags.ts'
import { sorted } from '../../resources/json.ts'
import type { Kind, KindContext } from '../../resources/kind.ts'
import { asSet } from '../spelling.ts'
import { deleteEndpoint } from './delete-endpoint.ts'
import { findAll, retag } from './describe.ts'

export interface VpcEndpointProps {
  readonly vpcId: string
  /** `com.amazonaws.<region>.<service>`. */
  readonly serviceName: string
  /** `Gateway` is for S3 and DynamoDB: routes in tables, no charge. `Interface`: an address in each subnet. */
  readonly endpointType: 'Gateway' | 'Interface'
  /** Of a gateway endpoint: where its routes are kept. */
  readonly routeTableIds: readonly string[]
  /** Of an interface endpoint: one in each zone. */
  readonly subnetIds: readonly string[]
  readonly securityGroupIds: readonly string[]
  /** The service's usual host name leads to the endpoint. Needs both DNS settings of the VPC. */
  readonly privateDnsEnabled: boolean
}

export interface VpcEndpointAttributes {
  readonly vpcEndpointId: string
}

const lists = [
  ['routeTableIds', 'AddRouteTableIds', 'RemoveRouteTableIds'],
  ['subnetIds', 'AddSubnetIds', 'RemoveSubnetIds'],
  ['securityGroupIds', 'AddSecurityGroupIds', 'RemoveSecurityGroupIds'],
] as const

export const vpcEndpoint: Kind<VpcEndpointProps, VpcEndpointAttributes> = {
  type: 'ec2/vpc-endpoint',
  label: 'VPC endpoint',
  ownership: 'tags',
  replaceOn: ['vpcId', 'serviceName', 'endpointType'],
  replacement: {
    deleteFirst:
      'A VPC takes one endpoint with private DNS, and a route table one gateway endpoint, for each service.',
  },
  // Inside a parent that is not there it is not looked for.
  findBy: ['vpcId'],
  seconds: { create: 55, update: 20, delete: 60 },

  normalise: props => ({
    ...props,
    routeTableIds: asSet(props.routeTableIds),
    subnetIds: asSet(props.subnetIds),
    securityGroupIds: asSet(props.securityGroupIds),
  }),

  read: async (requests, { aws }) => {
    const found = await findAll(requests, ({ vpcEndpointId }) => vpcEndpointId, {
      aws,
      resourceType: 'vpc-endpoint',
      byIds: 'vpc-endpoint-id',
      describe: Filters => describeEndpoints(Filters, aws),
      idOf: ({ VpcEndpointId }) => VpcEndpointId,
      tagsOf: ({ Tags }) => Tags,
      lives: row => !ended.has(stateOf(row)),
    })
    return found.map(
      one =>
        one && {
          attributes: { vpcEndpointId: one.VpcEndpointId! },
          props: propsOf(one),
          tags: fromTagList(one.Tags),
          ...(stateOf(one) === 'available' ? {} : { pending: stateOf(one) }),
        },
    )
  },

  create: async ({ props, tags, token }, { aws }) => {
    const { VpcEndpoint: made } = await aws.ec2.createVpcEndpoint({
      VpcId: props.vpcId,
      ServiceName: props.serviceName,
      VpcEndpointType: props.endpointType,
      ...(props.endpointType === 'Gateway'
        ? { RouteTableIds: [...props.routeTableIds] }
        : {
            SubnetIds: [...props.subnetIds],
            SecurityGroupIds: [...props.securityGroupIds],
            PrivateDnsEnabled: props.privateDnsEnabled,
          }),
      ClientToken: token,
      TagSpecifications: tagSpecification('vpc-endpoint', tags),
    })
    return { vpcEndpointId: made!.VpcEndpointId! }
  },

  update: async ({ attributes, observed, props, changed }, { aws }) => {
    const differences = lists.flatMap(([name, add, remove]) => {
      if (!changed.includes(name)) return []
      const added = props[name].filter(id => !observed[name].includes(id))
      const removed = observed[name].filter(id => !props[name].includes(id))
      return [
        ...(added.length > 0 ? [[add, added] as const] : []),
        ...(removed.length > 0 ? [[remove, removed] as const] : []),
      ]
    })
    await aws.ec2.modifyVpcEndpoint({
      VpcEndpointId: attributes.vpcEndpointId,
      ...Object.fromEntries(differences),
      ...(changed.includes('privateDnsEnabled') ? { PrivateDnsEnabled: props.privateDnsEnabled } : {}),
    })
    return attributes
  },

  retag: ({ vpcEndpointId }, change, { aws }) => retag(vpcEndpointId, change, aws),

  delete: ({ attributes: { vpcEndpointId } }, { aws }) => deleteEndpoint(vpcEndpointId, aws),

  ready: async (all, { aws }) => {
    const rows = await byId(all, aws)
    return all.map(attributes => {
      const one = rows.get(attributes.vpcEndpointId)
      const state = one ? stateOf(one) : 'pending'
      if (state === 'available') return { state: 'ready', attributes }
      return ended.has(state)
        ? { state: 'failed', reason: one?.LastError?.Message ?? `the endpoint is ${state}` }
        : { state: 'waiting', status: state }
    })
  },

  gone: async (all, { aws }) => {
    const rows = await byId(all, aws)
    return all.map(({ vpcEndpointId }) => {
      const one = rows.get(vpcEndpointId)
      const state = one ? stateOf(one) : 'deleted'
      return state === 'deleted' ? { state: 'gone' } : { state: 'waiting', status: state }
    })
  },
}

const ended: ReadonlySet<string> = new Set(['deleting', 'deleted', 'failed', 'rejected', 'expired'])

/** AWS's model has the states with a capital letter, its answers without. */
function stateOf({ State }: VpcEndpoint): string {
  return State?.toLowerCase() ?? 'pending'
}

function propsOf(one: VpcEndpoint): VpcEndpointProps {
  return {
    vpcId: one.VpcId ?? '',
    serviceName: one.ServiceName ?? '',
    endpointType: one.VpcEndpointType === 'Interface' ? 'Interface' : 'Gateway',
    routeTableIds: sorted(one.RouteTableIds ?? []),
    subnetIds: sorted(one.SubnetIds ?? []),
    securityGroupIds: sorted((one.Groups ?? []).map(({ GroupId = '' }) => GroupId)),
    privateDnsEnabled: one.PrivateDnsEnabled ?? false,
  }
}

function describeEndpoints(Filters: Filter[], { ec2 }: KindContext['aws']) {
  return allPages(marker =>
    ec2
      .describeVpcEndpoints({ Filters, MaxResults: 1000, NextToken: marker })
      .then(({ VpcEndpoints, NextToken }) => ({ rows: VpcEndpoints, next: NextToken })),
  )
}

async function byId(all: readonly VpcEndpointAttributes[], aws: KindContext['aws']) {
  const Values = all.map(({ vpcEndpointId }) => vpcEndpointId)
  const rows = await describeEndpoints([{ Name: 'vpc-endpoint-id', Values }], aws)
  return new Map(rows.map(row => [row.VpcEndpointId, row]))
}
