import { batchesOf } from '../../aws/batches.ts'
import { isNotFound, orAbsent } from '../../aws/errors.ts'

/** AWS takes at most this many ARNs or names in one call. */
const atOnce = 20

/**
 * Describes many in as few calls as AWS allows. It has no filters, and one unknown ARN or name fails the whole call:
 * then each of that call is asked for alone.
 */
export async function describeEach<Row>(
  keys: readonly string[],
  describe: (keys: string[]) => Promise<Row[] | undefined>,
): Promise<Row[]> {
  const batches = batchesOf(keys, atOnce)
  const found = await Promise.all(
    batches.map(async batch => {
      try {
        return (await describe(batch)) ?? []
      } catch (error) {
        if (!isNotFound(error)) throw error
        if (batch.length === 1) return []
        const alone = await Promise.all(batch.map(key => orAbsent(describe([key]))))
        return alone.flatMap(rows => rows ?? [])
      }
    }),
  )
  return found.flat()
}
