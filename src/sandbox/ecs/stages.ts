import type { World } from '../world.ts'
import { goneFrom, retire, scale, steadyFrom } from './fleet.ts'
import { enabledHooks } from './hooks.ts'
import { interruptions } from './interruptions.ts'
import { beginRollback, rollbackMove } from './rollback.ts'
import { roll, rolledOver, rollMove } from './rolling.ts'
import type { DeploymentRow, Move, ServiceRow, Stage } from './rows.ts'
import { revisionOf, tell } from './rows.ts'
import { isAssociated, movesTraffic, shiftTo } from './traffic.ts'

export function isOver({ status }: DeploymentRow): boolean {
  return ['SUCCESSFUL', 'STOPPED', 'ROLLBACK_SUCCESSFUL', 'ROLLBACK_FAILED'].includes(status)
}

/** What happens next; undefined when nothing does by itself. */
export function nextMove(world: World, row: ServiceRow, deployment: DeploymentRow): Move | undefined {
  if (isOver(deployment)) return undefined
  const moves =
    deployment.status === 'IN_PROGRESS'
      ? [...interruptions(world, row, deployment), stageMove(world, row, deployment)]
      : [rollbackMove(world, row, deployment)]
  return [rollMove(world, row, deployment), ...moves]
    .flatMap(move => move ?? [])
    .toSorted((a, b) => a.at - b.at)[0]
}

/** Begins a stage. */
export function enter(
  world: World,
  row: ServiceRow,
  deployment: DeploymentRow,
  stage: Stage,
  at: number,
): void {
  const target = revisionOf(row, deployment.target)
  Object.assign(deployment, { stage, stageAt: at, shiftedAt: undefined })
  deployment.hooks = enabledHooks(world, deployment, stage, at)
  const sources = deployment.sources.map(number => revisionOf(row, number))
  switch (stage) {
    case 'RECONCILE_SERVICE':
      // Tasks of a rolling deployment that has been replaced serve until the new ones are healthy.
      if (!movesTraffic(row, deployment)) return
      // What an unfinished deployment has left gives way to the revision that has the traffic.
      shiftTo(world, row, deployment, { rule: 'production', percent: 0, at })
      for (const left of sources.slice(1)) retire(world, row, left, at)
      return
    case 'PRE_SCALE_UP':
      if (movesTraffic(row, deployment) && !isAssociated(world, target))
        beginRollback(
          world,
          row,
          deployment,
          'Both targetGroup and alternateTargetGroup must be associated with the productionListenerRule or testListenerRule',
          at,
        )
      return
    case 'SCALE_UP':
      target.up = true
      if (deployment.strategy === 'ROLLING') roll(world, row, deployment, at)
      else scale(world, row, target, at)
      return
    case 'CLEAN_UP':
      for (const source of sources) retire(world, row, source, at)
      return
    default:
  }
}

/** Where ECS moves no traffic, the old tasks of a deployment with two fleets leave when the new ones are healthy. */
export function replaceFleet(world: World, row: ServiceRow, deployment: DeploymentRow): void {
  if (
    deployment.strategy === 'ROLLING' ||
    movesTraffic(row, deployment) ||
    deployment.stage !== 'SCALE_UP' ||
    deployment.status !== 'IN_PROGRESS'
  )
    return
  const steady = steadyFrom(world, row, revisionOf(row, deployment.target))
  if (steady === undefined) return
  for (const number of deployment.sources) retire(world, row, revisionOf(row, number), steady)
}

/** When the present stage is over, and what comes after it. */
function stageMove(world: World, row: ServiceRow, deployment: DeploymentRow): Move | undefined {
  const { stage, stageAt, hooks } = deployment
  if (hooks.some(({ status }) => status === 'AWAITING_ACTION')) return undefined
  const own = ownEnd(world, row, deployment)
  if (own === undefined) return undefined
  const at = Math.max(own, ...hooks.map(({ resolvedAt = stageAt }) => resolvedAt))
  return { at, make: () => leave(world, row, deployment, stage, at) }
}

