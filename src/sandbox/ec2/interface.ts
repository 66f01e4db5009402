import type { NetworkInterface, NetworkInterfaceType } from '@aws-sdk/client-ec2'
import type { SandboxService } from '../service.ts'
import type { World } from '../world.ts'
import { passes } from './tags.ts'

export interface InterfaceRow {
  readonly id: string
  /** Undefined when its subnet is not known here. */
  readonly vpcId?: string | undefined
  readonly subnetId: string
  readonly groupIds: string[]
  readonly description: string
  /** The EC2 instance that has it. */
  readonly instanceId?: string | undefined
  /** A public address is mapped to it, which holds the VPC's internet gateway. */
  readonly isPublic: boolean
  /** From this moment on it is gone. Milliseconds since the epoch. */
  until?: number
}

const interfaces = (world: World) => world.table<InterfaceRow>('ec2/interface')

/** The network interfaces that still exist: what holds up the deletion of subnets, groups, gateways and VPCs. */
export function interfacesIn(world: World): InterfaceRow[] {
  const table = interfaces(world)
  return table.list().filter(({ id, until }) => {
    const gone = until !== undefined && until <= world.now()
    if (gone) table.delete(id)
    return !gone
  })
}

export interface NewInterface {
  readonly subnetId: string
  readonly groupIds: readonly string[]
  readonly description: string
  readonly instanceId?: string
  readonly isPublic?: boolean
}

/** Puts a network interface into a subnet, and gives its id. */
export function attachInterface(
  world: World,
  { subnetId, groupIds, description, instanceId, isPublic = false }: NewInterface,
): string {
  const id = world.id('eni-')
  const vpcId = world.table<{ readonly vpcId: string }>('ec2/subnet').get(subnetId)?.vpcId
  interfaces(world).set(id, {
    id,
    vpcId,
    subnetId,
    groupIds: [...groupIds],
    description,
    ...(instanceId ? { instanceId } : {}),
    isPublic,
  })
  return id
}

/** Gone at once, or from `at` on: AWS takes interfaces away some time after their owner. */
export function releaseInterface(world: World, id: string, at: number = world.now()): void {
  const row = interfaces(world).get(id)
  if (row) row.until = at
}

/** Takes back a release that was to come. */
export function keepInterface(world: World, id: string): void {
  const row = interfaces(world).get(id)
  if (row) delete row.until
}

export const interfaceOperations = {
  describeNetworkInterfaces: ({ Filters }, world) => ({
    NetworkInterfaces: interfacesIn(world)
      .filter(({ id, vpcId, subnetId, groupIds, description }) =>
        passes(world, id, Filters, {
          'network-interface-id': id,
          'vpc-id': vpcId,
          'subnet-id': subnetId,
          'group-id': groupIds,
          description,
        }),
      )
      .map(row => shown(row, world)),
  }),
} satisfies Partial<SandboxService<'ec2'>>

/** Who asks EC2 for an interface in somebody's VPC, by how its description begins. */
const requesters: readonly (readonly [
  RegExp,
  { readonly id: string; readonly type?: NetworkInterfaceType },
])[] = [
  [/^ELB /, { id: 'amazon-elb' }],
  [/^RDSNetworkInterface|^Network interface for DBProxy/, { id: 'amazon-rds' }],
  [/^ElastiCache /, { id: 'amazon-elasticache' }],
  [/^ES /, { id: 'amazon-elasticsearch' }],
  [/^Interface for NAT Gateway/, { id: '637423500000', type: 'natGateway' }],
  [/^VPC Endpoint Interface/, { id: '727180483921', type: 'vpc_endpoint' }],
  [/^EFS mount target/, { id: '432418664414' }],
  [/^AWS Lambda VPC ENI/, { id: 'AROASANDBOXLAMBDA:lambda', type: 'lambda' }],
  [/^arn:[^:]+:ecs:/, { id: '578734482556' }],
]

function shown(row: InterfaceRow, world: World): NetworkInterface {
  const { id, vpcId, subnetId, groupIds, description, instanceId, isPublic } = row
  const requester = requesters.find(([start]) => start.test(description))?.[1]
  return {
    NetworkInterfaceId: id,
    VpcId: vpcId,
    SubnetId: subnetId,
    OwnerId: world.account,
    Groups: groupIds.map(GroupId => ({ GroupId })),
    Description: description,
    InterfaceType: requester?.type ?? 'interface',
    Status: 'in-use',
    RequesterManaged: requester !== undefined,
    ...(requester ? { RequesterId: requester.id } : {}),
    Attachment: {
      Status: 'attached',
      ...(instanceId ? { InstanceId: instanceId, InstanceOwnerId: world.account } : {}),
    },
    ...(isPublic ? { Association: { PublicIp: `198.51.100.${Number.parseInt(id.slice(-2), 16)}` } } : {}),
  }
}
