import type { DBInstance } from '@aws-sdk/client-rds'
import type { Goneness, Readiness } from '../../resources/kind.ts'

/** While storage is being optimised, for hours, everything but another storage change works. */
const settledStatuses = ['available', 'storage-optimization']

/** Seconds for which the status may still be `available` after a modification, with nothing pending where it took effect at once. */
export const modificationLag = 40

const failed =
  /^(failed|incompatible-.*|insufficient-capacity|restore-error|inaccessible-encryption-credentials.*|deleting)$/

function settled({ DBInstanceStatus = '' }: DBInstance): boolean {
  return settledStatuses.includes(DBInstanceStatus)
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
  if (!settled(one)) return { state: 'waiting', status }
  // The status may lag behind.
  if (Object.keys(one.PendingModifiedValues ?? {}).length > 0)
    return { state: 'waiting', status: 'modifying' }
  const changing = one.VpcSecurityGroups?.some(({ Status }) => Status === 'adding' || Status === 'removing')
  if (changing) return { state: 'waiting', status: 'modifying' }
  if (!attributes.host || attributes.secretArn === '') return { state: 'waiting', status }
  return { state: 'ready', attributes }
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
