import type { DBInstance, PendingModifiedValues } from '@aws-sdk/client-rds'
import { tagged } from '../tagged.ts'
import { tagsByArn } from '../tags-by-arn.ts'
import type { World } from '../world.ts'

export interface DbInstanceRow {
  readonly id: string
  readonly arn: string
  readonly resourceId: string
  /** Where RDS itself keeps the password. */
  secretArn: string | undefined
  /** The instance that it follows. */
  sourceId?: string | undefined
  readonly subnetGroupName: string
  readonly vpcId: string
  readonly created: number
  /** From then on it has an endpoint and accepts connections; its first backup may still be taken. */
  readonly usableAt: number
  readonly availableAt: number
  readonly interfaceIds: string[]
  /** What AWS shows as it is stored; everything that changes with time is added when it is shown. */
  settings: DBInstance
  port: number
  groupIds: string[]
  change?:
    { readonly begins: number; readonly ends: number; readonly values: PendingModifiedValues } | undefined
  goneAt?: number
}

const instances = (world: World) => world.table<DbInstanceRow>('rds/instance')

export function addInstance(world: World, row: DbInstanceRow): DbInstanceRow {
  return instances(world).set(row.id, row)
}

/** All that exist by now, those that are being deleted among them. */
export function instancesIn(world: World): DbInstanceRow[] {
  purge(world)
  return instances(world).list()
}

/** Carries out what has come due: ends changes, takes away what is deleted. */
export function purge(world: World): void {
  for (const row of instances(world).list()) {
    if (row.change && row.change.ends <= world.now()) {
      const {
        Port = row.settings.DbInstancePort,
        PendingCloudwatchLogsExports,
        ...values
      } = row.change.values
      const { LogTypesToEnable = [], LogTypesToDisable = [] } = PendingCloudwatchLogsExports ?? {}
      const logs = [...(row.settings.EnabledCloudwatchLogsExports ?? []), ...LogTypesToEnable]
      row.settings = {
        ...row.settings,
        ...values,
        EnabledCloudwatchLogsExports: [...new Set(logs)].filter(type => !LogTypesToDisable.includes(type)),
      }
      row.port = Port ?? row.port
      row.change = undefined
    }
    if (row.goneAt !== undefined && row.goneAt <= world.now()) {
      instances(world).delete(row.id)
      // What followed it stands on its own from now on.
      for (const other of instances(world).list()) if (other.sourceId === row.id) other.sourceId = undefined
      tagged(world).remove(row.arn)
    }
  }
}

export function statusOf(
  row: DbInstanceRow,
  world: World,
): 'creating' | 'backing-up' | 'available' | 'modifying' | 'deleting' {
  if (row.goneAt !== undefined) return 'deleting'
  if (world.now() < row.usableAt) return 'creating'
  if (world.now() < row.availableAt) return 'backing-up'
  return row.change && row.change.begins <= world.now() ? 'modifying' : 'available'
}

export function shownInstance(row: DbInstanceRow, world: World): DBInstance {
  const created = world.now() >= row.usableAt
  return {
    ...row.settings,
    DBInstanceIdentifier: row.id,
    DBInstanceArn: row.arn,
    DbiResourceId: row.resourceId,
    DBInstanceStatus: statusOf(row, world),
    DBSubnetGroup: { DBSubnetGroupName: row.subnetGroupName, VpcId: row.vpcId },
    VpcSecurityGroups: row.groupIds.map(VpcSecurityGroupId => ({ VpcSecurityGroupId, Status: 'active' })),
    ...(row.secretArn
      ? { MasterUserSecret: { SecretArn: row.secretArn, SecretStatus: created ? 'active' : 'creating' } }
      : {}),
    ...(row.sourceId ? { ReadReplicaSourceDBInstanceIdentifier: row.sourceId } : {}),
    PendingModifiedValues: row.change?.values ?? {},
    TagList: tagsByArn(world, row.arn),
    // Known only once it listens: the first status that shows it is that of the first backup.
    ...(created ? { Endpoint: { Address: hostOf(row, world), Port: row.port } } : {}),
  }
}

function hostOf({ id, resourceId }: DbInstanceRow, { region }: World): string {
  return `${id}.${resourceId.slice(3, 15).toLowerCase()}.${region}.rds.amazonaws.com`
}
