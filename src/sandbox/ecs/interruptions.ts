import { alarmStateOf } from '../alarm-state.ts'
import type { World } from '../world.ts'
import { breakerThreshold } from './deployment-configuration.ts'
import { failedBy } from './failures.ts'
import { beginRollback } from './rollback.ts'
import type { DeploymentRow, Move, ServiceRow } from './rows.ts'
import { revisionOf, tell } from './rows.ts'

/** AWS gives up on a stage after a day. Rolling deployments have no stages. */
const stageLimit = 24 * 60 * 60 * 1000

/** What may end a stage before its time. */
export function interruptions(world: World, row: ServiceRow, deployment: DeploymentRow): Move[] {
  const { stage, stageAt, strategy } = deployment
  const late = strategy === 'ROLLING' ? Infinity : stageAt + stageLimit
  return [
    alarmMove(world, row, deployment),
    circuitBreakerMove(world, row, deployment),
    ...hookMoves(world, row, deployment),
    { at: late, make: () => beginRollback(world, row, deployment, `Stage ${stage} timed out.`, late) },
  ].flatMap(move => move ?? [])
}

function hookMoves(world: World, row: ServiceRow, deployment: DeploymentRow): Move[] {
  return deployment.hooks
    .filter(({ status }) => status === 'AWAITING_ACTION')
    .map(hook => ({
      at: hook.expiresAt,
      make: () => {
        hook.status = 'TIMED_OUT'
        hook.resolvedAt = hook.expiresAt
        if (hook.timeoutAction === 'ROLLBACK')
          beginRollback(world, row, deployment, `Lifecycle hook ${hook.id} timed out.`, hook.expiresAt)
      },
    }))
}

/** An alarm counts from the first new task to the end of the bake time. */
function alarmMove(world: World, row: ServiceRow, deployment: DeploymentRow): Move | undefined {
  const { enable, rollback, alarmNames = [] } = deployment.configuration.alarms ?? {}
  if (!enable || deployment.stage === 'CLEAN_UP') return undefined
  const [first] = alarmNames
    .filter(name => !deployment.ignoredAlarms.includes(name))
    .map(name => alarmStateOf(world, name))
    .filter(({ value, since }) => value === 'ALARM' && since >= deployment.created)
    .toSorted((a, b) => a.since - b.since)
  if (!first) return undefined
  return {
    at: first.since,
    make: () => {
      deployment.triggeredAlarms = [first.name]
      const reason = `Service deployment rolled back because alarm ${first.name} was triggered.`
      if (rollback) beginRollback(world, row, deployment, reason, first.since)
      else halt(world, row, deployment, `Alarm ${first.name} was triggered.`, first.since)
    },
  }
}

/**
 * The API's documentation speaks of rolling deployments; on AWS it ends blue/green ones as well, once it is enabled.
 */
function circuitBreakerMove(world: World, row: ServiceRow, deployment: DeploymentRow): Move | undefined {
  const { configuration } = deployment
  const { enable, rollback } = configuration.deploymentCircuitBreaker ?? {}
  if (!enable || deployment.stage === 'CLEAN_UP') return undefined
  const threshold = breakerThreshold(configuration, row.desiredCount)
  const at = failedBy(world, row, revisionOf(row, deployment.target), threshold)
  if (at === undefined) return undefined
  return {
    at,
    make: () => {
      const reason = 'ECS deployment circuit breaker: tasks failed to start.'
      tell(
        world,
        row,
        `(deployment ecs-svc/${deployment.target}) deployment failed: tasks failed to start.`,
        at,
      )
      if (rollback) beginRollback(world, row, deployment, reason, at)
      else halt(world, row, deployment, reason, at)
    },
  }
}

/** Fails without going back. */
function halt(world: World, row: ServiceRow, deployment: DeploymentRow, reason: string, at: number): void {
  Object.assign(deployment, { status: 'STOPPED', reason, stoppedAt: at, finishedAt: at })
  tell(world, row, `(deployment ecs-svc/${deployment.target}) deployment failed: ${reason}`, at)
}
