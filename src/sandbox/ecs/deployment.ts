import type { Deployment } from '@aws-sdk/client-ecs'
import { alarmStateOf } from '../alarm-state.ts'
import { tagged } from '../tagged.ts'
import type { World } from '../world.ts'
import { failedTasks, tellFailures } from './failures.ts'
import { runningCount, scale, stopAll } from './fleet.ts'
import { misbehaves, startTrouble } from './image.ts'
import type { DeploymentRow, RevisionRow, ServiceRow } from './rows.ts'
import { arnInside, revisionOf, services, statusOf } from './rows.ts'
import { isRolling, roll } from './rolling.ts'
import { enter, isOver, nextMove, replaceFleet, stagesOf } from './stages.ts'
import { targetGroupsFor } from './traffic.ts'

/** The cluster's services that are not INACTIVE. */
export function servicesIn(world: World, clusterArn: string): ServiceRow[] {
  return services(world)
    .list()
    .filter(row => row.clusterArn === clusterArn)
    .filter(row => statusOf(progress(world, row), world) !== 'INACTIVE')
}

/** Brings every service up to the present, before anything that it has to do with is read or changed. */
export function advanceServices(world: World): void {
  const calm = !misbehaves(world)
  for (const row of services(world).list())
    if (!(calm && isAtRest(row)) && statusOf(row, world) !== 'INACTIVE') progress(world, row)
}

/** Nothing will happen to it by itself: its deployments are over, and its tasks are all there and are to stay. */
function isAtRest(row: ServiceRow): boolean {
  const last = row.deployments.at(-1)
  return (
    row.drainedAt === undefined &&
    last !== undefined &&
    isOver(last) &&
    row.tasks.length === row.desiredCount &&
    row.tasks.every(({ stoppedAt }) => stoppedAt === undefined) &&
    row.revisions.every(
      ({ up, failingAt, startedAt }) => !up || (failingAt === undefined && startedAt !== undefined),
    )
  )
}

/** Starts a deployment of what the service is configured as now. One that is not over gives way. */
export function deploy(world: World, row: ServiceRow): void {
  const at = world.now()
  const before = row.deployments.at(-1)
  const sources = sourcesOf(row)
  if (before && !isOver(before))
    Object.assign(before, {
      status: 'STOPPED',
      reason: 'Replaced by a new service deployment.',
      stoppedAt: at,
      finishedAt: at,
    })
  const strategy = row.deploymentConfiguration.strategy ?? 'ROLLING'
  const live = sources[0] === undefined ? undefined : revisionOf(row, sources[0])
  const number = Number.parseInt(world.id('', 13), 16)
  row.revisions.push({
    number,
    created: at,
    taskDefinitionArn: row.taskDefinitionArn,
    platformVersion: row.platformVersion,
    networkConfiguration: row.networkConfiguration,
    loadBalancers: row.loadBalancers,
    targetGroupArns: targetGroupsFor(row, live, strategy !== 'ROLLING'),
    up: false,
    failures: 0,
  })
  const { alarms } = row.deploymentConfiguration
  const deployment: DeploymentRow = {
    arn: arnInside(row, 'service-deployment', world.id('', 21)),
    created: at,
    strategy,
    configuration: row.deploymentConfiguration,
    sources,
    target: number,
    status: 'IN_PROGRESS',
    stage: 'PRE_SCALE_UP',
    stageAt: at,
    production: 0,
    test: 0,
    hooks: [],
    ignoredAlarms: (alarms?.alarmNames ?? []).filter(name => alarmStateOf(world, name).value === 'ALARM'),
    triggeredAlarms: [],
  }
  row.deployments.push(deployment)
  enter(world, row, deployment, stagesOf(row, deployment)[0]!, at)
  progress(world, row)
}

