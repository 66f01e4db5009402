import type { DBInstance } from '@aws-sdk/client-rds'
import type { Goneness, Readiness } from '../../resources/kind.ts'

/** While storage is being optimised, for hours, everything but another storage change works. */
const settledStatuses = ['available', 'storage-optimization']

/**
 * It accepts connections, and RDS refuses changes: it has an endpoint from the end of `creating` on, and is at work while
 * its first backup is taken, which a large one out of a snapshot spends hours in (RDS user guide, "Viewing DB instance
 * status"; API reference, `DBInstance.Endpoint`; terraform-provider-aws#44104).
 */
const usableStatuses = [
  'backing-up',
  'configuring-enhanced-monitoring',
  'configuring-log-exports',
  'configuring-iam-database-auth',
  'storage-config-upgrade',
]

/** Seconds for which the status may still be `available` after a modification, with nothing pending where it took effect at once. */
export const modificationLag = 40

const failed =
  /^(failed|incompatible-.*|insufficient-capacity|restore-error|inaccessible-encryption-credentials.*|deleting)$/

function settled({ DBInstanceStatus = '' }: DBInstance): boolean {
  return settledStatuses.includes(DBInstanceStatus)
}

/** What AWS still does with it: `pending` for what was asked for, `busy` for what only keeps it from being changed. */
export function activityOf(one: DBInstance): { readonly pending?: string; readonly busy?: string } {
  if (settled(one)) return {}
  const { DBInstanceStatus: status = 'creating' } = one
  return atRest(one) ? { busy: status } : { pending: status }
}

/** Nothing that was asked for is still to come. The daily backup is nothing to wait for. */
export function atRest(one: DBInstance): boolean {
  return settled(one) || one.DBInstanceStatus === 'backing-up'
}

export function readinessOf<A extends { readonly host: string; readonly secretArn?: string }>(
  one: DBInstance,
  attributes: A,
): Readiness<A> {
  const status = one.DBInstanceStatus ?? 'creating'
  if (failed.test(status)) return { state: 'failed', reason: failureOf(one) }
  if (!settled(one) && !usableStatuses.includes(status)) return { state: 'waiting', status }
  // The status may lag behind.
  if (Object.keys(one.PendingModifiedValues ?? {}).length > 0)
    return { state: 'waiting', status: 'modifying' }
  const changing = one.VpcSecurityGroups?.some(({ Status }) => Status === 'adding' || Status === 'removing')
  if (changing) return { state: 'waiting', status: 'modifying' }
  if (!attributes.host || attributes.secretArn === '') return { state: 'waiting', status }
  if (one.MasterUserSecret?.SecretStatus === 'creating')
    return { state: 'waiting', status: 'creating the secret with its password' }
  return { state: 'ready', attributes, ...(settled(one) ? {} : { busy: status }) }
}

function failureOf({ DBInstanceStatus = '', StatusInfos = [] }: DBInstance): string {
  const messages = StatusInfos.flatMap(({ Message }) => Message ?? [])
  return [DBInstanceStatus, ...messages].join(': ')
}

/** Another instance may have taken the name in the meantime. */
export function goneOf(
  one: DBInstance | undefined,
  { resourceId }: { readonly resourceId: string },
): Goneness {
  return one && one.DbiResourceId === resourceId
    ? { state: 'waiting', status: one.DBInstanceStatus ?? 'deleting' }
    : { state: 'gone' }
}