function ownEnd(world: World, row: ServiceRow, deployment: DeploymentRow): number | undefined {
  const { stage, stageAt, shiftedAt, configuration, production } = deployment
  const moves = movesTraffic(row, deployment)
  const minutes = (count: number) => count * 60_000
  switch (stage) {
    case 'SCALE_UP': {
      if (deployment.strategy === 'ROLLING') return rolledOver(world, row, deployment)
      const steady = steadyFrom(world, row, revisionOf(row, deployment.target))
      return steady === undefined ? undefined : Math.max(stageAt, steady)
    }
    case 'TEST_TRAFFIC_SHIFT':
      return stageAt + world.seconds('traffic shift') * 1000
    case 'PRODUCTION_TRAFFIC_SHIFT':
      if (shiftedAt === undefined) return stageAt + world.seconds('traffic shift') * 1000
      return shiftedAt + (production < 100 ? minutes(stepBake(deployment)) : 0)
    case 'BAKE_TIME':
      return stageAt + minutes(configuration.bakeTimeInMinutes ?? 0)
    case 'CLEAN_UP':
      if (!moves) return stageAt
      return goneFrom(
        row,
        deployment.sources.map(number => revisionOf(row, number)),
        stageAt,
      )
    case 'PRE_PRODUCTION_TRAFFIC_SHIFT':
      return stageAt
    default:
      return moves ? stageAt + world.seconds('deployment stage') * 1000 : stageAt
  }
}

function leave(world: World, row: ServiceRow, deployment: DeploymentRow, stage: Stage, at: number): void {
  if (stage === 'TEST_TRAFFIC_SHIFT') shiftTo(world, row, deployment, { rule: 'test', percent: 100, at })
  if (stage === 'PRODUCTION_TRAFFIC_SHIFT') {
    if (deployment.shiftedAt === undefined) {
      const percent = nextPercent(deployment)
      shiftTo(world, row, deployment, { rule: 'production', percent, at })
      deployment.shiftedAt = at
      return
    }
    if (deployment.production < 100) return enter(world, row, deployment, 'PRE_PRODUCTION_TRAFFIC_SHIFT', at)
  }
  if (stage === 'CLEAN_UP') return succeed(world, row, deployment, at)
  const all = stagesOf(row, deployment)
  enter(world, row, deployment, all[all.indexOf(stage) + 1]!, at)
}

/** In the order in which the deployment goes through them. */
export function stagesOf(row: ServiceRow, deployment: DeploymentRow): Stage[] {
  const first: Stage[] = deployment.sources.length > 1 ? ['RECONCILE_SERVICE'] : []
  const up: Stage[] = [...first, 'PRE_SCALE_UP', 'SCALE_UP', 'POST_SCALE_UP']
  const bakes = deployment.sources.length > 0 && (deployment.configuration.bakeTimeInMinutes ?? 0) > 0
  if (!movesTraffic(row, deployment)) return [...up, ...(bakes ? (['BAKE_TIME'] as const) : []), 'CLEAN_UP']
  return [
    ...up,
    'TEST_TRAFFIC_SHIFT',
    'POST_TEST_TRAFFIC_SHIFT',
    'PRE_PRODUCTION_TRAFFIC_SHIFT',
    'PRODUCTION_TRAFFIC_SHIFT',
    'POST_PRODUCTION_TRAFFIC_SHIFT',
    'BAKE_TIME',
    'CLEAN_UP',
  ]
}

function nextPercent({ strategy, configuration, production }: DeploymentRow): number {
  if (strategy === 'CANARY' && production === 0) return configuration.canaryConfiguration?.canaryPercent ?? 5
  if (strategy === 'LINEAR')
    return Math.min(100, production + (configuration.linearConfiguration?.stepPercent ?? 10))
  return 100
}

/** Minutes. Not applied at 100 %. */
function stepBake({ strategy, configuration }: DeploymentRow): number {
  return strategy === 'CANARY'
    ? (configuration.canaryConfiguration?.canaryBakeTimeInMinutes ?? 10)
    : (configuration.linearConfiguration?.stepBakeTimeInMinutes ?? 6)
}

function succeed(world: World, row: ServiceRow, deployment: DeploymentRow, at: number): void {
  Object.assign(deployment, { status: 'SUCCESSFUL', finishedAt: at, production: 100 })
  tell(world, row, `(deployment ecs-svc/${deployment.target}) deployment completed.`, at)
  tell(world, row, 'has reached a steady state.', at)
}
