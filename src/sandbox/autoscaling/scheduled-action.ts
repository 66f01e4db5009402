import { awsFault } from '../fault.ts'
import type { SandboxService } from '../service.ts'
import type { World } from '../world.ts'
import { groupOf } from './group.ts'
import { groupNamed } from './rows.ts'

interface ActionRow {
  readonly groupName: string
  /** Of the group: an action goes with it, and not to a later one of that name. */
  readonly groupArn: string
  readonly name: string
  readonly recurrence: string
  readonly timeZone: string | undefined
  readonly min: number | undefined
  readonly max: number | undefined
  readonly desired: number | undefined
}

const actions = (world: World) => world.table<ActionRow>('autoscaling/scheduled-action')

export const scheduledActionOperations = {
  putScheduledUpdateGroupAction: (input, world) => {
    const group = groupOf(world, input.AutoScalingGroupName)
    const { ScheduledActionName: name = '', Recurrence = '', MinSize, MaxSize, DesiredCapacity } = input
    if (Recurrence.trim().split(/\s+/).length !== 5)
      throw awsFault('ValidationError', `Given recurrence string: ${Recurrence} is invalid`)
    if (MinSize === undefined && MaxSize === undefined && DesiredCapacity === undefined)
      throw awsFault('ValidationError', 'At least one of minSize, maxSize and desiredCapacity is needed')
    actions(world).set(`${group.name}/${name}`, {
      groupName: group.name,
      groupArn: group.arn,
      name,
      recurrence: Recurrence,
      timeZone: input.TimeZone,
      min: MinSize,
      max: MaxSize,
      desired: DesiredCapacity,
    })
    return {}
  },

  describeScheduledActions: ({ AutoScalingGroupName }, world) => {
    purge(world)
    return {
      ScheduledUpdateGroupActions: actions(world)
        .list()
        .filter(({ groupName }) => groupName === groupOf(world, AutoScalingGroupName).name)
        .map(row => ({
          AutoScalingGroupName: row.groupName,
          ScheduledActionName: row.name,
          Recurrence: row.recurrence,
          TimeZone: row.timeZone,
          MinSize: row.min,
          MaxSize: row.max,
          DesiredCapacity: row.desired,
        })),
    }
  },

  deleteScheduledAction: ({ AutoScalingGroupName, ScheduledActionName }, world) => {
    purge(world)
    if (!actions(world).delete(`${AutoScalingGroupName}/${ScheduledActionName}`))
      throw awsFault('ValidationError', `Scheduled action name not found`)
    return {}
  },
} satisfies Partial<SandboxService<'autoscaling'>>

function purge(world: World): void {
  for (const { groupName, groupArn, name } of actions(world).list())
    if (groupNamed(world, groupName)?.arn !== groupArn) actions(world).delete(`${groupName}/${name}`)
}
