import type { ServiceDeployment, ServiceDeploymentBrief, ServiceRevision } from '@aws-sdk/client-ecs'
import { awsFault } from '../fault.ts'
import type { SandboxService } from '../service.ts'
import type { World } from '../world.ts'
import { clusterOf } from './cluster.ts'
import { progress } from './deployment.ts'
import { breakerThreshold } from './deployment-configuration.ts'
import { failedTasks } from './failures.ts'
import { fleetOf } from './fleet.ts'
import { beginRollback, rollbackShown } from './rollback.ts'
import type { DeploymentRow, RevisionRow, ServiceRow } from './rows.ts'
import { arnInside, revisionOf, services } from './rows.ts'
import { isOver } from './stages.ts'

const deploymentsAtMost = 20

export const serviceDeploymentOperations = {
  listServiceDeployments: (
    { service = '', cluster, status, createdAt, maxResults = 20, nextToken },
    world,
  ) => {
    const row = services(world).get(
      world.arn('ecs', `service/${clusterOf(world, cluster).name}/${service.split('/').at(-1)}`),
    )
    if (!row) throw awsFault('ServiceNotFoundException', 'Service not found.')
    const { after = new Date(0), before } = createdAt ?? {}
    const found = progress(world, row)
      .deployments.toReversed()
      .filter(one => status === undefined || status.length === 0 || status.includes(one.status))
      .filter(({ created }) => created >= Number(after) && created <= Number(before ?? Infinity))
    const from = Number(nextToken ?? 0)
    const to = from + maxResults
    return {
      serviceDeployments: found.slice(from, to).map(one => brief(row, one)),
      ...(to < found.length ? { nextToken: String(to) } : {}),
    }
  },

  describeServiceDeployments: ({ serviceDeploymentArns: arns = [] }, world) => {
    if (arns.length > deploymentsAtMost)
      refuse(`At most ${deploymentsAtMost} service deployments can be described.`)
    const found = arns.map(arn => find(world, arn))
    return {
      serviceDeployments: found.flatMap(one => (one ? [shown(world, one)] : [])),
      failures: arns.filter((_arn, index) => !found[index]).map(arn => ({ arn, reason: 'MISSING' })),
    }
  },

  describeServiceRevisions: ({ serviceRevisionArns: arns = [] }, world) => {
    const found = arns.map(arn => {
      const row = serviceAround(world, arn)
      const revision = row?.revisions.find(({ number }) => arnInside(row, 'service-revision', number) === arn)
      return row && revision && shownRevision(row, revision)
    })
    return {
      serviceRevisions: found.flatMap(one => one ?? []),
      failures: arns.filter((_arn, index) => !found[index]).map(arn => ({ arn, reason: 'MISSING' })),
    }
  },

  stopServiceDeployment: ({ serviceDeploymentArn = '', stopType = 'ROLLBACK' }, world) => {
    const { row, deployment } = existing(world, serviceDeploymentArn)
    if (isOver(deployment))
      throw awsFault(
        'ConflictException',
        `The service deployment is ${deployment.status} and cannot be stopped.`,
      )
    const at = world.now()
    if (stopType === 'ABORT')
      Object.assign(deployment, {
        status: 'STOPPED',
        reason: 'Stopped by user.',
        stoppedAt: at,
        finishedAt: at,
      })
    else if (deployment.status === 'IN_PROGRESS') {
      beginRollback(world, row, deployment, 'Rollback requested by user.', at)
      deployment.stoppedAt = at
    }
    return { serviceDeploymentArn }
  },

  continueServiceDeployment: ({ serviceDeploymentArn = '', hookId, action = 'CONTINUE' }, world) => {
    const { row, deployment } = existing(world, serviceDeploymentArn)
    const hook = deployment.hooks.find(({ id }) => id === hookId)
    if (deployment.status !== 'IN_PROGRESS' || hook?.status !== 'AWAITING_ACTION')
      refuse('The lifecycle hook is not awaiting an action.')
    const at = world.now()
    Object.assign(hook, { status: action === 'CONTINUE' ? 'SUCCEEDED' : 'FAILED', resolvedAt: at })
    if (action === 'ROLLBACK')
      beginRollback(world, row, deployment, 'A lifecycle hook requested a rollback.', at)
    else progress(world, row)
    return { serviceDeploymentArn }
  },
} satisfies Partial<SandboxService<'ecs'>>

interface Found {
  readonly row: ServiceRow
  readonly deployment: DeploymentRow
}

function find(world: World, arn: string): Found | undefined {
  const row = serviceAround(world, arn)
  const deployment = row?.deployments.find(one => one.arn === arn)
  return row && deployment && { row: progress(world, row), deployment }
}

