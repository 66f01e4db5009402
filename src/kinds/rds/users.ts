import type { DBInstance } from '@aws-sdk/client-rds'
import type { Aws } from '../../aws/aws.ts'
import { listAll } from '../../aws/marker.ts'
import type { Blocker } from '../../resources/blocker.ts'

/** The databases that use a group of this name, aligned with `names`. RDS finds them by neither kind of group. */
export async function databasesWith(
  names: readonly string[],
  groupsOf: (row: DBInstance) => readonly (string | undefined)[],
  { rds }: Aws,
): Promise<Blocker[][]> {
  const rows = await listAll(
    from => rds.describeDBInstances({ ...from, MaxRecords: 100 }),
    page => page.DBInstances,
  )
  return names.map(name =>
    rows
      .filter(row => groupsOf(row).includes(name))
      .flatMap(({ DBInstanceIdentifier: identifier, DBInstanceArn: id }) =>
        identifier && id
          ? [
              {
                id,
                what: `RDS database ${identifier}`,
                hint: `delete the database ${identifier}, or move it to another group`,
              },
            ]
          : [],
      ),
  )
}
