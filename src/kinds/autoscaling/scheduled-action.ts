import type { ScheduledUpdateGroupAction } from '@aws-sdk/client-auto-scaling'
import type { Aws } from '../../aws/aws.ts'
import { orAbsent } from '../../aws/errors.ts'
import { allPages } from '../../aws/pages.ts'
import type { Kind } from '../../resources/kind.ts'

export interface ScheduledActionProps {
  readonly groupName: string
  /** Unique in its group. */
  readonly actionName: string
  /** Five fields, as cron has them. */
  readonly recurrence: string
  /** As the tz database names it. */
  readonly timeZone: string
  /** Null: left as it is at that time. */
  readonly minSize?: number | null | undefined
  readonly maxSize?: number | null | undefined
  readonly desiredCapacity?: number | null | undefined
}

export interface ScheduledActionAttributes {
  readonly groupName: string
  readonly actionName: string
}

export const scheduledAction: Kind<ScheduledActionProps, ScheduledActionAttributes> = {
  type: 'autoscaling/scheduled-action',
  label: 'scheduled action',
  ownership: 'parent',
  replaceOn: ['groupName', 'actionName'],
  replacement: 'create-first',
  uniqueKeys: [{ props: ['actionName', 'groupName'], label: 'name' }],
  withdrawn: {
    minSize: { becomes: null },
    maxSize: { becomes: null },
    desiredCapacity: { becomes: null },
  },
  findBy: ['groupName', 'actionName'],
  seconds: { create: 1, delete: 1 },

  read: async (requests, { aws }) => {
    const wanted = requests.map(({ attributes, props }) => ({
      groupName: attributes?.groupName ?? props.groupName ?? '',
      actionName: attributes?.actionName ?? props.actionName ?? '',
    }))
    const groups = [...new Set(wanted.map(({ groupName }) => groupName))]
    const found = (await Promise.all(groups.map(name => actionsOf(name, aws)))).flat()
    return wanted.map(attributes => {
      const one = found.find(
        ({ AutoScalingGroupName, ScheduledActionName }) =>
          AutoScalingGroupName === attributes.groupName && ScheduledActionName === attributes.actionName,
      )
      return one && { attributes, props: propsOf(one), tags: undefined }
    })
  },

  create: async ({ props }, { aws }) => {
    await put(props, aws)
    return { groupName: props.groupName, actionName: props.actionName }
  },

  update: async ({ attributes, props, changed }, { aws }) => {
    // Whether a size that the call leaves out goes or stays AWS does not say: removed, it goes for certain.
    if (sizes.some(name => changed.includes(name) && props[name] === null)) await remove(attributes, aws)
    await put(props, aws)
    return attributes
  },

  delete: ({ attributes }, { aws }) => remove(attributes, aws),
}

async function remove({ groupName, actionName }: ScheduledActionAttributes, { autoscaling }: Aws) {
  await orAbsent(
    autoscaling.deleteScheduledAction({ AutoScalingGroupName: groupName, ScheduledActionName: actionName }),
  )
}

const sizes = ['minSize', 'maxSize', 'desiredCapacity'] as const

/** Makes it, or replaces it. */
async function put(props: ScheduledActionProps, { autoscaling }: Aws): Promise<void> {
  await autoscaling.putScheduledUpdateGroupAction({
    AutoScalingGroupName: props.groupName,
    ScheduledActionName: props.actionName,
    Recurrence: props.recurrence,
    TimeZone: props.timeZone,
    ...(props.minSize == null ? {} : { MinSize: props.minSize }),
    ...(props.maxSize == null ? {} : { MaxSize: props.maxSize }),
    ...(props.desiredCapacity == null ? {} : { DesiredCapacity: props.desiredCapacity }),
  })
}

/** With its group, its actions are gone too. */
export async function actionsOf(AutoScalingGroupName: string, { autoscaling }: Aws) {
  const rows = await orAbsent(
    allPages(marker =>
      autoscaling
        .describeScheduledActions({ AutoScalingGroupName, MaxRecords: 100, NextToken: marker })
        .then(({ ScheduledUpdateGroupActions, NextToken }) => ({
          rows: ScheduledUpdateGroupActions,
          next: NextToken,
        })),
    ),
  )
  return rows ?? []
}

function propsOf(one: ScheduledUpdateGroupAction): ScheduledActionProps {
  return {
    groupName: one.AutoScalingGroupName ?? '',
    actionName: one.ScheduledActionName ?? '',
    recurrence: one.Recurrence ?? '',
    timeZone: one.TimeZone ?? 'Etc/UTC',
    minSize: one.MinSize ?? null,
    maxSize: one.MaxSize ?? null,
    desiredCapacity: one.DesiredCapacity ?? null,
  }
}
