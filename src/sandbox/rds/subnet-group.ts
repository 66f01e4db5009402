import { interfacesIn } from '../ec2/interface.ts'
import { subnets } from '../ec2/subnet.ts'
import { awsFault } from '../fault.ts'
import { pageOf } from '../marker.ts'
import type { SandboxService } from '../service.ts'
import { tagged } from '../tagged.ts'
import { addTags } from '../tags-by-arn.ts'
import type { World } from '../world.ts'
import { instancesIn } from './instance-row.ts'

export interface DbSubnetGroupRow {
  readonly name: string
  readonly arn: string
  readonly vpcId: string
  readonly created: number
  description: string
  subnetIds: string[]
}

const groups = (world: World) => world.table<DbSubnetGroupRow>('rds/subnet-group')

export function dbSubnetGroupOf(world: World, name = ''): DbSubnetGroupRow {
  const row = groups(world).get(name.toLowerCase())
  if (!row || !world.visible(row.created))
    throw awsFault('DBSubnetGroupNotFoundFault', `DB subnet group '${name}' does not exist.`, { status: 404 })
  return row
}

export const dbSubnetGroupOperations = {
  createDBSubnetGroup: (
    { DBSubnetGroupName = '', DBSubnetGroupDescription = '', SubnetIds = [], Tags },
    world,
  ) => {
    const name = DBSubnetGroupName.toLowerCase()
    if (groups(world).get(name))
      throw awsFault('DBSubnetGroupAlreadyExistsFault', `The DB subnet group '${name}' already exists.`, {
        code: 'DBSubnetGroupAlreadyExists',
      })
    const vpcId = vpcCovering(world, SubnetIds)
    const row = groups(world).set(name, {
      name,
      arn: world.arn('rds', `subgrp:${name}`),
      vpcId,
      created: world.now(),
      description: DBSubnetGroupDescription,
      subnetIds: [...SubnetIds],
    })
    addTags(world, row.arn, Tags)
    return { DBSubnetGroup: shown(row, world) }
  },

  describeDBSubnetGroups: ({ DBSubnetGroupName, Marker, MaxRecords }, world) => {
    const rows = DBSubnetGroupName
      ? [dbSubnetGroupOf(world, DBSubnetGroupName)]
      : groups(world)
          .list()
          .filter(({ created }) => world.visible(created))
    const page = pageOf(rows, { Marker, MaxRecords })
    return { DBSubnetGroups: page.rows.map(row => shown(row, world)), Marker: page.Marker }
  },

  modifyDBSubnetGroup: ({ DBSubnetGroupName, DBSubnetGroupDescription, SubnetIds = [] }, world) => {
    const row = dbSubnetGroupOf(world, DBSubnetGroupName)
    if (vpcCovering(world, SubnetIds) !== row.vpcId)
      throw awsFault(
        'InvalidParameterValue',
        'The new Subnets are not in the same Vpc as the existing subnet group',
      )
    const inUse = new Set(interfacesOf(world, row.name).map(({ subnetId }) => subnetId))
    const lost = row.subnetIds.find(id => !SubnetIds.includes(id) && inUse.has(id))
    if (lost) throw awsFault('SubnetAlreadyInUse', `The subnet ${lost} is in use by a DB instance.`)
    row.subnetIds = [...SubnetIds]
    row.description = DBSubnetGroupDescription ?? row.description
    return { DBSubnetGroup: shown(row, world) }
  },

  deleteDBSubnetGroup: ({ DBSubnetGroupName }, world) => {
    const { name, arn } = dbSubnetGroupOf(world, DBSubnetGroupName)
    // An instance that is being deleted still counts.
    const user = instancesIn(world).find(({ subnetGroupName }) => subnetGroupName === name)
    if (user)
      throw awsFault(
        'InvalidDBSubnetGroupStateFault',
        `Cannot delete the subnet group '${name}' because at least one database instance: ${user.id} is still using it.`,
      )
    groups(world).delete(name)
    tagged(world).remove(arn)
    return {}
  },
} satisfies Partial<SandboxService<'rds'>>

/** The VPC of the subnets, which AWS wants in one VPC and two availability zones at least. */
function vpcCovering(world: World, ids: readonly string[]): string {
  const rows = ids.flatMap(id => subnets(world).get(id) ?? [])
  if (rows.length < ids.length || rows.some(({ created }) => !world.visible(created)))
    throw awsFault('InvalidParameterValue', `Some input subnets in :[${ids.join(', ')}] are invalid.`)
  const vpcIds = new Set(rows.map(({ vpcId }) => vpcId))
  if (vpcIds.size !== 1) throw awsFault('InvalidSubnet', 'The requested subnets are not all in a common VPC.')
  const zones = new Set(rows.map(({ zone }) => zone))
  if (zones.size < 2)
    throw awsFault(
      'DBSubnetGroupDoesNotCoverEnoughAZs',
      `The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Current AZ coverage: ${[...zones].join(', ')}. Add subnets to cover at least 2 AZs.`,
    )
  return [...vpcIds][0]!
}

function interfacesOf(world: World, groupName: string) {
  const ids = instancesIn(world)
    .filter(({ subnetGroupName }) => subnetGroupName === groupName)
    .flatMap(({ interfaceIds }) => interfaceIds)
  return interfacesIn(world).filter(({ id }) => ids.includes(id))
}

function shown(row: DbSubnetGroupRow, world: World) {
  return {
    DBSubnetGroupName: row.name,
    DBSubnetGroupArn: row.arn,
    DBSubnetGroupDescription: row.description,
    VpcId: row.vpcId,
    SubnetGroupStatus: 'Complete',
    Subnets: row.subnetIds.map(id => ({
      SubnetIdentifier: id,
      SubnetAvailabilityZone: { Name: subnets(world).get(id)?.zone },
      SubnetStatus: 'Active',
    })),
  }
}
