import { awsFault } from '../fault.ts'
import type { SandboxService } from '../service.ts'
import type { World } from '../world.ts'
import { subnets } from './subnet.ts'

export interface NetworkAclEntryRow {
  readonly number: number
  readonly egress: boolean
  readonly action: 'allow' | 'deny'
  readonly protocol: string
  readonly cidr: string
  readonly ports?: { readonly From?: number | undefined; readonly To?: number | undefined } | undefined
}

export interface NetworkAclRow {
  readonly id: string
  readonly vpcId: string
  readonly created: number
  readonly token?: string | undefined
  /** The one that comes with the VPC. */
  readonly default?: true
  entries: NetworkAclEntryRow[]
}

interface AssociationRow {
  /** New after every change. */
  readonly id: string
  readonly subnetId: string
  readonly aclId: string
}

export const networkAcls = (world: World) => world.table<NetworkAclRow>('ec2/network-acl')

/** By subnet. Only of those that have been moved from their VPC's default ACL. */
const associations = (world: World) => world.table<AssociationRow>('ec2/network-acl-association')

export function networkAclOf(world: World, id: string | undefined): NetworkAclRow {
  const row = networkAcls(world).get(id ?? '')
  if (!row || !world.visible(row.created))
    throw awsFault('InvalidNetworkAclID.NotFound', `The networkAcl ID '${id}' does not exist`)
  return row
}

/** The ACL that guards every subnet of the VPC which has no other. */
export function defaultAcl(world: World, vpcId: string): NetworkAclRow {
  const there = networkAcls(world)
    .list()
    .find(row => row.vpcId === vpcId && row.default)
  if (there) return there
  const id = world.id('acl-')
  const open = { number: 100, action: 'allow' as const, protocol: '-1', cidr: '0.0.0.0/0' }
  const entries = [
    { ...open, egress: false },
    { ...open, egress: true },
  ]
  return networkAcls(world).set(id, { id, vpcId, created: world.now(), default: true, entries })
}

export function removeDefaultAcl(world: World, vpcId: string): void {
  for (const row of networkAcls(world).list())
    if (row.vpcId === vpcId && row.default) networkAcls(world).delete(row.id)
}

/** A subnet takes its association with it. */
export function dropAclAssociation(world: World, subnetId: string): void {
  associations(world).delete(subnetId)
}

export function associationsOf(world: World, acl: NetworkAclRow): AssociationRow[] {
  return subnets(world)
    .list()
    .filter(({ vpcId }) => vpcId === acl.vpcId)
    .map(({ id, vpcId }) => associationOf(world, id, vpcId))
    .filter(({ aclId }) => aclId === acl.id)
}

function associationOf(world: World, subnetId: string, vpcId: string): AssociationRow {
  return (
    associations(world).get(subnetId) ?? {
      id: subnetId.replace('subnet-', 'aclassoc-'),
      subnetId,
      aclId: defaultAcl(world, vpcId).id,
    }
  )
}

export const networkAclAssociationOperations = {
  replaceNetworkAclAssociation: ({ AssociationId = '', NetworkAclId }, world) => {
    const acl = networkAclOf(world, NetworkAclId)
    const subnet = subnets(world)
      .list()
      .find(({ id, vpcId }) => associationOf(world, id, vpcId).id === AssociationId)
    if (!subnet)
      throw awsFault('InvalidAssociationID.NotFound', `The association ID '${AssociationId}' does not exist`)
    if (subnet.vpcId !== acl.vpcId)
      throw awsFault(
        'InvalidParameterValue',
        `networkAcl ${acl.id} and subnet ${subnet.id} belong to different networks`,
      )
    const id = world.id('aclassoc-')
    associations(world).set(subnet.id, { id, subnetId: subnet.id, aclId: acl.id })
    return { NewAssociationId: id }
  },
} satisfies Partial<SandboxService<'ec2'>>
