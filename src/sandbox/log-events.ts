import type { SandboxService } from './service.ts'
import { awsFault } from './fault.ts'
import type { World } from './world.ts'

interface LogEventRow {
  readonly id: string
  readonly group: string
  readonly stream: string
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly message: string
}

const events = (world: World) => world.table<LogEventRow>('logs/event')

/** What a container writes. Lost when its log group does not exist. */
export function writeLog(world: World, event: Omit<LogEventRow, 'id'>): void {
  if (!world.table('logs/log-group').get(event.group)) return
  const id = world.id('', 32)
  events(world).set(id, { id, ...event })
}

/** A log group takes its events with it. */
export function removeLogEvents(world: World, group: string): void {
  for (const { id, ...row } of events(world).list()) if (row.group === group) events(world).delete(id)
}

export const logEventOperations = {
  describeLogStreams: ({ logGroupName = '', logStreamNamePrefix = '' }, world) => {
    const names = new Set(inGroup(world, logGroupName).map(({ stream }) => stream))
    return {
      logStreams: [...names]
        .filter(name => name.startsWith(logStreamNamePrefix))
        .toSorted()
        .map(logStreamName => ({ logStreamName })),
    }
  },

  getLogEvents: (
    { logGroupName = '', logStreamName, limit = 10_000, startFromHead = false, ...range },
    world,
  ) => {
    const inside = inGroup(world, logGroupName).filter(({ stream }) => stream === logStreamName)
    if (inside.length === 0) throw notFound('stream')
    const wanted = within(inside, range)
    const chosen = startFromHead ? wanted.slice(0, limit) : wanted.slice(-limit)
    return {
      events: chosen.map(({ at, message }) => ({ timestamp: at, ingestionTime: at, message })),
      nextForwardToken: 'f/end',
      nextBackwardToken: 'b/begin',
    }
  },

  filterLogEvents: ({ logGroupName = '', logStreamNames, logStreamNamePrefix = '', ...rest }, world) => {
    const { filterPattern = '', limit = 10_000, ...range } = rest
    const found = within(inGroup(world, logGroupName), range).filter(
      ({ stream, message }) =>
        (logStreamNames?.includes(stream) ?? true) &&
        stream.startsWith(logStreamNamePrefix) &&
        message.includes(filterPattern.replaceAll('"', '')),
    )
    return {
      events: found.slice(0, limit).map(({ id, stream, at, message }) => ({
        eventId: id,
        logStreamName: stream,
        timestamp: at,
        ingestionTime: at,
        message,
      })),
    }
  },
} satisfies Partial<SandboxService<'logs'>>

/** Those that have been written by now, oldest first. */
function inGroup(world: World, name: string): LogEventRow[] {
  if (!world.table('logs/log-group').get(name)) throw notFound('group')
  return events(world)
    .list()
    .filter(({ group, at }) => group === name && at <= world.now())
    .toSorted((a, b) => a.at - b.at)
}

function within(
  rows: readonly LogEventRow[],
  { startTime = 0, endTime = Infinity }: { startTime?: number | undefined; endTime?: number | undefined },
): LogEventRow[] {
  return rows.filter(({ at }) => at >= startTime && at < endTime)
}

function notFound(what: string): Error {
  return awsFault('ResourceNotFoundException', `The specified log ${what} does not exist.`)
}
