import type { Service, ServiceDeployment, ServiceDeploymentBrief } from '@aws-sdk/client-ecs'
import type { Aws } from '../../aws/aws.ts'
import type { Readiness } from '../../resources/kind.ts'
import { usualSeconds } from './deployment-configuration.ts'
import type { ServiceName } from './describe.ts'

type Progress = Exclude<Readiness<never>, { state: 'ready' }> | { readonly state: 'ready' }

/** The most that AWS takes in one call. */
const deploymentsPerCall = 20

/** True when ECS shifts the traffic of the service: its deployments are then judged by themselves. */
export function isShifted(service: Service | undefined): boolean {
  return (service?.deploymentConfiguration?.strategy ?? 'ROLLING') !== 'ROLLING'
}

/** The present deployments of these services, by ARN: one call for every twenty. */
export async function currentDeployments(
  services: readonly (Service | undefined)[],
  aws: Aws,
): Promise<Map<string, ServiceDeployment>> {
  const arns = services.filter(isShifted).flatMap(one => one?.currentServiceDeployment ?? [])
  const batches = Array.from({ length: Math.ceil(arns.length / deploymentsPerCall) }, (_, index) =>
    arns.slice(index * deploymentsPerCall, (index + 1) * deploymentsPerCall),
  )
  const answers = await Promise.all(
    batches.map(serviceDeploymentArns => aws.ecs.describeServiceDeployments({ serviceDeploymentArns })),
  )
  return new Map(
    answers
      .flatMap(({ serviceDeployments = [] }) => serviceDeployments)
      .map(one => [one.serviceDeploymentArn ?? '', one]),
  )
}

/** How far the deployment of that id has got, one that shifts traffic. */
export async function releaseOf(
  service: Service,
  current: ServiceDeployment | undefined,
  { deploymentId, ...name }: ServiceName & { readonly deploymentId?: string | undefined },
  aws: Aws,
): Promise<Progress> {
  if (service.status !== 'ACTIVE') return { state: 'failed', reason: `the service is ${service.status}` }
  const number = deploymentId?.split('/').at(-1)
  if (current && (!number || current.targetServiceRevision?.arn?.endsWith(`/${number}`)))
    return progressOf(service, current)
  // Not visible yet, or another one has taken its place.
  const { serviceDeployments = [] } = await aws.ecs.listServiceDeployments({
    cluster: name.clusterArn,
    service: name.serviceName,
  })
  const ours = serviceDeployments.find(
    ({ targetServiceRevisionArn = '' }) => !number || targetServiceRevisionArn.endsWith(`/${number}`),
  )
  return ours ? progressOf(service, ours) : { state: 'waiting', status: 'deployment not yet visible' }
}

function progressOf(service: Service, deployment: ServiceDeployment & ServiceDeploymentBrief): Progress {
  const { status = 'PENDING', statusReason, targetServiceRevision: target, rollback } = deployment
  const usually = usualSeconds(service.deploymentConfiguration)
  switch (status) {
    case 'SUCCESSFUL': {
      const { runningCount = 0, desiredCount = 0 } = service
      if (runningCount === desiredCount) return { state: 'ready' }
      return { state: 'waiting', status: `SUCCESSFUL: ${runningCount} of ${desiredCount} tasks`, usually }
    }
    case 'STOPPED':
    case 'ROLLBACK_SUCCESSFUL':
    case 'ROLLBACK_FAILED': {
      const events = (service.events ?? []).slice(0, 3).map(({ message }) => message)
      const back =
        status === 'ROLLBACK_SUCCESSFUL' && `AWS rolled the service back to ${service.taskDefinition}`
      const reason = statusReason ?? rollback?.reason ?? `the deployment is ${status}`
      return { state: 'failed', reason: [reason, back, ...events].filter(Boolean).join('\n') }
    }
    case 'IN_PROGRESS': {
      const {
        requestedTaskCount = 0,
        runningTaskCount = 0,
        requestedProductionTrafficWeight = 0,
      } = target ?? {}
      const paused = deployment.lifecycleHookDetails?.find(hook => hook.status === 'AWAITING_ACTION')
      const where =
        deployment.lifecycleStage === 'SCALE_UP'
          ? `${runningTaskCount} of ${requestedTaskCount} tasks`
          : `${requestedProductionTrafficWeight} % of the traffic`
      const until = paused?.expiresAt?.toISOString().slice(11, 16)
      return {
        state: 'waiting',
        status: `${deployment.lifecycleStage}: ${where}${paused ? `, paused until ${until} UTC` : ''}`,
        usually: usually + pausedSeconds(service),
      }
    }
    default:
      return { state: 'waiting', status: rollback ? `${status}: ${rollback.reason}` : status, usually }
  }
}

/** For as long as its pauses may hold it. */
function pausedSeconds({ deploymentConfiguration }: Service): number {
  const minutes = (deploymentConfiguration?.lifecycleHooks ?? []).map(
    ({ timeoutConfiguration: timeout, lifecycleStages = [] }) =>
      (timeout?.timeoutInMinutes ?? 0) * lifecycleStages.length,
  )
  return minutes.reduce((sum, one) => sum + one, 0) * 60
}
