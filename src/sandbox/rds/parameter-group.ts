import { awsFault } from '../fault.ts'
import { parameterGroups } from '../parameter-group.ts'
import type { SandboxService } from '../service.ts'
import type { World } from '../world.ts'
import { instancesIn } from './instance-row.ts'

const groups = (world: World) =>
  parameterGroups(world, 'rds/parameter-group', {
    exists: name =>
      awsFault('DBParameterGroupAlreadyExistsFault', `Parameter group ${name} already exists`, {
        code: 'DBParameterGroupAlreadyExists',
      }),
    notFound: name =>
      awsFault('DBParameterGroupNotFoundFault', `DBParameterGroup not found: ${name}`, {
        status: 404,
        code: 'DBParameterGroupNotFound',
      }),
    tooMany: () => awsFault('InvalidParameterValue', 'Cannot modify more than 20 parameters in one call'),
  })

/** Those that take effect only when the engine starts; the others do at once. */
const fixed =
  /^(max_connections|shared_buffers|shared_preload_libraries|wal_buffers|innodb_buffer_pool_size)$/

/** The group's family, unless there is no such group. */
export function familyOf(world: World, name: string): string {
  return name.startsWith('default.') ? name.slice('default.'.length) : groups(world).get(name).family
}

export const dbParameterGroupOperations = {
  createDBParameterGroup: (
    { DBParameterGroupName = '', DBParameterGroupFamily = '', Description = '', Tags },
    world,
  ) => {
    if (!/^(postgres\d+|mysql\d\.\d|mariadb\d+\.\d+)$/.test(DBParameterGroupFamily))
      throw awsFault(
        'InvalidParameterValue',
        `ParameterGroupFamily ${DBParameterGroupFamily} is not a valid parameter group family`,
      )
    const name = DBParameterGroupName.toLowerCase()
    const arn = world.arn('rds', `pg:${name}`)
    groups(world).make({ name, arn, family: DBParameterGroupFamily, description: Description }, Tags)
    return {
      DBParameterGroup: {
        DBParameterGroupName: name,
        DBParameterGroupArn: arn,
        DBParameterGroupFamily,
        Description,
      },
    }
  },

  describeDBParameterGroups: ({ DBParameterGroupName }, world) => {
    const rows = DBParameterGroupName ? [groups(world).get(DBParameterGroupName)] : groups(world).list()
    return {
      DBParameterGroups: rows.map(({ name, arn, family, description }) => ({
        DBParameterGroupName: name,
        DBParameterGroupArn: arn,
        DBParameterGroupFamily: family,
        Description: description,
      })),
    }
  },

  describeDBParameters: ({ DBParameterGroupName, Filters = [] }, world) => {
    const { values } = groups(world).get(DBParameterGroupName)
    const [filter] = Filters
    const names = filter?.Values ?? Object.keys(values)
    return {
      Parameters: names.map(ParameterName => ({
        ParameterName,
        ...(ParameterName in values ? { ParameterValue: values[ParameterName] } : {}),
        ApplyType: fixed.test(ParameterName) ? 'static' : 'dynamic',
      })),
    }
  },

  modifyDBParameterGroup: ({ DBParameterGroupName, Parameters = [] }, world) => {
    const wrong = Parameters.find(
      ({ ParameterName = '', ApplyMethod }) => ApplyMethod === 'immediate' && fixed.test(ParameterName),
    )
    if (wrong)
      throw awsFault(
        'InvalidParameterCombination',
        `cannot use immediate apply method for static parameter: ${wrong.ParameterName}`,
      )
    groups(world).change(
      DBParameterGroupName,
      Object.fromEntries(
        Parameters.map(({ ParameterName = '', ParameterValue }) => [ParameterName, ParameterValue]),
      ),
    )
    return { DBParameterGroupName }
  },

  resetDBParameterGroup: ({ DBParameterGroupName, Parameters = [] }, world) => {
    groups(world).change(
      DBParameterGroupName,
      Object.fromEntries(Parameters.map(({ ParameterName = '' }) => [ParameterName, undefined])),
    )
    return { DBParameterGroupName }
  },

  deleteDBParameterGroup: ({ DBParameterGroupName }, world) => {
    const { name } = groups(world).get(DBParameterGroupName)
    const user = instancesIn(world).find(({ settings }) =>
      settings.DBParameterGroups?.some(group => group.DBParameterGroupName === name),
    )
    if (user)
      throw awsFault(
        'InvalidDBParameterGroupStateFault',
        'One or more database instances are still members of this parameter group, so the group cannot be deleted',
        { code: 'InvalidDBParameterGroupState' },
      )
    groups(world).remove(name)
    return {}
  },
} satisfies Partial<SandboxService<'rds'>>
