import type { World } from '../world.ts'
import { goneFrom, recall, retire, scale, steadyFrom } from './fleet.ts'
import { isRolling, rollBack, rolledOver } from './rolling.ts'
import type { DeploymentRow, Move, ServiceRow } from './rows.ts'
import { arnInside, revisionOf, tell } from './rows.ts'
import { movesTraffic, shiftTo } from './traffic.ts'

/**
 * Goes back to the revision that had the traffic: its tasks first, should they be gone, then the traffic, then the new
 * tasks. The service shows the old task definition at once.
 */
export function beginRollback(
  world: World,
  row: ServiceRow,
  deployment: DeploymentRow,
  reason: string,
  at: number,
): void {
  const [to] = deployment.sources
  deployment.rollback = { reason, startedAt: at, to, phase: 'scale', phaseAt: at }
  if (to === undefined) {
    // The new tasks go on trying.
    Object.assign(deployment, {
      status: 'ROLLBACK_FAILED',
      reason: 'No rollback candidate was found to run the rollback.',
      finishedAt: at,
    })
    return
  }
  const source = revisionOf(row, to)
  source.failingAt = undefined
  Object.assign(deployment, { status: 'ROLLBACK_IN_PROGRESS', reason })
  Object.assign(row, {
    taskDefinitionArn: source.taskDefinitionArn,
    platformVersion: source.platformVersion,
    networkConfiguration: source.networkConfiguration,
    loadBalancers: source.loadBalancers,
  })
  if (isRolling(deployment)) rollBack(world, row, deployment, at)
  else {
    recall(world, row, source, at)
    scale(world, row, source, at)
  }
  tell(world, row, `rolling back to deployment ecs-svc/${to}.`, at)
}

/** What comes next in a rollback; undefined while the old tasks cannot start. */
export function rollbackMove(world: World, row: ServiceRow, deployment: DeploymentRow): Move | undefined {
  const { rollback } = deployment
  if (rollback?.to === undefined) return undefined
  if (isRolling(deployment)) return rolledBack(world, row, deployment, rollback)
  if (rollback.phase === 'scale') return scaled(world, row, rollback)
  return rollback.phase === 'shift'
    ? shifted(world, row, deployment, rollback)
    : drained(world, row, deployment, rollback)
}

type Rollback = NonNullable<DeploymentRow['rollback']>

function scaled(world: World, row: ServiceRow, rollback: Rollback): Move | undefined {
  const steady = steadyFrom(world, row, revisionOf(row, rollback.to!))
  if (steady === undefined) return undefined
  const at = Math.max(rollback.phaseAt, steady)
  return { at, make: () => Object.assign(rollback, { phase: 'shift', phaseAt: at }) }
}

function shifted(world: World, row: ServiceRow, deployment: DeploymentRow, rollback: Rollback): Move {
  const moves = movesTraffic(row, deployment)
  const at = rollback.phaseAt + (moves ? world.seconds('traffic shift') * 1000 : 0)
  return {
    at,
    make: () => {
      if (moves) {
        shiftTo(world, row, deployment, { rule: 'production', percent: 0, at })
        shiftTo(world, row, deployment, { rule: 'test', percent: 0, at })
      }
      const target = revisionOf(row, deployment.target)
      retire(world, row, target, at)
      Object.assign(rollback, { phase: 'drain', phaseAt: at })
    },
  }
}

function drained(world: World, row: ServiceRow, deployment: DeploymentRow, rollback: Rollback): Move {
  const at = goneFrom(row, [revisionOf(row, deployment.target)], rollback.phaseAt)
  return { at, make: () => succeed(world, row, deployment, at) }
}

function rolledBack(
  world: World,
  row: ServiceRow,
  deployment: DeploymentRow,
  { phaseAt }: Rollback,
): Move | undefined {
  const over = rolledOver(world, row, deployment)
  if (over === undefined) return undefined
  // What failed stays in the list of deployments for a while, also where none of its tasks has to stop.
  const at = Math.max(phaseAt + world.seconds('rolled back deployment') * 1000, over)
  return { at, make: () => succeed(world, row, deployment, at) }
}

function succeed(world: World, row: ServiceRow, deployment: DeploymentRow, at: number): void {
  Object.assign(deployment, { status: 'ROLLBACK_SUCCESSFUL', finishedAt: at })
  tell(world, row, `(deployment ecs-svc/${deployment.rollback?.to}) deployment completed.`, at)
  tell(world, row, 'has reached a steady state.', at)
}

/** `arn:…:service-revision/…` of the revision that a rollback goes to. */
export function rollbackShown(row: ServiceRow, { rollback }: DeploymentRow) {
  if (!rollback) return undefined
  const { reason, startedAt, to } = rollback
  return {
    reason,
    startedAt: new Date(startedAt),
    ...(to === undefined ? {} : { serviceRevisionArn: arnInside(row, 'service-revision', to) }),
  }
}
