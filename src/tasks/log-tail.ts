import type { Aws } from '../aws/aws.ts'
import { orAbsent } from '../aws/errors.ts'
import { eachPage } from '../aws/pages.ts'

export interface LogLine {
  /** Milliseconds since the epoch. */
  readonly at: number
  /** `ecs/web/0123…`: prefix, container, task. */
  readonly stream: string
  readonly message: string
}

export interface LogTailWish {
  readonly logGroupName: string
  /** All of the group's streams when not given. */
  readonly stream?: string | undefined
  /** In CloudWatch Logs' own pattern language. */
  readonly pattern?: string | undefined
  /** From when on: milliseconds since the epoch. */
  readonly since: number
}

/** Lines come in late and out of order: each look goes back so many milliseconds behind the newest line seen. */
const overlap = 30_000

/**
 * Reads a log again and again. Each look hands over, page by page, the lines that none before it has, oldest first;
 * it gives false where AWS has no such group or stream yet.
 */
export function logTail({ logGroupName, stream, pattern, since }: LogTailWish, aws: Aws) {
  let from = since
  let seen = new Map<string, number>()
  return async (write: (lines: readonly LogLine[]) => void): Promise<boolean> => {
    let newest = from
    let there = true
    await eachPage(async nextToken => {
      const page = await orAbsent(
        aws.logs.filterLogEvents({
          logGroupName,
          ...(stream !== undefined && { logStreamNames: [stream] }),
          ...(pattern !== undefined && { filterPattern: pattern }),
          startTime: Math.floor(from),
          ...(nextToken !== undefined && { nextToken }),
        }),
      )
      there &&= page !== undefined
      if (!page) return undefined
      const { events = [] } = page
      const lines = events
        .filter(({ eventId = '' }) => !seen.has(eventId))
        .map(({ timestamp = 0, logStreamName = '', message = '' }) => ({
          at: timestamp,
          stream: logStreamName,
          message: message.trimEnd(),
        }))
      for (const { eventId = '', timestamp = 0 } of events) seen.set(eventId, timestamp)
      newest = Math.max(newest, ...lines.map(({ at }) => at))
      if (lines.length > 0) write(lines.toSorted((a, b) => a.at - b.at))
      return page.nextToken
    })
    if (!there) return false
    from = Math.max(since, newest - overlap)
    seen = new Map([...seen].filter(([, at]) => at >= from))
    return true
  }
}
