import type { DeploymentLifecycleHookDetail, ServiceDeployment } from '@aws-sdk/client-ecs'

/** The pauses at which ECS waits for someone to say how it goes on. */
export function pausesOf({ lifecycleHookDetails = [] }: ServiceDeployment): DeploymentLifecycleHookDetail[] {
  return lifecycleHookDetails.filter(
    ({ status, targetType }) => status === 'AWAITING_ACTION' && targetType !== 'AWS_LAMBDA',
  )
}

/** Percent of production traffic that ECS has asked for on the new version. */
export function shareOf({ targetServiceRevision }: ServiceDeployment): number {
  return targetServiceRevision?.requestedProductionTrafficWeight ?? 0
}

/** True while ECS takes the release back. */
export function isGoingBack({ status }: ServiceDeployment): boolean {
  return status === 'ROLLBACK_REQUESTED' || status === 'ROLLBACK_IN_PROGRESS'
}

/** What the release is waiting for, in one line. */
export function waitText(deployment: ServiceDeployment): string {
  const { status, lifecycleStage, statusReason, rollback, deploymentConfiguration, startedAt } = deployment
  if (isGoingBack(deployment))
    return `rolling back: ${(rollback?.reason ?? statusReason ?? 'as asked').replace(/\.$/, '')}${shareOf(deployment) > 0 ? ', traffic is moving to the version of before' : ''}`
  if (status === 'PENDING' || !startedAt) return 'waiting for ECS to begin'
  if (status === 'STOP_REQUESTED') return 'stopping'
  const [pause] = pausesOf(deployment)
  if (pause)
    return `paused at ${lifecycleStage}: waits for an answer${pause.expiresAt ? ` until ${timeText(pause.expiresAt)}, then ECS ${pause.timeoutAction === 'CONTINUE' ? 'goes on' : 'rolls back'}` : ''}`
  const tasks = tasksText(deployment)
  switch (lifecycleStage) {
    case 'SCALE_UP':
      return `starting the new version: ${tasks}`
    case 'PRE_SCALE_UP':
      return 'preparing the new version'
    case 'POST_SCALE_UP':
      return `the new version runs: ${tasks}`
    case 'TEST_TRAFFIC_SHIFT':
      return 'moving test traffic to the new version'
    case 'POST_TEST_TRAFFIC_SHIFT':
      return 'test traffic is on the new version'
    case 'PRODUCTION_TRAFFIC_SHIFT':
      return shareOf(deployment) === 0
        ? 'moving production traffic to the new version'
        : `${shareOf(deployment)} % of production traffic on the new version`
    case 'POST_PRODUCTION_TRAFFIC_SHIFT':
      return 'all traffic on the new version'
    case 'BAKE_TIME':
      return `all traffic on the new version; the old one stands by for ${deploymentConfiguration?.bakeTimeInMinutes ?? 0} minutes`
    case 'CLEAN_UP':
      return 'stopping the old version'
    case undefined:
      return tasks
    // Stages that ECS reports and the SDK has no word for are told as they are.
    default:
      return `${lifecycleStage}: ${tasks}`
  }
}

function tasksText({ targetServiceRevision }: ServiceDeployment): string {
  const { requestedTaskCount = 0, runningTaskCount = 0, pendingTaskCount = 0 } = targetServiceRevision ?? {}
  const pending = pendingTaskCount > 0 ? `, ${pendingTaskCount} pending` : ''
  return `${runningTaskCount} of ${requestedTaskCount} tasks run${pending}`
}

/** `14:05 UTC`. */
export function timeText(date: Date): string {
  return `${date.toISOString().slice(11, 16)} UTC`
}
