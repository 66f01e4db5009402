import type { Aws } from '../../aws/aws.ts'

/** Snapshots of instances, taken when somebody asks for one. */
export const databaseSnapshots = {
  /** Carries the instance's tags where that one hands them on. */
  async create({ rds }: Aws, { of, name }: { readonly of: string; readonly name: string }): Promise<void> {
    await rds.createDBSnapshot({ DBInstanceIdentifier: of, DBSnapshotIdentifier: name })
  },

  /** `creating`, `available` or `failed`. */
  async status({ rds }: Aws, name: string): Promise<string> {
    const { DBSnapshots: [one] = [] } = await rds.describeDBSnapshots({ DBSnapshotIdentifier: name })
    return one?.Status ?? 'creating'
  },
}
