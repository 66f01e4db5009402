import { orAbsent } from '../../aws/errors.ts'
import { tagList } from '../../aws/tags.ts'
import type { Json } from '../../resources/json.ts'
import { canonical } from '../../resources/json.ts'
import type { Kind } from '../../resources/kind.ts'
import { retag, tagsOf } from './tags.ts'

export interface DashboardProps {
  /** Unique in the account, not only in the region. */
  readonly dashboardName: string
  /** `{ widgets: […] }`, as CloudWatch has it. */
  readonly body: Json
}

export interface DashboardAttributes {
  readonly dashboardName: string
  readonly arn: string
}

export const dashboard: Kind<DashboardProps, DashboardAttributes> = {
  type: 'cloudwatch/dashboard',
  label: 'dashboard',
  ownership: 'tags',
  replaceOn: ['dashboardName'],
  replacement: 'create-first',
  uniqueKeys: [{ props: ['dashboardName'], label: 'name' }],
  findBy: ['dashboardName'],
  seconds: { create: 1, delete: 1 },

  read: (requests, { aws }) =>
    Promise.all(
      requests.map(async ({ attributes, props, tagsToo }) => {
        const DashboardName = attributes?.dashboardName ?? props.dashboardName!
        const found = await orAbsent(aws.cloudwatch.getDashboard({ DashboardName }))
        if (!found) return undefined
        const arn = found.DashboardArn!
        const tags = attributes && !tagsToo ? undefined : await tagsOf(aws, arn)
        // Gone between the two reads.
        if (!attributes && !tags) return undefined
        return {
          attributes: { dashboardName: found.DashboardName!, arn },
          props: { dashboardName: found.DashboardName!, body: parsed(found.DashboardBody) },
          tags,
        }
      }),
    ),

  create: async ({ props: { dashboardName, body }, tags }, { aws, partition, account }) => {
    await aws.cloudwatch.putDashboard({
      DashboardName: dashboardName,
      DashboardBody: canonical(body),
      Tags: tagList(tags),
    })
    return { dashboardName, arn: `arn:${partition}:cloudwatch::${account}:dashboard/${dashboardName}` }
  },

  update: async ({ attributes, props: { dashboardName, body } }, { aws }) => {
    await aws.cloudwatch.putDashboard({ DashboardName: dashboardName, DashboardBody: canonical(body) })
    return attributes
  },

  retag: ({ arn }, change, { aws }) => retag(aws, arn, change),

  delete: async ({ attributes: { dashboardName } }, { aws }) => {
    await orAbsent(aws.cloudwatch.deleteDashboards({ DashboardNames: [dashboardName] }))
  },
}

/** Someone may have put what is no JSON; then the whole text is what differs. */
function parsed(text = ''): Json {
  try {
    return JSON.parse(text) as Json
  } catch {
    return text
  }
}
