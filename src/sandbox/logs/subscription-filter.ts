import type { SubscriptionFilter } from '@aws-sdk/client-cloudwatch-logs'
import type { SandboxService } from '../service.ts'
import type { World } from '../world.ts'
import { logGroupOf } from './log-group.ts'

/** By log group and name. No kind makes any: they come from others. */
export const subscriptionFilters = (world: World) =>
  world.table<SubscriptionFilter & { readonly logGroupName: string; readonly filterName: string }>(
    'logs/subscription-filter',
  )

export const subscriptionFilterOperations = {
  describeSubscriptionFilters: ({ logGroupName }, world) => {
    const { name } = logGroupOf(world, logGroupName)
    return {
      subscriptionFilters: subscriptionFilters(world)
        .list()
        .filter(row => row.logGroupName === name),
    }
  },
} satisfies Partial<SandboxService<'logs'>>

/** They go with their log group. */
export function dropSubscriptionsOf(world: World, group: string): void {
  for (const { logGroupName, filterName } of subscriptionFilters(world).list())
    if (logGroupName === group) subscriptionFilters(world).delete(`${group} ${filterName}`)
}
