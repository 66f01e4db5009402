import type { TargetHealth } from '@aws-sdk/client-elastic-load-balancing-v2'
import { isOutside, targetStateOf } from '../ecs/health.ts'
import type { RevisionRow, ServiceRow, TaskRow } from '../ecs/rows.ts'
import { revisionOf, services } from '../ecs/rows.ts'
import type { SandboxService } from '../service.ts'
import type { World } from '../world.ts'
import { loadBalancersOf } from './action.ts'
import { rowOf } from './rows.ts'
import { sharesOf } from './weights.ts'

/** One that nobody but a person has registered. It passes its health checks unless it is said to be `unhealthy`. */
interface TargetOfOthers {
  readonly targetGroupArn: string
  readonly id: string
  readonly unhealthy?: true
}

/** By target group and id. */
export const targetsOfOthers = (world: World) => world.table<TargetOfOthers>('elbv2/target')

/** They go with their target group. */
export function dropTargetsOf(world: World, arn: string): void {
  for (const { targetGroupArn, id } of targetsOfOthers(world).list())
    if (targetGroupArn === arn) targetsOfOthers(world).delete(`${arn} ${id}`)
}

export const targetHealthOperations = {
  describeTargetHealth: ({ TargetGroupArn, Targets }, world) => {
    const { arn, port: defaultPort } = rowOf(world, 'targetGroup', TargetGroupArn)
    const used = loadBalancersOf(world, arn).length > 0
    return {
      TargetHealthDescriptions: [
        ...targetsOfOthers(world)
          .list()
          .filter(({ targetGroupArn }) => targetGroupArn === arn)
          .map(({ id, unhealthy }) => ({
            Target: { Id: id, Port: defaultPort },
            HealthCheckPort: String(defaultPort),
            TargetHealth: unhealthy
              ? { State: 'unhealthy' as const, Reason: 'Target.Timeout' as const }
              : { State: 'healthy' as const },
          })),
        ...registered(world, arn)
          .filter(
            ({ task, port }) =>
              !Targets || Targets.some(({ Id, Port = port }) => Id === task.address && Port === port),
          )
          .map(({ row, task, port }) => ({
            Target: { Id: task.address, Port: port },
            // `traffic-port`: a target is checked on the port on which it gets its traffic.
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

/** The targets of a group that pass its health checks at this moment. */
export function healthyTargets(world: World, targetGroupArn: string): readonly Target[] {
  return registered(world, targetGroupArn).filter(
    ({ row, task }) => healthOf(world, row, task).State === 'healthy',
  )
}

interface Target {
  readonly row: ServiceRow
  readonly task: TaskRow
  /** Of the container, as the task's revision has it: the port of the target group is a default that ECS never uses. */
  readonly port: number
}

/** ECS registers a task once it runs. Its target is `unused` when it has drained, and no longer listed. */
function registered(world: World, targetGroupArn: string): Target[] {
  return services(world)
    .list()
    .flatMap(row =>
      row.tasks
        .filter(
          ({ runningAt, stoppingAt = Infinity }) => runningAt <= world.now() && stoppingAt > world.now(),
        )
        .flatMap(task =>
          portsIn(world, revisionOf(row, task.revision), targetGroupArn).map(port => ({ row, task, port })),
        ),
    )
}

function portsIn(world: World, revision: RevisionRow, targetGroupArn: string): number[] {
  const { targetGroupArns, loadBalancers } = revision
  if (isOutside(world, revision)) return []
  return loadBalancers.flatMap(({ containerPort = 0 }, index) =>
    targetGroupArns[index] === targetGroupArn ? [containerPort] : [],
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
  const state = targetStateOf(world, row, task, now)
  if (state === 'healthy') return { State: state }
  if (state === 'initial')
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
