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
  readonly minSize?: number | undefined
  readonly maxSize?: number | undefined
  readonly desiredCapacity?: number | undefined
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

  update: async ({ attributes, props }, { aws }) => {
    await put(props, aws)
    return attributes
  },

  delete: async ({ attributes: { groupName, actionName } }, { aws }) => {
    await orAbsent(
      aws.autoscaling.deleteScheduledAction({
        AutoScalingGroupName: groupName,
        ScheduledActionName: actionName,
      }),
    )
  },
}

/** Makes it, or replaces it as a whole. */
async function put(props: ScheduledActionProps, { autoscaling }: Aws): Promise<void> {
  await autoscaling.putScheduledUpdateGroupAction({
    AutoScalingGroupName: props.groupName,
    ScheduledActionName: props.actionName,
    Recurrence: props.recurrence,
    TimeZone: props.timeZone,
    ...(props.minSize === undefined ? {} : { MinSize: props.minSize }),
    ...(props.maxSize === undefined ? {} : { MaxSize: props.maxSize }),
    ...(props.desiredCapacity === undefined ? {} : { DesiredCapacity: props.desiredCapacity }),
  })
}

/** With its group, its actions are gone too. */
async function actionsOf(AutoScalingGroupName: string, { autoscaling }: Aws) {
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
    ...(one.MinSize === undefined ? {} : { minSize: one.MinSize }),
    ...(one.MaxSize === undefined ? {} : { maxSize: one.MaxSize }),
    ...(one.DesiredCapacity === undefined ? {} : { desiredCapacity: one.DesiredCapacity }),
  }
}
