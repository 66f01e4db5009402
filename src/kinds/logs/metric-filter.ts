import type { MetricFilter } from '@aws-sdk/client-cloudwatch-logs'
import type { Aws } from '../../aws/aws.ts'
import { orAbsent } from '../../aws/errors.ts'
import { allPages } from '../../aws/pages.ts'
import type { Kind } from '../../resources/kind.ts'

export interface MetricFilterProps {
  readonly logGroupName: string
  readonly filterName: string
  /** CloudWatch Logs' own syntax: `ERROR`, `{ $.level = "error" }`; empty for every event. */
  readonly filterPattern: string
  readonly metricNamespace: string
  readonly metricName: string
  /** A number, or a field of the event such as `$.latency`. */
  readonly metricValue: string
  /** What to count where nothing matches. Null: nothing. */
  readonly defaultValue?: number | null | undefined
}

export interface MetricFilterAttributes {
  readonly filterName: string
  readonly logGroupName: string
}

export const metricFilter: Kind<MetricFilterProps, MetricFilterAttributes> = {
  type: 'logs/metric-filter',
  label: 'metric filter',
  ownership: 'parent',
  replaceOn: ['logGroupName', 'filterName'],
  replacement: 'create-first',
  uniqueKeys: [{ props: ['filterName', 'logGroupName'], label: 'name' }],
  withdrawn: { defaultValue: { becomes: null } },
  findBy: ['logGroupName', 'filterName'],
  seconds: { create: 1, delete: 1 },

  read: async (requests, { aws }) => {
    const wanted = requests.map(({ attributes, props }) => attributes ?? (props as MetricFilterAttributes))
    const groups = [...new Set(wanted.map(({ logGroupName }) => logGroupName))]
    const lists = new Map(
      await Promise.all(groups.map(async name => [name, await filtersOf(aws, name)] as const)),
    )
    return wanted.map(({ logGroupName, filterName }) => {
      const found = lists.get(logGroupName)?.find(one => one.filterName === filterName)
      return (
        found && {
          attributes: { filterName, logGroupName },
          props: propsOf(found, logGroupName),
          tags: undefined,
        }
      )
    })
  },

  create: async ({ props }, { aws }) => {
    await put(aws, props)
    return { filterName: props.filterName, logGroupName: props.logGroupName }
  },

  update: async ({ attributes, props }, { aws }) => {
    await put(aws, props)
    return attributes
  },

  delete: async ({ attributes: { logGroupName, filterName } }, { aws }) => {
    await orAbsent(aws.logs.deleteMetricFilter({ logGroupName, filterName }))
  },
}

async function put(aws: Aws, props: MetricFilterProps): Promise<void> {
  const { logGroupName, filterName, filterPattern, metricNamespace, metricName, metricValue } = props
  const { defaultValue } = props
  await aws.logs.putMetricFilter({
    logGroupName,
    filterName,
    filterPattern,
    metricTransformations: [
      { metricNamespace, metricName, metricValue, ...(defaultValue != null && { defaultValue }) },
    ],
  })
}

/** All of a log group; none where there is no such group. */
export async function filtersOf(aws: Aws, logGroupName: string): Promise<MetricFilter[]> {
  const found = await orAbsent(
    allPages(async nextToken => {
      const page = await aws.logs.describeMetricFilters({ logGroupName, ...(nextToken && { nextToken }) })
      return { rows: page.metricFilters, next: page.nextToken }
    }),
  )
  return found ?? []
}

function propsOf(
  { filterName = '', filterPattern = '', metricTransformations: [first] = [] }: MetricFilter,
  logGroupName: string,
): MetricFilterProps {
  return {
    logGroupName,
    filterName,
    filterPattern,
    metricNamespace: first?.metricNamespace ?? '',
    metricName: first?.metricName ?? '',
    metricValue: first?.metricValue ?? '',
    defaultValue: first?.defaultValue ?? null,
  }
}