/** The service of a deployment or revision: the ARN of either says which. */
function serviceAround(world: World, arn: string): ServiceRow | undefined {
  return services(world).get(
    arn.replace(/:service-(deployment|revision)\//, ':service/').replace(/\/[^/]*$/, ''),
  )
}

function existing(world: World, arn: string): Found {
  const found = find(world, arn)
  if (!found) throw awsFault('ServiceDeploymentNotFoundException', 'Service deployment not found.')
  return found
}

function brief(row: ServiceRow, deployment: DeploymentRow): ServiceDeploymentBrief {
  const { arn, created, finishedAt, status, reason, target } = deployment
  return {
    serviceDeploymentArn: arn,
    serviceArn: row.arn,
    clusterArn: row.clusterArn,
    createdAt: new Date(created),
    startedAt: new Date(created),
    ...(finishedAt === undefined ? {} : { finishedAt: new Date(finishedAt) }),
    targetServiceRevisionArn: arnInside(row, 'service-revision', target),
    status,
    ...(reason === undefined ? {} : { statusReason: reason }),
  }
}

function shown(world: World, { row, deployment }: Found): ServiceDeployment {
  const { targetServiceRevisionArn: _, ...common } = brief(row, deployment)
  const { stoppedAt, stage, sources, target, hooks, configuration, rollback } = deployment
  const { alarms } = configuration
  const watching = isOver(deployment) ? 'MONITORING_COMPLETE' : 'MONITORING'
  return {
    ...common,
    updatedAt: new Date(Math.max(deployment.stageAt, rollback?.phaseAt ?? 0)),
    ...(stoppedAt === undefined ? {} : { stoppedAt: new Date(stoppedAt) }),
    lifecycleStage: stage === 'PRE_PRODUCTION_TRAFFIC_SHIFT' ? 'PRODUCTION_TRAFFIC_SHIFT' : stage,
    sourceServiceRevisions: sources.map((number, index) =>
      summary(world, row, revisionOf(row, number), index === 0 ? 100 - deployment.production : 0),
    ),
    targetServiceRevision: {
      ...summary(world, row, revisionOf(row, target), deployment.production),
      requestedTestTrafficWeight: deployment.test,
    },
    lifecycleHookDetails: hooks.map(({ id, status, expiresAt, timeoutAction }) => ({
      hookId: id,
      targetType: 'PAUSE',
      status,
      expiresAt: new Date(expiresAt),
      timeoutAction,
    })),
    deploymentConfiguration: configuration,
    rollback: rollbackShown(row, deployment),
    deploymentCircuitBreaker: circuitBreaker(world, row, deployment),
    alarms: alarms?.enable
      ? {
          status: deployment.triggeredAlarms.length > 0 ? 'TRIGGERED' : watching,
          alarmNames: alarms.alarmNames,
          triggeredAlarmNames: deployment.triggeredAlarms,
        }
      : { status: 'DISABLED' },
  }
}

function circuitBreaker(world: World, row: ServiceRow, deployment: DeploymentRow) {
  const { enable } = deployment.configuration.deploymentCircuitBreaker ?? {}
  if (!enable) return { status: 'DISABLED' as const, failureCount: 0 }
  const threshold = breakerThreshold(deployment.configuration, row.desiredCount)
  const target = revisionOf(row, deployment.target)
  const tripped = deployment.rollback?.reason.includes('circuit breaker') ?? false
  return {
    status: tripped
      ? ('TRIGGERED' as const)
      : isOver(deployment)
        ? ('MONITORING_COMPLETE' as const)
        : ('MONITORING' as const),
    failureCount: tripped ? threshold : Math.min(threshold - 1, failedTasks(world, row, target)),
    threshold,
  }
}

function summary(world: World, row: ServiceRow, revision: RevisionRow, weight: number) {
  const tasks = fleetOf(row, revision)
  const running = tasks.filter(({ runningAt }) => runningAt <= world.now()).length
  return {
    arn: arnInside(row, 'service-revision', revision.number),
    requestedTaskCount: revision.up ? row.desiredCount : 0,
    runningTaskCount: running,
    pendingTaskCount: tasks.length - running,
    requestedProductionTrafficWeight: weight,
  }
}

function shownRevision(row: ServiceRow, revision: RevisionRow): ServiceRevision {
  return {
    serviceRevisionArn: arnInside(row, 'service-revision', revision.number),
    serviceArn: row.arn,
    clusterArn: row.clusterArn,
    taskDefinition: revision.taskDefinitionArn,
    launchType: row.launchType,
    platformVersion: revision.platformVersion,
    loadBalancers: revision.loadBalancers,
    networkConfiguration: revision.networkConfiguration,
    createdAt: new Date(revision.created),
    ...(revision.images && { containerImages: [...revision.images] }),
    resolvedConfiguration: {
      loadBalancers: revision.targetGroupArns.map((targetGroupArn, index) => ({
        targetGroupArn,
        productionListenerRule: revision.loadBalancers[index]?.advancedConfiguration?.productionListenerRule,
      })),
    },
  }
}

function refuse(message: string): never {
  throw awsFault('InvalidParameterException', message)
}
