import { awsFault } from '../fault.ts'
import { parameterGroups } from '../parameter-group.ts'
import type { SandboxService } from '../service.ts'
import type { World } from '../world.ts'
import { groupsIn } from './replication-group-row.ts'

const groups = (world: World) =>
  parameterGroups(world, 'elasticache/parameter-group', {
    exists: name =>
      awsFault('CacheParameterGroupAlreadyExistsFault', `Cache parameter group ${name} already exists`, {
        code: 'CacheParameterGroupAlreadyExists',
      }),
    notFound: name =>
      awsFault('CacheParameterGroupNotFoundFault', `CacheParameterGroup ${name} not found.`, {
        status: 404,
        code: 'CacheParameterGroupNotFound',
      }),
    tooMany: () =>
      awsFault('InvalidParameterValueException', 'Cannot modify more than 20 parameters in one call', {
        code: 'InvalidParameterValue',
      }),
  })

/** What an engine has where nobody has said anything, as far as anyone here asks. */
const defaults = { 'maxmemory-policy': 'volatile-lru', timeout: '0', 'notify-keyspace-events': '' }

export function hasParameterGroup(world: World, name: string): boolean {
  return groups(world)
    .list()
    .some(row => row.name === name.toLowerCase())
}

/** Throws where there is no such group. */
export function assertParameterGroup(world: World, name: string): void {
  if (!name.startsWith('default.')) groups(world).get(name)
}

export const cacheParameterGroupOperations = {
  createCacheParameterGroup: (input, world) => {
    const { CacheParameterGroupFamily: family = '', Description: description = '' } = input
    if (!/^(redis(2\.[68]|3\.2|4\.0|5\.0|6\.x|7)|valkey[789])$/.test(family))
      throw awsFault(
        'InvalidParameterValueException',
        `CacheParameterGroupFamily ${family} is not a valid parameter group family.`,
        {
          code: 'InvalidParameterValue',
        },
      )
    const name = (input.CacheParameterGroupName ?? '').toLowerCase()
    const arn = world.arn('elasticache', `parametergroup:${name}`)
    groups(world).make({ name, arn, family, description }, input.Tags)
    return { CacheParameterGroup: { CacheParameterGroupName: name, ARN: arn } }
  },

  describeCacheParameterGroups: ({ CacheParameterGroupName }, world) => {
    const rows = CacheParameterGroupName ? [groups(world).get(CacheParameterGroupName)] : groups(world).list()
    return {
      CacheParameterGroups: rows.map(({ name, arn, family, description }) => ({
        CacheParameterGroupName: name,
        ARN: arn,
        CacheParameterGroupFamily: family,
        Description: description,
      })),
    }
  },

  describeCacheParameters: ({ CacheParameterGroupName, Source }, world) => {
    const { values } = groups(world).get(CacheParameterGroupName)
    const shown = Source === 'user' ? values : { ...defaults, ...values }
    return {
      Parameters: Object.entries(shown).map(([ParameterName, ParameterValue]) => ({
        ParameterName,
        ParameterValue,
      })),
    }
  },

  modifyCacheParameterGroup: ({ CacheParameterGroupName, ParameterNameValues = [] }, world) => {
    groups(world).change(
      CacheParameterGroupName,
      Object.fromEntries(
        ParameterNameValues.map(({ ParameterName = '', ParameterValue }) => [ParameterName, ParameterValue]),
      ),
    )
    return { CacheParameterGroupName }
  },

  resetCacheParameterGroup: ({ CacheParameterGroupName, ParameterNameValues = [] }, world) => {
    groups(world).change(
      CacheParameterGroupName,
      Object.fromEntries(ParameterNameValues.map(({ ParameterName = '' }) => [ParameterName, undefined])),
    )
    return { CacheParameterGroupName }
  },

  deleteCacheParameterGroup: ({ CacheParameterGroupName }, world) => {
    const { name } = groups(world).get(CacheParameterGroupName)
    if (groupsIn(world).some(({ settings }) => settings.parameterGroupName === name))
      throw awsFault(
        'InvalidCacheParameterGroupStateFault',
        'One or more cache clusters are still members of this parameter group, so the group cannot be deleted.',
        { code: 'InvalidCacheParameterGroupState' },
      )
    groups(world).remove(name)
    return {}
  },
} satisfies Partial<SandboxService<'elasticache'>>
