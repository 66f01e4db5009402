import type { Aws } from '../../aws/aws.ts'

/** Asks RDS for a snapshot. It carries the instance's tags where that one hands them on. */
export async function createSnapshot(
  { rds }: Aws,
  { of, name }: { readonly of: string; readonly name: string },
): Promise<void> {
  await rds.createDBSnapshot({ DBInstanceIdentifier: of, DBSnapshotIdentifier: name })
}

/** `creating`, `available` or `failed`. */
export async function snapshotStatus({ rds }: Aws, name: string): Promise<string> {
  const { DBSnapshots: [one] = [] } = await rds.describeDBSnapshots({ DBSnapshotIdentifier: name })
  return one?.Status ?? 'creating'
}
