import { interfacesIn, releaseInterface } from '../ec2/interface.ts'
import { awsFault } from '../fault.ts'
import { pageOf } from '../marker.ts'
import type { SandboxService } from '../service.ts'
import { tagsByArn } from '../tags-by-arn.ts'
import type { World } from '../world.ts'
import { assertMonitoring } from './monitoring.ts'
import type { DbInstanceRow } from './instance-row.ts'
import { instancesIn, shownInstance, statusOf } from './instance-row.ts'
import { pendingValues, settingsAtOnce } from './modification.ts'
import { familyOf } from './parameter-group.ts'
import { takeSnapshot } from './snapshot.ts'
import { securityGroupsIn } from './security-groups.ts'

/** From a modification until the status says so, in milliseconds. AWS takes 5 to 40 seconds. */
const statusLag = 15_000

export const dbInstanceOperations = {
  describeDBInstances: ({ DBInstanceIdentifier, Filters = [], Marker, MaxRecords }, world) => {
    const rows = DBInstanceIdentifier
      ? [instanceOf(world, DBInstanceIdentifier)]
      : instancesIn(world).filter(({ created }) => world.visible(created))
    const passing = rows.filter(row =>
      Filters.every(({ Name = '', Values = [] }) => {
        const facts: Record<string, string> = { 'db-instance-id': row.id, 'dbi-resource-id': row.resourceId }
        return Values.includes(facts[Name] ?? '')
      }),
    )
    const page = pageOf(passing, { Marker, MaxRecords })
    return { DBInstances: page.rows.map(row => shownInstance(row, world)), Marker: page.Marker }
  },

  modifyDBInstance: (input, world) => {
    const row = instanceOf(world, input.DBInstanceIdentifier)
    if (statusOf(row, world) !== 'available')
      throw invalidState(`Database instance ${row.id} is not in available state.`)
    const atOnce = settingsAtOnce(input)
    assertMonitoring(world, input)
    if (input.DBParameterGroupName) familyOf(world, input.DBParameterGroupName)
    const later = pendingValues(row, input)
    if (
      Object.keys({ ...atOnce, ...later }).length === 0 &&
      !input.VpcSecurityGroupIds &&
      !input.MasterUserPassword
    )
      throw awsFault('InvalidParameterCombination', 'No modifications were requested')
    row.settings = { ...row.settings, ...atOnce }
    if (atOnce.MonitoringInterval === 0) row.settings = { ...row.settings, MonitoringRoleArn: undefined }
    if (input.MasterUserPassword) row.secretArn = undefined
    if (input.VpcSecurityGroupIds) {
      row.groupIds = securityGroupsIn(world, row.vpcId, input.VpcSecurityGroupIds)
      for (const { id, groupIds } of interfacesIn(world))
        if (row.interfaceIds.includes(id)) groupIds.splice(0, Infinity, ...row.groupIds)
    }
    const rebuilds = later.DBInstanceClass ?? later.EngineVersion ?? later.MultiAZ
    row.change = {
      begins: row.change?.begins ?? world.now() + statusLag,
      ends: Math.max(
        row.change?.ends ?? 0,
        world.after(rebuilds === undefined ? 'db-instance modify' : 'db-instance rebuild'),
      ),
      values: { ...row.change?.values, ...later },
    }
    return { DBInstance: shownInstance(row, world) }
  },

  deleteDBInstance: ({ DBInstanceIdentifier, SkipFinalSnapshot, FinalDBSnapshotIdentifier }, world) => {
    const row = instanceOf(world, DBInstanceIdentifier)
    const status = statusOf(row, world)
    if (status === 'deleting') throw invalidState(`Instance ${row.id} is already being deleted.`)
    if (Boolean(SkipFinalSnapshot) === Boolean(FinalDBSnapshotIdentifier))
      throw awsFault(
        'InvalidParameterCombination',
        'FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.',
      )
    if (row.sourceId && FinalDBSnapshotIdentifier)
      throw awsFault(
        'InvalidParameterCombination',
        'FinalDBSnapshotIdentifier can not be specified when deleting a replica instance.',
      )
    if (row.settings.DeletionProtection)
      throw awsFault(
        'InvalidParameterCombination',
        'Cannot delete protected DB Instance, please disable deletion protection and try again.',
      )
    if (FinalDBSnapshotIdentifier) {
      if (status !== 'available')
        throw invalidState(
          `Cannot create a snapshot because the database instance ${row.id} is not currently in the available state.`,
        )
      takeSnapshot(world, FinalDBSnapshotIdentifier, {
        instanceId: row.id,
        settings: row.settings,
        tags: row.settings.CopyTagsToSnapshot ? tagsByArn(world, row.arn) : [],
      })
    }
    const seconds =
      world.seconds(row.sourceId ? 'db-replica delete' : 'db-instance delete') +
      (FinalDBSnapshotIdentifier ? world.seconds('db-instance final-snapshot') : 0)
    row.goneAt = world.now() + seconds * 1000
    for (const id of row.interfaceIds) releaseInterface(world, id, row.goneAt)
    return { DBInstance: shownInstance(row, world) }
  },
} satisfies Partial<SandboxService<'rds'>>

export function instanceOf(world: World, id = ''): DbInstanceRow {
  const row = instancesIn(world).find(one => one.id === id.toLowerCase())
  if (!row || !world.visible(row.created))
    throw awsFault('DBInstanceNotFoundFault', `DBInstance ${id} not found.`, {
      status: 404,
      code: 'DBInstanceNotFound',
    })
  return row
}

export function invalidState(message: string): Error {
  return awsFault('InvalidDBInstanceStateFault', message, { code: 'InvalidDBInstanceState' })
}
