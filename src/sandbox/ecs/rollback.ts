import type { World } from '../world.ts'
import { recall, retire, scale } from './fleet.ts'
import type { DeploymentRow, ServiceRow } from './rows.ts'
import { arnInside, revisionOf, tell } from './rows.ts'
import type { Move } from './stages.ts'
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
  Object.assign(deployment, { status: 'ROLLBACK_IN_PROGRESS', reason })
  Object.assign(row, {
    taskDefinitionArn: source.taskDefinitionArn,
    platformVersion: source.platformVersion,
    networkConfiguration: source.networkConfiguration,
    loadBalancers: source.loadBalancers,
  })
  recall(world, row, source, at)
  scale(world, row, source, at)
  tell(world, row, `rolling back to deployment ecs-svc/${to}.`, at)
}

export function rollbackMove(world: World, row: ServiceRow, deployment: DeploymentRow): Move | undefined {
  const { rollback } = deployment
  if (!rollback) return undefined
  const { phase, phaseAt, to } = rollback
  const target = revisionOf(row, deployment.target)
  const next = (name: typeof phase, at: number) => Object.assign(rollback, { phase: name, phaseAt: at })
  switch (phase) {
    case 'scale': {
      const { steadyAt } = revisionOf(row, to!)
      if (steadyAt === undefined) return undefined
      const at = Math.max(phaseAt, steadyAt)
      return { at, make: () => next('shift', at) }
    }
    case 'shift': {
      const moves = movesTraffic(row, deployment)
      const at = phaseAt + (moves ? world.seconds('traffic shift') * 1000 : 0)
      return {
        at,
        make: () => {
          if (moves) {
            shiftTo(world, row, deployment, { rule: 'production', percent: 0 })
            shiftTo(world, row, deployment, { rule: 'test', percent: 0 })
          }
          retire(world, row, target, at, at + world.seconds('service drain') * 1000)
          next('drain', at)
        },
      }
    }
    case 'drain': {
      const at = phaseAt + world.seconds('service drain') * 1000
      return {
        at,
        make: () => {
          Object.assign(deployment, { status: 'ROLLBACK_SUCCESSFUL', finishedAt: at })
          tell(world, row, `(deployment ecs-svc/${to}) deployment completed.`, at)
          tell(world, row, 'has reached a steady state.', at)
        },
      }
    }
  }
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
