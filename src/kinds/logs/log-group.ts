import type { LogGroup } from '@aws-sdk/client-cloudwatch-logs'
import type { Aws } from '../../aws/aws.ts'
import { orAbsent } from '../../aws/errors.ts'
import { allPages } from '../../aws/pages.ts'
import type { Kind } from '../../resources/kind.ts'
import { commonPrefix } from '../spelling.ts'
import { filtersOf } from './metric-filter.ts'

export interface LogGroupProps {
  readonly logGroupName: string
  /** One of the terms AWS offers (1, 3, 5, 7, 14, 30, …). Read as 0 where AWS keeps everything for ever. */
  readonly retentionInDays: number
}

export interface LogGroupAttributes {
  readonly logGroupName: string
  /** Without the `:*` at its end that some of AWS's answers carry and its tag calls refuse. */
  readonly arn: string
}

export const logGroup: Kind<LogGroupProps, LogGroupAttributes> = {
  type: 'logs/log-group',
  label: 'log group',
  ownership: 'tags',
  replaceOn: ['logGroupName'],
  replacement: 'create-first',
  uniqueKeys: [{ props: ['logGroupName'], label: 'name' }],
  findBy: ['logGroupName'],
  seconds: { create: 1, delete: 1 },
  additions: [
    {
      what: 'metric filters',
      rule: 'left alone',
      seen: 'by looking',
      look: async ({ logGroupName }, { aws }) =>
        (await filtersOf(aws, logGroupName)).map(({ filterName }) => ({
          line: `metric filter ${filterName}`,
          is: { logGroupName, filterName },
        })),
    },
    {
      what: 'subscription filters',
      rule: 'left alone',
      seen: 'by looking',
      look: async ({ logGroupName }, { aws }) => {
        const all = await allPages(nextToken =>
          aws.logs
            .describeSubscriptionFilters({ logGroupName, ...(nextToken && { nextToken }) })
            .then(({ subscriptionFilters: rows, nextToken: next }) => ({ rows, next })),
        )
        return all.map(({ filterName }) => ({ line: `subscription filter ${filterName}` }))
      },
    },
  ],

  identify: logGroupName => ({ props: { logGroupName } }),

  read: async (requests, { aws }) => {
    const names = requests.map(({ attributes, props }) => attributes?.logGroupName ?? props.logGroupName!)
    const found = await Promise.all(prefixesOf(names).map(prefix => groupsUnder(aws, prefix)))
    const byName = new Map(found.flat().map(group => [group.logGroupName, group]))
    return Promise.all(
      requests.map(async ({ attributes, tagsToo }, index) => {
        const group = byName.get(names[index])
        if (!group) return undefined
        const arn = group.arn!.replace(/:\*$/, '')
        const tagging =
          attributes && !tagsToo
            ? undefined
            : await orAbsent(aws.logs.listTagsForResource({ resourceArn: arn }))
        // Gone between the two reads.
        if (!attributes && !tagging) return undefined
        return {
          attributes: { logGroupName: group.logGroupName!, arn },
          props: { logGroupName: group.logGroupName!, retentionInDays: group.retentionInDays ?? 0 },
          tags: tagging && (tagging.tags ?? {}),
        }
      }),
    )
  },

  create: async ({ props: { logGroupName }, tags }, { aws, partition, region, account }) => {
    await aws.logs.createLogGroup({ logGroupName, tags: { ...tags } })
    return { logGroupName, arn: `arn:${partition}:logs:${region}:${account}:log-group:${logGroupName}` }
  },

  finish: async ({ props }, attributes, { aws }) => {
    await keep(aws, props)
    return attributes
  },

  update: async ({ attributes, props, changed }, { aws }) => {
    if (changed.includes('retentionInDays')) await keep(aws, props)
    return attributes
  },

  retag: async ({ arn }, { set, remove }, { aws }) => {
    if (Object.keys(set).length > 0) await aws.logs.tagResource({ resourceArn: arn, tags: { ...set } })
    if (remove.length > 0) await aws.logs.untagResource({ resourceArn: arn, tagKeys: [...remove] })
  },

  delete: async ({ attributes: { logGroupName } }, { aws }) => {
    await orAbsent(aws.logs.deleteLogGroup({ logGroupName }))
  },
}

async function keep(aws: Aws, { logGroupName, retentionInDays }: LogGroupProps): Promise<void> {
  await aws.logs.putRetentionPolicy({ logGroupName, retentionInDays })
}

function groupsUnder(aws: Aws, logGroupNamePrefix: string): Promise<LogGroup[]> {
  return allPages(nextToken =>
    aws.logs
      .describeLogGroups({ logGroupNamePrefix, limit: 50, ...(nextToken ? { nextToken } : {}) })
      .then(({ logGroups, nextToken: next }) => ({ rows: logGroups, next })),
  )
}

/**
 * One prefix for all names that share their first two path segments, as long as it can be: AWS documents no lookup
 * by a list of names that would leave unknown ones out, and a shorter prefix would list the whole account's groups.
 */
function prefixesOf(names: readonly string[]): string[] {
  const families = new Map<string, string>()
  for (const name of names) {
    const family = name.split('/').slice(0, 3).join('/')
    const prefix = families.get(family)
    families.set(family, prefix === undefined ? name : commonPrefix(prefix, name))
  }
  return [...families.values()]
}
