import { orAbsent } from '../../aws/errors.ts'
import { listAll } from '../../aws/marker.ts'
import { fromTagList, tagList } from '../../aws/tags.ts'
import type { KindContext } from '../../resources/kind.ts'
import { parameterGroupKind } from '../parameter-group.ts'
import { retag } from './tags.ts'
import { databasesWith } from './users.ts'

export const parameterGroup = parameterGroupKind({
  type: 'rds/parameter-group',
  label: 'database parameter group',

  find: async (DBParameterGroupName, { aws }) => {
    const { DBParameterGroups: [one] = [] } = await aws.rds.describeDBParameterGroups({
      DBParameterGroupName,
    })
    return (
      one && {
        name: one.DBParameterGroupName!,
        arn: one.DBParameterGroupArn!,
        family: one.DBParameterGroupFamily!,
        description: one.Description ?? '',
      }
    )
  },

  tagsOf: async (ResourceName, { aws }) =>
    fromTagList((await aws.rds.listTagsForResource({ ResourceName })).TagList),

  values: async (name, named, context) => {
    const set = await describe(name, { Source: 'user' }, context)
    const values = new Map(set.map(one => [one.ParameterName!, one.ParameterValue ?? '']))
    // A value that is the engine's default counts as nobody's.
    const missing = named.filter(one => !values.has(one))
    const others = missing.length > 0 ? await describe(name, filterFor(missing), context) : []
    for (const { ParameterName, ParameterValue } of others)
      if (ParameterValue !== undefined) values.set(ParameterName!, ParameterValue)
    return Object.fromEntries(values)
  },

  create: async ({ name, family, description }, tags, { aws }) => {
    const { DBParameterGroup } = await aws.rds.createDBParameterGroup({
      DBParameterGroupName: name,
      DBParameterGroupFamily: family,
      Description: description,
      Tags: tagList(tags),
    })
    return { name: DBParameterGroup!.DBParameterGroupName!, arn: DBParameterGroup!.DBParameterGroupArn! }
  },

  set: async (name, values, fresh, context) => {
    const known = fresh ? [] : await describe(name, filterFor(values.map(([one]) => one)), context)
    const dynamic = new Set(
      known.filter(({ ApplyType }) => ApplyType === 'dynamic').map(one => one.ParameterName),
    )
    await context.aws.rds.modifyDBParameterGroup({
      DBParameterGroupName: name,
      Parameters: values.map(([ParameterName, ParameterValue]) => ({
        ParameterName,
        ParameterValue,
        // RDS refuses `immediate` for a static one; an instance that is made with the group takes all of them.
        ApplyMethod: dynamic.has(ParameterName) ? 'immediate' : 'pending-reboot',
      })),
    })
  },

  reset: async (name, parameters, { aws }) => {
    await aws.rds.resetDBParameterGroup({
      DBParameterGroupName: name,
      Parameters: parameters.map(ParameterName => ({ ParameterName, ApplyMethod: 'pending-reboot' })),
    })
  },

  remove: (DBParameterGroupName, { aws }) =>
    orAbsent(aws.rds.deleteDBParameterGroup({ DBParameterGroupName })),

  users: (names, { aws }) =>
    databasesWith(
      names,
      ({ DBParameterGroups = [] }) =>
        DBParameterGroups.map(({ DBParameterGroupName }) => DBParameterGroupName),
      aws,
    ),

  retag,
})

function filterFor(names: readonly string[]) {
  return { Filters: [{ Name: 'parameter-name', Values: [...names] }] }
}

/** Without a source or a filter RDS would list hundreds. */
function describe(
  DBParameterGroupName: string,
  which: { readonly Source: string } | ReturnType<typeof filterFor>,
  { aws }: KindContext,
) {
  return listAll(
    from => aws.rds.describeDBParameters({ ...from, ...which, DBParameterGroupName, MaxRecords: 100 }),
    page => page.Parameters,
  )
}
