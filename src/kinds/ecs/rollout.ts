import type { Deployment, Service } from '@aws-sdk/client-ecs'
import type { Readiness } from '../../resources/kind.ts'

type Rollout = Exclude<Readiness<never>, { state: 'ready' }> | { readonly state: 'ready' }

/** How many of the service's last events explain a failure well enough. */
const eventsTold = 3

export function primaryOf(service: Service | undefined): Deployment | undefined {
  return service?.deployments?.find(({ status }) => status === 'PRIMARY')
}

/**
 * How far the deployment has got. It has to be told apart from its neighbours: right after an update the old one may
 * still be all that AWS shows, and after a rollback the old one is back, steady, as if nothing had happened.
 */
export function rolloutOf(service: Service | undefined, deploymentId: string | undefined): Rollout {
  if (!service) return { state: 'waiting', status: 'MISSING' }
  if (service.status !== 'ACTIVE') return { state: 'failed', reason: `the service is ${service.status}` }
  const primary = primaryOf(service)
  const ours = deploymentId ? service.deployments?.find(({ id }) => id === deploymentId) : primary

  if (ours?.rolloutState === 'FAILED' || (!ours && endOf(service, deploymentId) === 'failed'))
    return { state: 'failed', reason: failure(service, ours) }
  if (!ours && endOf(service, deploymentId) === undefined)
    return { state: 'waiting', status: 'deployment not yet visible' }

  const { runningCount = 0, desiredCount = 0 } = service
  const { rolloutState = 'COMPLETED', failedTasks = 0 } = primary ?? {}
  // A mere change of the desired count starts no deployment: only the number of tasks shows it.
  if (rolloutState === 'COMPLETED' && runningCount === desiredCount) return { state: 'ready' }
  const failed = failedTasks > 0 ? `, ${failedTasks} failed` : ''
  return { state: 'waiting', status: `${rolloutState}: ${runningCount} of ${desiredCount} tasks${failed}` }
}

/** What the events say of a deployment that is no longer listed. */
function endOf(service: Service, deploymentId: string | undefined): 'failed' | 'completed' | undefined {
  const told = (service.events ?? [])
    .map(({ message = '' }) => message)
    .find(message => message.includes(`(deployment ${deploymentId})`) && /failed|completed/.test(message))
  return told === undefined ? undefined : told.includes('failed') ? 'failed' : 'completed'
}

function failure(service: Service, ours: Deployment | undefined): string {
  const primary = primaryOf(service)
  const reasons = [
    ours?.rolloutStateReason,
    primary !== ours && `AWS rolled the service back to ${primary?.taskDefinition}`,
    ...(service.events ?? []).slice(0, eventsTold).map(({ message }) => message),
  ]
  return reasons.filter(Boolean).join('\n')
}
