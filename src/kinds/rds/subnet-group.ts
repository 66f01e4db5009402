import { orAbsent } from '../../aws/errors.ts'
import { listAll } from '../../aws/marker.ts'
import { fromTagList, tagList } from '../../aws/tags.ts'
import { sorted } from '../../resources/json.ts'
import type { Kind } from '../../resources/kind.ts'
import { asSet, lowerCased } from '../spelling.ts'
import { retag } from './tags.ts'
import { databasesWith } from './users.ts'

export interface SubnetGroupProps {
  readonly name: string
  readonly description: string
  /** In two availability zones at least. */
  readonly subnetIds: readonly string[]
}

export interface SubnetGroupAttributes {
  readonly name: string
  readonly arn: string
}

export const subnetGroup: Kind<SubnetGroupProps, SubnetGroupAttributes> = {
  type: 'rds/subnet-group',
  label: 'database subnet group',
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
          why: 'a database cannot move to other subnets',
          instead:
            'keep one of its present subnets in the config, or create a second environment with the new network, copy the data and switch the DNS name',
        },

  normalise: props => ({ ...props, name: lowerCased(props.name), subnetIds: asSet(props.subnetIds) }),

  read: async (requests, { aws }) => {
    // Without a name AWS lists all: its filters are not supported here, and one unknown name would fail the call.
    const groups = await listAll(
      from => aws.rds.describeDBSubnetGroups({ ...from, MaxRecords: 100 }),
      page => page.DBSubnetGroups,
    )
    return Promise.all(
      requests.map(async ({ attributes, props, tagsToo }) => {
        const name = lowerCased(attributes?.name ?? props.name)
        const one = groups.find(({ DBSubnetGroupName }) => DBSubnetGroupName === name)
        if (!one) return undefined
        const arn = one.DBSubnetGroupArn!
        // The list shows no tags. Gone between the two calls is absent.
        const listed =
          attributes && !tagsToo
            ? undefined
            : await orAbsent(aws.rds.listTagsForResource({ ResourceName: arn }))
        if (!attributes && !listed) return undefined
        return {
          attributes: { name: one.DBSubnetGroupName!, arn },
          props: {
            name: one.DBSubnetGroupName!,
            description: one.DBSubnetGroupDescription ?? '',
            subnetIds: sorted((one.Subnets ?? []).map(({ SubnetIdentifier }) => SubnetIdentifier!)),
          },
          tags: listed && fromTagList(listed.TagList),
        }
      }),
    )
  },

  create: async ({ props, tags }, { aws }) => {
    const { DBSubnetGroup } = await aws.rds.createDBSubnetGroup({
      DBSubnetGroupName: props.name,
      DBSubnetGroupDescription: props.description,
      SubnetIds: [...props.subnetIds],
      Tags: tagList(tags),
    })
    return { name: DBSubnetGroup!.DBSubnetGroupName!, arn: DBSubnetGroup!.DBSubnetGroupArn! }
  },

  update: async ({ attributes, observed, props, changed }, { aws }) => {
    await aws.rds.modifyDBSubnetGroup({
      DBSubnetGroupName: attributes.name,
      ...(changed.includes('description') ? { DBSubnetGroupDescription: props.description } : {}),
      // AWS requires the list in every call.
      SubnetIds: [...(changed.includes('subnetIds') ? props : observed).subnetIds],
    })
    return attributes
  },

  retag: ({ arn }, change, context) => retag(arn, change, context),

  delete: async ({ attributes: { name } }, { aws }) => {
    await orAbsent(aws.rds.deleteDBSubnetGroup({ DBSubnetGroupName: name }))
  },

  blockers: (all, { aws }) =>
    databasesWith(
      all.map(({ name }) => name),
      ({ DBSubnetGroup }) => [DBSubnetGroup?.DBSubnetGroupName],
      aws,
    ),
}
