import { interfacesIn } from '../ec2/interface.ts'
import { subnets } from '../ec2/subnet.ts'
import { awsFault } from '../fault.ts'
import { pageOf } from '../marker.ts'
import type { SandboxService } from '../service.ts'
import { tagged } from '../tagged.ts'
import { addTags } from '../tags-by-arn.ts'
import type { World } from '../world.ts'
import { groupsIn } from './replication-group-row.ts'

export interface CacheSubnetGroupRow {
  readonly name: string
  readonly arn: string
  readonly vpcId: string
  readonly created: number
  description: string
  subnetIds: string[]
}

const subnetGroups = (world: World) => world.table<CacheSubnetGroupRow>('elasticache/subnet-group')

export function cacheSubnetGroupOf(world: World, name = ''): CacheSubnetGroupRow {
  const row = subnetGroups(world).get(name.toLowerCase())
  if (!row || !world.visible(row.created))
    throw awsFault('CacheSubnetGroupNotFoundFault', `Cache Subnet Group ${name} does not exist.`)
  return row
}

export const cacheSubnetGroupOperations = {
  createCacheSubnetGroup: (input, world) => {
    const name = (input.CacheSubnetGroupName ?? '').toLowerCase()
    if (subnetGroups(world).get(name))
      throw awsFault('CacheSubnetGroupAlreadyExistsFault', `Cache subnet group ${name} already exists.`, {
        code: 'CacheSubnetGroupAlreadyExists',
      })
    const subnetIds = [...(input.SubnetIds ?? [])]
    const row = subnetGroups(world).set(name, {
      name,
      arn: world.arn('elasticache', `subnetgroup:${name}`),
      vpcId: vpcOf(world, subnetIds),
      created: world.now(),
      description: input.CacheSubnetGroupDescription ?? '',
      subnetIds,
    })
    addTags(world, row.arn, input.Tags)
    return { CacheSubnetGroup: shown(row, world) }
  },

  describeCacheSubnetGroups: ({ CacheSubnetGroupName, Marker, MaxRecords }, world) => {
    const rows = CacheSubnetGroupName
      ? [cacheSubnetGroupOf(world, CacheSubnetGroupName)]
      : subnetGroups(world)
          .list()
          .filter(({ created }) => world.visible(created))
    const page = pageOf(rows, { Marker, MaxRecords })
    return { CacheSubnetGroups: page.rows.map(row => shown(row, world)), Marker: page.Marker }
  },

  modifyCacheSubnetGroup: ({ CacheSubnetGroupName, CacheSubnetGroupDescription, SubnetIds }, world) => {
    const row = cacheSubnetGroupOf(world, CacheSubnetGroupName)
    if (SubnetIds) {
      if (vpcOf(world, SubnetIds) !== row.vpcId)
        throw awsFault('InvalidSubnet', 'The new subnets are not in the VPC of the cache subnet group.')
      const lost = row.subnetIds.find(id => !SubnetIds.includes(id) && inUse(world, row.name, id))
      if (lost) throw awsFault('SubnetInUse', `The subnet ID: ${lost} is in use.`)
      row.subnetIds = [...SubnetIds]
    }
    row.description = CacheSubnetGroupDescription ?? row.description
    return { CacheSubnetGroup: shown(row, world) }
  },

  deleteCacheSubnetGroup: ({ CacheSubnetGroupName }, world) => {
    const { name, arn } = cacheSubnetGroupOf(world, CacheSubnetGroupName)
    const user = groupsIn(world).find(({ subnetGroupName }) => subnetGroupName === name)
    if (user)
      throw awsFault(
        'CacheSubnetGroupInUse',
        `Cache subnet group ${name} is currently in use by a cache cluster.`,
      )
    subnetGroups(world).delete(name)
    tagged(world).remove(arn)
    return {}
  },
} satisfies Partial<SandboxService<'elasticache'>>

function vpcOf(world: World, ids: readonly string[]): string {
  const rows = ids.flatMap(id => subnets(world).get(id) ?? [])
  if (rows.length < ids.length || rows.some(({ created }) => !world.visible(created)))
    throw awsFault(
      'InvalidParameterValueException',
      `Some input subnets in :[${ids.join(', ')}] are invalid.`,
      {
        code: 'InvalidParameterValue',
      },
    )
  const vpcIds = new Set(rows.map(({ vpcId }) => vpcId))
  if (vpcIds.size !== 1) throw awsFault('InvalidSubnet', 'The requested subnets are not all in a common VPC.')
  return [...vpcIds][0]!
}

function inUse(world: World, groupName: string, subnetId: string): boolean {
  const ids = groupsIn(world)
    .filter(({ subnetGroupName }) => subnetGroupName === groupName)
    .flatMap(({ members }) => members.map(({ interfaceId }) => interfaceId))
  return interfacesIn(world).some(one => one.subnetId === subnetId && ids.includes(one.id))
}

function shown(row: CacheSubnetGroupRow, world: World) {
  return {
    CacheSubnetGroupName: row.name,
    ARN: row.arn,
    CacheSubnetGroupDescription: row.description,
    VpcId: row.vpcId,
    Subnets: row.subnetIds.map(id => ({
      SubnetIdentifier: id,
      SubnetAvailabilityZone: { Name: subnets(world).get(id)?.zone },
    })),
  }
}
