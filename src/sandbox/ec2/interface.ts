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

/** Puts a service's network interface into a subnet, and gives its id. */
export function attachInterface(
  world: World,
  {
    subnetId,
    groupIds,
    description,
    isPublic = false,
  }: {
    readonly subnetId: string
    readonly groupIds: readonly string[]
    readonly description: string
    readonly isPublic?: boolean
  },
): string {
  const id = world.id('eni-')
  const vpcId = world.table<{ readonly vpcId: string }>('ec2/subnet').get(subnetId)?.vpcId
  interfaces(world).set(id, { id, vpcId, subnetId, groupIds: [...groupIds], description, isPublic })
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
      .map(({ id, vpcId, subnetId, groupIds, description }) => ({
        NetworkInterfaceId: id,
        VpcId: vpcId,
        SubnetId: subnetId,
        Groups: groupIds.map(GroupId => ({ GroupId })),
        Description: description,
        Status: 'in-use' as const,
        RequesterManaged: true,
      })),
  }),
} satisfies Partial<SandboxService<'ec2'>>
