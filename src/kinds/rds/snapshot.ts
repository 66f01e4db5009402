import type { Aws } from '../../aws/aws.ts'

/** Asks RDS for a snapshot. It carries the instance's tags where that one hands them on. */
export async function createSnapshot(
  { rds }: Aws,
  { instance, name }: { readonly instance: string; readonly name: string },
): Promise<void> {
  await rds.createDBSnapshot({ DBInstanceIdentifier: instance, DBSnapshotIdentifier: name })
}

/** `creating`, `available` or `failed`, and how much of it there is yet. */
export async function snapshotProgress(
  { rds }: Aws,
  name: string,
): Promise<{ readonly status: string; readonly percent: number }> {
  const { DBSnapshots: [one] = [] } = await rds.describeDBSnapshots({ DBSnapshotIdentifier: name })
  return { status: one?.Status ?? 'creating', percent: one?.PercentProgress ?? 0 }
}
