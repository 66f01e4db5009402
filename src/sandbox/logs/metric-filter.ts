import type { PutMetricFilterRequest } from '@aws-sdk/client-cloudwatch-logs'
import { awsFault } from '../fault.ts'
import type { SandboxService } from '../service.ts'
import type { World } from '../world.ts'

interface MetricFilterRow {
  readonly created: number
  readonly settings: PutMetricFilterRequest
}

const metricFilters = (world: World) => world.table<MetricFilterRow>('logs/metric-filter')

export const metricFilterOperations = {
  putMetricFilter: (settings, world) => {
    assertGroup(world, settings.logGroupName)
    if (settings.metricTransformations?.length !== 1)
      throw awsFault('InvalidParameterException', 'Exactly one metric transformation is required')
    const key = `${settings.logGroupName} ${settings.filterName}`
    const created = metricFilters(world).get(key)?.created ?? world.now()
    metricFilters(world).set(key, { created, settings })
    return {}
  },

  describeMetricFilters: ({ logGroupName, filterNamePrefix = '', limit = 50, nextToken }, world) => {
    assertGroup(world, logGroupName)
    const rows = metricFilters(world)
      .list()
      .filter(
        ({ created, settings }) =>
          settings.logGroupName === logGroupName &&
          settings.filterName?.startsWith(filterNamePrefix) &&
          world.visible(created),
      )
    const start = Number(nextToken ?? 0)
    const end = start + limit
    return {
      metricFilters: rows
        .slice(start, end)
        .map(({ created, settings }) => ({ ...settings, creationTime: created })),
      ...(end < rows.length && { nextToken: String(end) }),
    }
  },

  deleteMetricFilter: ({ logGroupName, filterName }, world) => {
    if (!metricFilters(world).delete(`${logGroupName} ${filterName}`))
      throw awsFault('ResourceNotFoundException', 'The specified metric filter does not exist.')
    return {}
  },
} satisfies Partial<SandboxService<'logs'>>

/** They go with their log group. */
export function dropFiltersOf(world: World, logGroupName: string): void {
  for (const { settings } of metricFilters(world).list())
    if (settings.logGroupName === logGroupName)
      metricFilters(world).delete(`${logGroupName} ${settings.filterName}`)
}

function assertGroup(world: World, name = ''): void {
  if (!world.table('logs/log-group').get(name))
    throw awsFault('ResourceNotFoundException', 'The specified log group does not exist.')
}
