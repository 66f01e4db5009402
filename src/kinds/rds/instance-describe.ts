import type { DBInstance } from '@aws-sdk/client-rds'
import { listAll } from '../../aws/marker.ts'
import type { KindContext } from '../../resources/kind.ts'

/** One call for all of them: a filter leaves unknown names out, where a name as such would fail. */
export async function describe(
  identifiers: readonly string[],
  { aws }: KindContext,
): Promise<(DBInstance | undefined)[]> {
  const found = await listAll(
    from =>
      aws.rds.describeDBInstances({
        ...from,
        Filters: [{ Name: 'db-instance-id', Values: [...identifiers] }],
        MaxRecords: 100,
      }),
    page => page.DBInstances,
  )
  return identifiers.map(id => found.find(({ DBInstanceIdentifier }) => DBInstanceIdentifier === id))
}
