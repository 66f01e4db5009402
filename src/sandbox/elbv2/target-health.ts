import type { TargetHealth } from '@aws-sdk/client-elastic-load-balancing-v2'
import { isHealthy } from '../ecs/fleet.ts'
import type { ServiceRow, TaskRow } from '../ecs/rows.ts'
import { revisionOf, services } from '../ecs/rows.ts'
import type { SandboxService } from '../service.ts'
import type { World } from '../world.ts'
import { loadBalancersOf } from './action.ts'
import { rowOf } from './rows.ts'
import { sharesOf } from './weights.ts'

/** Those that nobody but a person has registered, by target group and id. They answer, and their health checks pass. */
export const targetsOfOthers = (world: World) =>
  world.table<{ readonly targetGroupArn: string; readonly id: string }>('elbv2/target')

/** They go with their target group. */
export function dropTargetsOf(world: World, arn: string): void {
  for (const { targetGroupArn, id } of targetsOfOthers(world).list())
    if (targetGroupArn === arn) targetsOfOthers(world).delete(`${arn} ${id}`)
}

export const targetHealthOperations = {
  describeTargetHealth: ({ TargetGroupArn, Targets }, world) => {
    const { arn, port } = rowOf(world, 'targetGroup', TargetGroupArn)
    const used = loadBalancersOf(world, arn).length > 0
    return {
      TargetHealthDescriptions: [
        ...targetsOfOthers(world)
          .list()
          .filter(({ targetGroupArn }) => targetGroupArn === arn)
          .map(({ id }) => ({
            Target: { Id: id, Port: port },
            HealthCheckPort: String(port),
            TargetHealth: { State: 'healthy' as const },
          })),
        ...registered(world, arn)
          .filter(({ task }) => !Targets || Targets.some(({ Id }) => Id === task.address))
          .map(({ row, task }) => ({
            Target: { Id: task.address, Port: port },
            HealthCheckPort: String(port),
            TargetHealth: used
              ? healthOf(world, row, task)
              : {
                  State: 'unused' as const,
                  Reason: 'Target.NotInUse' as const,
                  Description: 'Target group is not in use',
                },
          })),
      ],
    }
  },
} satisfies Partial<SandboxService<'elbv2'>>

/** What clients of a rule get at this moment. */
export interface Traffic {
  readonly targetGroupArn: string
  /** Of all requests, from 0 to 1. */
  readonly share: number
  /** What answers: the revisions of the tasks; none: 503. */
  readonly taskDefinitionArns: readonly string[]
  /** False where unhealthy tasks or none at all answer. */
  readonly healthy: boolean
}

/**
 * Where the requests go. A load balancer sends them to healthy targets only; with none, to all of the group (fail-open).
 */
export function trafficOf(world: World, ruleArn: string): Traffic[] {
  const shares = sharesOf(world, ruleArn).filter(({ weight }) => weight > 0)
  const all = shares.reduce((sum, { weight }) => sum + weight, 0)
  return shares.map(({ targetGroupArn, weight }) => {
    const targets = registered(world, targetGroupArn).filter(
      ({ row, task }) => healthOf(world, row, task).State !== 'draining',
    )
    const healthy = targets.filter(({ row, task }) => healthOf(world, row, task).State === 'healthy')
    const answering = healthy.length > 0 ? healthy : targets
    return {
      targetGroupArn,
      share: weight / all,
      taskDefinitionArns: [
        ...new Set(answering.map(({ row, task }) => revisionOf(row, task.revision).taskDefinitionArn)),
      ],
      healthy: healthy.length > 0,
    }
  })
}

/** ECS registers a task once it runs, and takes it out when it has stopped. */
function registered(world: World, targetGroupArn: string): { row: ServiceRow; task: TaskRow }[] {
  return services(world)
    .list()
    .flatMap(row =>
      row.tasks
        .filter(task => revisionOf(row, task.revision).targetGroupArns.includes(targetGroupArn))
        .filter(({ runningAt, stoppedAt = Infinity }) => runningAt <= world.now() && stoppedAt > world.now())
        .map(task => ({ row, task })),
    )
}

function healthOf(world: World, row: ServiceRow, task: TaskRow): TargetHealth {
  const now = world.now()
  if ((task.drainingAt ?? Infinity) <= now)
    return {
      State: 'draining',
      Reason: 'Target.DeregistrationInProgress',
      Description: 'Target deregistration is in progress',
    }
  if (isHealthy(world, row, task, now)) return { State: 'healthy' }
  if (task.healthyAt > now)
    return {
      State: 'initial',
      Reason: 'Elb.InitialHealthChecking',
      Description: 'Initial health checks in progress',
    }
  return {
    State: 'unhealthy',
    Reason: 'Target.ResponseCodeMismatch',
    Description: 'Health checks failed with these codes: [503]',
  }
}
