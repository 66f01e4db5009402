import { tagged } from './tagged.ts'
import { addTags } from './tags-by-arn.ts'
import type { World } from './world.ts'

/** A parameter group of RDS or ElastiCache; both services behave alike here. */
export interface ParameterGroupRow {
  readonly name: string
  readonly arn: string
  readonly family: string
  readonly description: string
  readonly created: number
  values: Record<string, string>
}

interface Faults {
  exists(name: string): Error
  notFound(name: string): Error
  tooMany(): Error
}

type AwsTags = Parameters<typeof addTags>[2]

/** The groups of one service, by its table. `default` groups are the service's own and not in it. */
export function parameterGroups(world: World, table: string, faults: Faults) {
  const rows = world.table<ParameterGroupRow>(table)
  const get = (asked = '') => {
    const row = rows.get(asked.toLowerCase())
    if (!row || !world.visible(row.created)) throw faults.notFound(asked)
    return row
  }
  return {
    get,
    list: () => rows.list(),
    make: (row: Omit<ParameterGroupRow, 'created' | 'values'>, tags: AwsTags) => {
      if (rows.get(row.name)) throw faults.exists(row.name)
      rows.set(row.name, { ...row, created: world.now(), values: {} })
      addTags(world, row.arn, tags)
      return row
    },
    change: (asked: string | undefined, values: Readonly<Record<string, string | undefined>>) => {
      const row = get(asked)
      if (Object.keys(values).length > 20) throw faults.tooMany()
      const next = Object.entries({ ...row.values, ...values })
      row.values = Object.fromEntries(next.filter((pair): pair is [string, string] => pair[1] !== undefined))
    },
    remove: (asked: string | undefined) => {
      const { name, arn } = get(asked)
      rows.delete(name)
      tagged(world).remove(arn)
    },
  }
}
