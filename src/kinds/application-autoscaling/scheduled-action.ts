import type { ScheduledAction } from '@aws-sdk/client-application-auto-scaling'
import type { Aws } from '../../aws/aws.ts'
import { batchesOf } from '../../aws/batches.ts'
import { orAbsent } from '../../aws/errors.ts'
import { allPages } from '../../aws/pages.ts'
import type { Kind } from '../../resources/kind.ts'
import { desiredCount } from './dimension.ts'

export interface ScheduledActionProps {
  readonly scheduledActionName: string
  /** `service/<cluster>/<service>`. */
  readonly resourceId: string
  /** `cron(0 20 * * ? *)`, `rate(1 day)` or `at(2026-01-01T00:00:00)`. */
  readonly schedule: string
  readonly timezone: string
  /** At that time they take the place of those of the scalable target. Null: that bound stays as it is. */
  readonly minCapacity?: number | null | undefined
  readonly maxCapacity?: number | null | undefined
}

export interface ScheduledActionAttributes {
  readonly scheduledActionName: string
  readonly resourceId: string
}

/** AWS takes this many names in one call. */
const namesAtOnce = 50

export const scheduledAction: Kind<ScheduledActionProps, ScheduledActionAttributes> = {
  type: 'application-autoscaling/scheduled-action',
  label: 'scheduled action',
  ownership: 'parent',
  replaceOn: ['scheduledActionName', 'resourceId'],
  replacement: 'create-first',
  uniqueKeys: [{ props: ['scheduledActionName', 'resourceId'], label: 'name' }],
  withdrawn: { minCapacity: { becomes: null }, maxCapacity: { becomes: null } },
  findBy: ['scheduledActionName', 'resourceId'],
  seconds: { create: 1, delete: 1 },

  read: async (requests, { aws }) => {
    const wanted = requests.map(({ attributes, props }) => attributes ?? (props as ScheduledActionAttributes))
    const found = await actionsNamed(
      aws,
      wanted.map(({ scheduledActionName }) => scheduledActionName),
    )
    return wanted.map(({ scheduledActionName, resourceId }) => {
      const one = found.find(
        candidate =>
          candidate.ScheduledActionName === scheduledActionName && candidate.ResourceId === resourceId,
      )
      return (
        one && {
          attributes: { scheduledActionName, resourceId },
          props: propsOf(one),
          tags: undefined,
        }
      )
    })
  },

  create: async ({ props }, { aws }) => {
    await put(aws, props)
    return { scheduledActionName: props.scheduledActionName, resourceId: props.resourceId }
  },

  update: async ({ attributes, props }, { aws }) => {
    await put(aws, props)
    return attributes
  },

  delete: async ({ attributes: { scheduledActionName, resourceId } }, { aws }) => {
    await orAbsent(
      aws.applicationAutoScaling.deleteScheduledAction({
        ...desiredCount,
        ScheduledActionName: scheduledActionName,
        ResourceId: resourceId,
      }),
    )
  },
}

async function put(aws: Aws, props: ScheduledActionProps): Promise<void> {
  const { minCapacity, maxCapacity } = props
  await aws.applicationAutoScaling.putScheduledAction({
    ...desiredCount,
    ScheduledActionName: props.scheduledActionName,
    ResourceId: props.resourceId,
    Schedule: props.schedule,
    Timezone: props.timezone,
    ScalableTargetAction: {
      ...(minCapacity != null && { MinCapacity: minCapacity }),
      ...(maxCapacity != null && { MaxCapacity: maxCapacity }),
    },
  })
}

async function actionsNamed(aws: Aws, names: readonly string[]): Promise<ScheduledAction[]> {
  const unique = [...new Set(names)]
  const batches = batchesOf(unique, namesAtOnce)
  const found = await Promise.all(
    batches.map(ScheduledActionNames =>
      allPages(async NextToken => {
        const page = await aws.applicationAutoScaling.describeScheduledActions({
          ...desiredCount,
          ScheduledActionNames,
          ...(NextToken && { NextToken }),
        })
        return { rows: page.ScheduledActions, next: page.NextToken }
      }),
    ),
  )
  return found.flat()
}

function propsOf(one: ScheduledAction): ScheduledActionProps {
  const { MinCapacity, MaxCapacity } = one.ScalableTargetAction ?? {}
  return {
    scheduledActionName: one.ScheduledActionName ?? '',
    resourceId: one.ResourceId ?? '',
    schedule: one.Schedule ?? '',
    timezone: one.Timezone ?? 'UTC',
    minCapacity: MinCapacity ?? null,
    maxCapacity: MaxCapacity ?? null,
  }
}
