import { awsFault } from '../fault.ts'
import type { SandboxService } from '../service.ts'
import { tagged } from '../tagged.ts'
import type { World } from '../world.ts'
import { removeLogEvents } from '../log-events.ts'
import { dropFiltersOf } from './metric-filter.ts'
import { dropSubscriptionsOf } from './subscription-filter.ts'

export interface LogGroupRow {
  readonly name: string
  readonly arn: string
  readonly created: number
  retentionInDays: number | undefined
}

export const logGroups = (world: World) => world.table<LogGroupRow>('logs/log-group')

/** The only terms AWS offers, in days. */
const terms = new Set([
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
])

export const logGroupOperations = {
  createLogGroup: ({ logGroupName = '', tags = {} }, world) => {
    if (!/^[\w./#-]{1,512}$/.test(logGroupName) || logGroupName.startsWith('aws/'))
      throw awsFault('InvalidParameterException', `Invalid log group name: ${logGroupName}`)
    if (logGroups(world).get(logGroupName))
      throw awsFault('ResourceAlreadyExistsException', 'The specified log group already exists')
    const arn = world.arn('logs', `log-group:${logGroupName}`)
    logGroups(world).set(logGroupName, {
      name: logGroupName,
      arn,
      created: world.now(),
      retentionInDays: undefined,
    })
    tagged(world).set(arn, tags)
    return {}
  },

  describeLogGroups: ({ logGroupNamePrefix = '', limit = 50, nextToken }, world) => {
    if (limit > 50) throw awsFault('InvalidParameterException', `limit ${limit} is greater than 50`)
    const matching = logGroups(world)
      .list()
      .filter(({ name, created }) => name.startsWith(logGroupNamePrefix) && world.visible(created))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    const start = Number(nextToken ?? 0)
    const end = start + limit
    return {
      logGroups: matching.slice(start, end).map(shown),
      ...(end < matching.length ? { nextToken: String(end) } : {}),
    }
  },

  putRetentionPolicy: ({ logGroupName, retentionInDays = 0 }, world) => {
    const row = logGroupOf(world, logGroupName)
    if (!terms.has(retentionInDays))
      throw awsFault(
        'InvalidParameterException',
        `1 validation error detected: Value '${retentionInDays}' at 'retentionInDays' failed to satisfy ` +
          `constraint: Member must satisfy enum value set: [${[...terms].join(', ')}]`,
      )
    row.retentionInDays = retentionInDays
    return {}
  },

  deleteLogGroup: ({ logGroupName }, world) => {
    const row = logGroupOf(world, logGroupName)
    logGroups(world).delete(row.name)
    removeLogEvents(world, row.name)
    dropFiltersOf(world, row.name)
    dropSubscriptionsOf(world, row.name)
    tagged(world).remove(row.arn)
    return {}
  },

  listTagsForResource: ({ resourceArn }, world) => ({ tags: tagsOf(world, rowWith(world, resourceArn)) }),

  tagResource: ({ resourceArn, tags }, world) => {
    const row = rowWith(world, resourceArn)
    tagged(world).set(row.arn, { ...tagsOf(world, row), ...tags })
    return {}
  },

  untagResource: ({ resourceArn, tagKeys = [] }, world) => {
    const row = rowWith(world, resourceArn)
    const left = Object.entries(tagsOf(world, row)).filter(([key]) => !tagKeys.includes(key))
    tagged(world).set(row.arn, Object.fromEntries(left))
    return {}
  },
} satisfies Partial<SandboxService<'logs'>>

/** The row, or AWS's error for a name that does not exist. */
export function logGroupOf(world: World, name: string | undefined): LogGroupRow {
  const row = logGroups(world).get(name ?? '')
  if (!row) throw notFound()
  return row
}

/** The tag calls take the ARN without its `:*` only. */
function rowWith(world: World, arn: string | undefined): LogGroupRow {
  const row = logGroups(world)
    .list()
    .find(candidate => candidate.arn === arn)
  if (!row) throw notFound()
  return row
}

function notFound(): Error {
  return awsFault('ResourceNotFoundException', 'The specified log group does not exist.')
}

function tagsOf(world: World, { arn }: LogGroupRow): Record<string, string> {
  return tagged(world).get(arn)?.tags ?? {}
}

function shown({ name, arn, created, retentionInDays }: LogGroupRow) {
  return {
    logGroupName: name,
    arn: `${arn}:*`,
    logGroupArn: arn,
    creationTime: created,
    storedBytes: 0,
    ...(retentionInDays === undefined ? {} : { retentionInDays }),
  }
}
