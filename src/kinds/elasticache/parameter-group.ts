import { orAbsent } from '../../aws/errors.ts'
import { listAll } from '../../aws/marker.ts'
import { fromTagList, tagList } from '../../aws/tags.ts'
import type { KindContext } from '../../resources/kind.ts'
import { parameterGroupKind } from '../parameter-group.ts'
import { retag } from './tags.ts'
import { cachesWith } from './users.ts'

export const parameterGroup = parameterGroupKind({
  type: 'elasticache/parameter-group',
  label: 'cache parameter group',

  find: async (CacheParameterGroupName, { aws }) => {
    const { CacheParameterGroups: [one] = [] } = await aws.elasticache.describeCacheParameterGroups({
      CacheParameterGroupName,
    })
    return (
      one && {
        name: one.CacheParameterGroupName!,
        arn: one.ARN!,
        family: one.CacheParameterGroupFamily!,
        description: one.Description ?? '',
      }
    )
  },

  tagsOf: async (ResourceName, { aws }) =>
    fromTagList((await aws.elasticache.listTagsForResource({ ResourceName })).TagList),

  values: async (name, named, context) => {
    const set = await describe(name, { Source: 'user' }, context)
    const values = new Map(set.map(one => [one.ParameterName!, one.ParameterValue ?? '']))
    // A value that is the engine's default counts as nobody's; ElastiCache shows it only among all of them.
    const others = named.some(one => !values.has(one)) ? await describe(name, {}, context) : []
    for (const { ParameterName = '', ParameterValue } of others)
      if (ParameterValue !== undefined && named.includes(ParameterName))
        values.set(ParameterName, ParameterValue)
    return Object.fromEntries(values)
  },

  create: async ({ name, family, description }, tags, { aws }) => {
    const { CacheParameterGroup } = await aws.elasticache.createCacheParameterGroup({
      CacheParameterGroupName: name,
      CacheParameterGroupFamily: family,
      Description: description,
      Tags: tagList(tags),
    })
    return { name: CacheParameterGroup!.CacheParameterGroupName!, arn: CacheParameterGroup!.ARN! }
  },

  set: async (name, values, _fresh, { aws }) => {
    await aws.elasticache.modifyCacheParameterGroup({
      CacheParameterGroupName: name,
      ParameterNameValues: values.map(([ParameterName, ParameterValue]) => ({
        ParameterName,
        ParameterValue,
      })),
    })
  },

  reset: async (name, parameters, { aws }) => {
    await aws.elasticache.resetCacheParameterGroup({
      CacheParameterGroupName: name,
      ParameterNameValues: parameters.map(ParameterName => ({ ParameterName })),
    })
  },

  remove: (CacheParameterGroupName, { aws }) =>
    orAbsent(aws.elasticache.deleteCacheParameterGroup({ CacheParameterGroupName })),

  users: (names, { aws }) =>
    cachesWith(names, ({ CacheParameterGroup }) => CacheParameterGroup?.CacheParameterGroupName, aws),

  retag,
})

function describe(
  CacheParameterGroupName: string,
  which: { readonly Source?: string },
  { aws }: KindContext,
) {
  return listAll(
    from =>
      aws.elasticache.describeCacheParameters({
        ...from,
        ...which,
        CacheParameterGroupName,
        MaxRecords: 100,
      }),
    page => page.Parameters,
  )
}
