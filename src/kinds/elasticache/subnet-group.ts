import { orAbsent } from '../../aws/errors.ts'
import { listAll } from '../../aws/marker.ts'
import { fromTagList, tagList } from '../../aws/tags.ts'
import { sorted } from '../../resources/json.ts'
import type { Kind } from '../../resources/kind.ts'
import { asSet, lowerCased } from '../spelling.ts'
import { retag } from './tags.ts'
import { cachesWith } from './users.ts'

export interface SubnetGroupProps {
  readonly name: string
  readonly description: string
  readonly subnetIds: readonly string[]
}

export interface SubnetGroupAttributes {
  readonly name: string
  readonly arn: string
}

export const subnetGroup: Kind<SubnetGroupProps, SubnetGroupAttributes> = {
  type: 'elasticache/subnet-group',
  label: 'cache subnet group',
  ownership: 'tags',
  replaceOn: ['name'],
  replacement: 'create-first',
  uniqueKeys: [{ props: ['name'], label: 'name' }],
  // Without its subnets there can be none of this stack's.
  findBy: ['name', 'subnetIds'],
  seconds: { create: 1, delete: 1 },

  // AWS keeps every subnet that is in use, and what uses it cannot move.
  refuses: (before, after) =>
    before.subnetIds.some(id => after.subnetIds.includes(id))
      ? undefined
      : {
          why: 'a cache cannot move to other subnets',
          instead:
            'keep one of its present subnets in the config, or create a second environment with the new network, copy the data and switch the DNS name',
        },

  normalise: props => ({ ...props, name: lowerCased(props.name), subnetIds: asSet(props.subnetIds) }),

  read: async (requests, { aws }) => {
    // Without a name AWS lists all: there are no filters, and one unknown name would fail the call.
    const groups = await listAll(
      from => aws.elasticache.describeCacheSubnetGroups({ ...from, MaxRecords: 100 }),
      page => page.CacheSubnetGroups,
    )
    return Promise.all(
      requests.map(async ({ attributes, props, tagsToo }) => {
        const name = lowerCased(attributes?.name ?? props.name)
        const one = groups.find(({ CacheSubnetGroupName }) => CacheSubnetGroupName === name)
        if (!one) return undefined
        const arn = one.ARN!
        // The list shows no tags. Gone between the two calls is absent.
        const listed =
          attributes && !tagsToo
            ? undefined
            : await orAbsent(aws.elasticache.listTagsForResource({ ResourceName: arn }))
        if (!attributes && !listed) return undefined
        return {
          attributes: { name: one.CacheSubnetGroupName!, arn },
          props: {
            name: one.CacheSubnetGroupName!,
            description: one.CacheSubnetGroupDescription ?? '',
            subnetIds: sorted((one.Subnets ?? []).map(({ SubnetIdentifier }) => SubnetIdentifier!)),
          },
          tags: listed && fromTagList(listed.TagList),
        }
      }),
    )
  },

  create: async ({ props, tags }, { aws }) => {
    const { CacheSubnetGroup } = await aws.elasticache.createCacheSubnetGroup({
      CacheSubnetGroupName: props.name,
      CacheSubnetGroupDescription: props.description,
      SubnetIds: [...props.subnetIds],
      Tags: tagList(tags),
    })
    return { name: CacheSubnetGroup!.CacheSubnetGroupName!, arn: CacheSubnetGroup!.ARN! }
  },

  update: async ({ attributes, props, changed }, { aws }) => {
    await aws.elasticache.modifyCacheSubnetGroup({
      CacheSubnetGroupName: attributes.name,
      ...(changed.includes('description') ? { CacheSubnetGroupDescription: props.description } : {}),
      ...(changed.includes('subnetIds') ? { SubnetIds: [...props.subnetIds] } : {}),
    })
    return attributes
  },

  retag: ({ arn }, change, context) => retag(arn, change, context),

  delete: async ({ attributes: { name } }, { aws }) => {
    await orAbsent(aws.elasticache.deleteCacheSubnetGroup({ CacheSubnetGroupName: name }))
  },

  blockers: (all, { aws }) =>
    cachesWith(
      all.map(({ name }) => name),
      ({ CacheSubnetGroupName }) => CacheSubnetGroupName,
      aws,
    ),
}
