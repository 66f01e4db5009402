import { services, statusOf } from '../ecs/rows.ts'
import { serviceOperations } from '../ecs/service.ts'
import { awsFault } from '../fault.ts'
import type { SandboxService } from '../service.ts'
import { tagged } from '../tagged.ts'
import type { World } from '../world.ts'
import { policies, scheduledActions, targetOf, targets } from './rows.ts'

export const targetOperations = {
  registerScalableTarget: ({ ResourceId = '', MinCapacity, MaxCapacity, SuspendedState, Tags }, world) => {
    const running = desiredCountOf(world, ResourceId)
    const before = targets(world).get(ResourceId)
    const min = MinCapacity ?? before?.minCapacity
    const max = MaxCapacity ?? before?.maxCapacity
    if (min === undefined || max === undefined || min > max)
      throw awsFault('ValidationException', 'Minimum capacity cannot be greater than maximum capacity')
    // Tags count at the first only.
    const row =
      before ??
      targets(world).set(ResourceId, {
        id: ResourceId,
        arn: world.arn('application-autoscaling', `scalable-target/${world.id('', 36)}`),
        created: world.now(),
        minCapacity: min,
        maxCapacity: max,
      })
    if (!before) tagged(world).set(row.arn, Tags ?? {})
    row.minCapacity = min
    row.maxCapacity = max
    if (SuspendedState) row.suspended = { ...row.suspended, ...SuspendedState }
    const desiredCount = Math.min(max, Math.max(min, running))
    const [, cluster, service] = ResourceId.split('/')
    if (desiredCount !== running) serviceOperations.updateService({ cluster, service, desiredCount }, world)
    return { ScalableTargetARN: row.arn }
  },

  describeScalableTargets: ({ ResourceIds, MaxResults = 50, NextToken }, world) => {
    const rows = targets(world)
      .list()
      .filter(({ id, created }) => (ResourceIds?.includes(id) ?? true) && world.visible(created))
    const start = Number(NextToken ?? 0)
    const end = start + MaxResults
    return {
      ScalableTargets: rows
        .slice(start, end)
        .map(({ id, arn, created, minCapacity, maxCapacity, suspended }) => ({
          ServiceNamespace: 'ecs' as const,
          ResourceId: id,
          ScalableDimension: 'ecs:service:DesiredCount' as const,
          MinCapacity: minCapacity,
          MaxCapacity: maxCapacity,
          RoleARN: `arn:${world.partition}:iam::${world.account}:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService`,
          CreationTime: new Date(created),
          SuspendedState: {
            DynamicScalingInSuspended: false,
            DynamicScalingOutSuspended: false,
            ScheduledScalingSuspended: false,
            ...suspended,
          },
          ScalableTargetARN: arn,
        })),
      ...(end < rows.length && { NextToken: String(end) }),
    }
  },

  // It takes its policies and scheduled actions with it.
  deregisterScalableTarget: ({ ResourceId }, world) => {
    const { id, arn } = targetOf(world, ResourceId)
    targets(world).delete(id)
    tagged(world).remove(arn)
    for (const { ResourceId: owner, PolicyName } of policies(world).list())
      if (owner === id) policies(world).delete(`${id} ${PolicyName}`)
    for (const { ResourceId: owner, ScheduledActionName } of scheduledActions(world).list())
      if (owner === id) scheduledActions(world).delete(`${id} ${ScheduledActionName}`)
    return {}
  },
} satisfies Partial<SandboxService<'applicationAutoScaling'>>

function desiredCountOf(world: World, resourceId: string): number {
  const [, cluster, name] = resourceId.split('/')
  const service = services(world).get(world.arn('ecs', `service/${cluster}/${name}`))
  if (!service || statusOf(service, world) !== 'ACTIVE')
    throw awsFault('ValidationException', `ECS service doesn't exist: ${resourceId}`)
  return service.desiredCount
}
