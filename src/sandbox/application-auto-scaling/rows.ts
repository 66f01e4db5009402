import type { ScalingPolicy, ScheduledAction, SuspendedState } from '@aws-sdk/client-application-auto-scaling'
import { awsFault } from '../fault.ts'
import type { World } from '../world.ts'

export interface TargetRow {
  /** `service/<cluster>/<service>`. */
  readonly id: string
  readonly arn: string
  readonly created: number
  minCapacity: number
  maxCapacity: number
  /** Absent: nothing is suspended. */
  suspended?: SuspendedState
}

/** Plain data: times as milliseconds since the epoch. */
export type PolicyRow = Omit<ScalingPolicy, 'CreationTime'> & { readonly created: number }
export type ScheduledActionRow = Omit<ScheduledAction, 'CreationTime' | 'StartTime' | 'EndTime'> & {
  readonly created: number
}

export const targets = (world: World) => world.table<TargetRow>('application-autoscaling/target')
export const policies = (world: World) => world.table<PolicyRow>('application-autoscaling/policy')
export const scheduledActions = (world: World) =>
  world.table<ScheduledActionRow>('application-autoscaling/scheduled-action')

export function targetOf(world: World, resourceId = ''): TargetRow {
  const row = targets(world).get(resourceId)
  if (!row)
    throw awsFault(
      'ObjectNotFoundException',
      `No scalable target registered for service namespace: ecs, resource ID: ${resourceId}`,
    )
  return row
}
