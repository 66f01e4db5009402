import { awsFault } from '../fault.ts'
import type { SandboxService } from '../service.ts'
import { scheduledActions, targetOf } from './rows.ts'

export const scheduledActionOperations = {
  putScheduledAction: (
    { ScheduledActionName = '', ResourceId = '', Schedule = '', Timezone, ScalableTargetAction },
    world,
  ) => {
    targetOf(world, ResourceId)
    if (!/^(cron|rate|at)\(.+\)$/.test(Schedule))
      throw awsFault('ValidationException', `Invalid schedule expression: ${Schedule}`)
    const key = `${ResourceId} ${ScheduledActionName}`
    const before = scheduledActions(world).get(key)
    scheduledActions(world).set(key, {
      ScheduledActionName,
      ScheduledActionARN:
        before?.ScheduledActionARN ??
        world.arn(
          'autoscaling',
          `scheduledAction:${world.id('', 36)}:resource/ecs/${ResourceId}:scheduledActionName/${ScheduledActionName}`,
        ),
      ServiceNamespace: 'ecs',
      ResourceId,
      ScalableDimension: 'ecs:service:DesiredCount',
      Schedule,
      Timezone,
      ScalableTargetAction,
      created: before?.created ?? world.now(),
    })
    return {}
  },

  describeScheduledActions: ({ ScheduledActionNames, ResourceId, MaxResults = 50, NextToken }, world) => {
    const rows = scheduledActions(world)
      .list()
      .filter(
        row =>
          (ScheduledActionNames?.includes(row.ScheduledActionName!) ?? true) &&
          (ResourceId === undefined || row.ResourceId === ResourceId) &&
          world.visible(row.created),
      )
    const start = Number(NextToken ?? 0)
    const end = start + MaxResults
    return {
      ScheduledActions: rows
        .slice(start, end)
        .map(({ created, ...row }) => ({ ...row, CreationTime: new Date(created) })),
      ...(end < rows.length && { NextToken: String(end) }),
    }
  },

  deleteScheduledAction: ({ ScheduledActionName, ResourceId }, world) => {
    if (!scheduledActions(world).delete(`${ResourceId} ${ScheduledActionName}`))
      throw awsFault('ObjectNotFoundException', `No scheduled action found: ${ScheduledActionName}`)
    return {}
  },
} satisfies Partial<SandboxService<'applicationAutoScaling'>>
