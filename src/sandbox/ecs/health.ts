import type { TargetHealth } from '@aws-sdk/client-elastic-load-balancing-v2'
import { vpcOfTargets } from '../elbv2/target-group.ts'
import type { World } from '../world.ts'
import { behaviourOf } from './image.ts'
import type { RevisionRow, ServiceRow, TaskRow } from './rows.ts'
import { revisionOf } from './rows.ts'

/** ECS counts it: it has passed its first checks and none that it fails since. */
export function isHealthy(world: World, row: ServiceRow, task: TaskRow, at: number): boolean {
  const until = passesUntil(world, revisionOf(row, task.revision), task)
  return task.failsAt === undefined && until !== undefined && task.healthyAt <= at && at < until
}

/** When ECS finds that the task has failed its checks; undefined as long as nothing lets it fail. */
export function failsAt(world: World, row: ServiceRow, task: TaskRow): number | undefined {
  if (task.failsAt !== undefined) return task.failsAt
  const until = passesUntil(world, revisionOf(row, task.revision), task)
  if (until !== undefined) return Number.isFinite(until) ? until : undefined
  const grace = task.runningAt + row.healthCheckGracePeriodSeconds * 1000
  return Math.max(task.target?.gaveUpAt ?? 0, grace)
}

/** What the load balancer says of a target that is not draining. */
export function targetStateOf(
  world: World,
  row: ServiceRow,
  task: TaskRow,
  at: number,
): NonNullable<TargetHealth['State']> {
  const { target = { healthyAt: task.healthyAt, gaveUpAt: task.healthyAt } } = task
  const until = passesUntil(world, revisionOf(row, task.revision), task)
  if (until === undefined) return at < target.gaveUpAt ? 'initial' : 'unhealthy'
  if (at >= target.healthyAt && task.failsAt === undefined) return at < until ? 'healthy' : 'unhealthy'
  return at < (target.unhealthyAt ?? target.healthyAt) ? 'initial' : 'unhealthy'
}

/** True where its tasks run in another VPC than that of one of its target groups. */
export function isOutside(world: World, { networkConfiguration, targetGroupArns }: RevisionRow): boolean {
  const [subnetId = ''] = networkConfiguration?.awsvpcConfiguration?.subnets ?? []
  const vpcId = world.table<{ readonly vpcId: string }>('ec2/subnet').get(subnetId)?.vpcId
  return vpcId !== undefined && targetGroupArns.some(arn => (vpcOfTargets(world, arn) ?? vpcId) !== vpcId)
}

/** Until when it passes the load balancer's checks, once it has passed the first; undefined when it passes none. */
function passesUntil(world: World, revision: RevisionRow, task: TaskRow): number | undefined {
  // ELB registers no address from outside the VPC of the target group.
  if (isOutside(world, revision)) return undefined
  const { unhealthy } = behaviourOf(world, revision.taskDefinitionArn)
  if (!unhealthy || !task.target) return Infinity
  const { healthyAt } = task.target
  const until = Math.max(unhealthy.from ?? 0, healthyAt + (unhealthy.after ?? 0) * 1000)
  return until > healthyAt ? until : undefined
}
