import type { Service } from '@aws-sdk/client-ecs'
import { percentagesOf, tasksText, wholeTasksText } from '../../resources/whole-tasks.ts'

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html */
const told = 'unable to stop or start tasks during a deployment'

/**
 * Why a rolling deployment goes no further: ECS says so in an event, and does nothing until the percentages or the number
 * of tasks change. Undefined where the last event is another one, or is about an earlier deployment.
 */
export function blockedBy(service: Service): string | undefined {
  const primary = service.deployments?.find(({ status }) => status === 'PRIMARY')
  const [last] = service.events ?? []
  if (primary?.rolloutState !== 'IN_PROGRESS' || !last?.message?.includes(told)) return undefined
  if ((last.createdAt ?? 0) < (primary.createdAt ?? 0)) return undefined
  const { desiredCount = 0, deploymentConfiguration } = service
  const percentages = percentagesOf(deploymentConfiguration)
  return [
    last.message,
    `At ${tasksText(desiredCount)}, ${wholeTasksText(desiredCount, percentages)}.`,
    'Change deployment.maximumPercent, deployment.minimumHealthyPercent or the number of tasks, and run provision up again.',
  ].join('\n')
}
