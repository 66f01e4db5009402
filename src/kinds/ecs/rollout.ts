import type { Deployment, Service } from '@aws-sdk/client-ecs'
import type { Readiness } from '../../resources/kind.ts'
import { blockedBy } from './blocked.ts'
import { usualSeconds } from './deployment-configuration.ts'

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

  const story = storyOf(service, deploymentId)
  if (ours ? ours.rolloutState === 'FAILED' : story[0]?.includes('failed'))
    return { state: 'failed', reason: failure(service, ours, story) }
  const blocked = blockedBy(service)
  if (blocked) return { state: 'failed', reason: blocked }
  if (!ours && story.length === 0) return { state: 'waiting', status: 'deployment not yet visible' }

  const { runningCount = 0, desiredCount = 0 } = service
  const { rolloutState = 'COMPLETED', failedTasks = 0 } = primary ?? {}
  // A mere change of the desired count starts no deployment: only the number of tasks shows it.
  if (rolloutState === 'COMPLETED' && runningCount === desiredCount) return { state: 'ready' }
  const failed = failedTasks > 0 ? `, ${failedTasks} failed` : ''
  return {
    state: 'waiting',
    status: `${rolloutState}: ${runningCount} of ${desiredCount} tasks${failed}`,
    // A strategy of before may have left its bake time.
    usually: usualSeconds(service.deploymentConfiguration),
  }
}

/** The service's events, newest first, from the one that tells how the deployment ended; none while it has not. */
function storyOf(service: Service, deploymentId: string | undefined): string[] {
  const messages = (service.events ?? []).map(({ message = '' }) => message)
  const end = messages.findIndex(
    message => message.includes(`(deployment ${deploymentId})`) && /failed|completed/.test(message),
  )
  return end < 0 ? [] : messages.slice(end)
}

function failure(service: Service, ours: Deployment | undefined, story: readonly string[]): string {
  const primary = primaryOf(service)
  const told = story.length > 0 ? story : (service.events ?? []).map(({ message }) => message)
  const reasons = [
    ours?.rolloutStateReason,
    primary !== ours && `AWS rolled the service back to ${primary?.taskDefinition}`,
    ...told.slice(0, eventsTold),
  ]
  return reasons.filter(Boolean).join('\n')
}