/** Brings a row up to the present: what would have happened since the last request has then happened. */
export function progress(world: World, row: ServiceRow): ServiceRow {
  const now = world.now()
  if (statusOf(row, world) === 'INACTIVE') tagged(world).remove(row.arn)
  if (row.drainedAt === undefined) {
    scaleAll(world, row, now)
    for (;;) {
      const deployment = row.deployments.at(-1)
      if (!deployment) break
      replaceFleet(world, row, deployment)
      const move = nextMove(world, row, deployment)
      if (move && move.at <= now) move.make()
      else {
        if (isRolling(deployment)) roll(world, row, deployment, now)
        break
      }
    }
    for (const revision of row.revisions) tellFailures(world, row, revision)
  }
  row.tasks = row.tasks.filter(({ stoppedAt }) => stoppedAt === undefined || stoppedAt > now)
  return row
}

/** Keeps every revision in service at the desired count, save where a rolling deployment says which tasks there are. */
function scaleAll(world: World, row: ServiceRow, at: number): void {
  const last = row.deployments.at(-1)
  const up = row.revisions.filter(revision => revision.up)
  // An image that was missing may have been pushed meanwhile.
  for (const one of up)
    if (one.failingAt !== undefined && !startTrouble(world, one.taskDefinitionArn, one.images))
      one.failingAt = undefined
  // A rolling deployment that was stopped half-way leaves the tasks of several revisions, and ECS starts no more.
  if (last?.strategy === 'ROLLING' && (isRolling(last) || up.length > 1)) return
  for (const one of up) scale(world, row, one, at)
}

export function drain(world: World, row: ServiceRow): void {
  row.desiredCount = 0
  row.drainedAt = stopAll(world, row, world.now())
}

/** The revision that DescribeServices calls PRIMARY: the newest, or the one that a rollback has gone back to. */
export function primaryOf(row: ServiceRow): RevisionRow {
  const { target, rollback } = row.deployments.at(-1)!
  return revisionOf(row, rollback?.to ?? target)
}

/** `deployments` of DescribeServices: the primary, and whatever is on its way out. */
export function shownDeployments(row: ServiceRow, world: World): Deployment[] {
  const last = row.deployments.at(-1)!
  const primary = primaryOf(row)
  const others = isOver(last) ? [] : [last.target, ...last.sources].map(number => revisionOf(row, number))
  return [primary, ...others.filter(one => one !== primary)].map(one => {
    const failed = last.target === one.number && (last.rollback !== undefined || last.status === 'STOPPED')
    const state = failed ? 'FAILED' : isOver(last) || one !== primary ? 'COMPLETED' : 'IN_PROGRESS'
    const id = `ecs-svc/${one.number}`
    return {
      id,
      status: one === primary ? 'PRIMARY' : 'ACTIVE',
      taskDefinition: one.taskDefinitionArn,
      desiredCount: one === primary ? row.desiredCount : 0,
      runningCount: runningCount(row, world, one.number),
      failedTasks: failedTasks(world, row, one),
      createdAt: new Date(one.created),
      // Rolling deployments only.
      ...(last.strategy === 'ROLLING' && {
        rolloutState: state,
        rolloutStateReason: reasonOf(id, state, last),
      }),
    }
  })
}

function reasonOf(id: string, state: string, { rollback, reason }: DeploymentRow): string {
  if (state === 'FAILED') return rollback?.reason ?? reason ?? 'ECS deployment failed.'
  if (state === 'COMPLETED') return `ECS deployment ${id} completed.`
  return rollback
    ? `ECS deployment circuit breaker: rolling back to deploymentId ${id}.`
    : `ECS deployment ${id} in progress.`
}

/** The revisions in service, the one with the production traffic first. */
function sourcesOf(row: ServiceRow): number[] {
  const last = row.deployments.at(-1)
  if (!last) return []
  if (isOver(last)) {
    const back = last.status.startsWith('ROLLBACK') ? last.rollback?.to : undefined
    return [back ?? last.target]
  }
  const old = last.sources
  if (last.rollback || last.production < 50) return old.length > 0 ? [...old, last.target] : [last.target]
  return [last.target, ...old]
}
