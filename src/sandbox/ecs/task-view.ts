import type { Attachment, ContainerImage } from '@aws-sdk/client-ecs'
import type { World } from '../world.ts'
import { imagesPulled } from './image.ts'
import type { TaskRow } from './rows.ts'
import { findRevision } from './task-definition.ts'

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html */
export function taskStatus(task: TaskRow, now: number): string {
  if (isLeaving(task, now)) return (task.stoppingAt ?? Infinity) <= now ? 'STOPPING' : 'DEACTIVATING'
  if (task.runningAt <= now) return 'RUNNING'
  if (task.pulledAt <= now) return 'ACTIVATING'
  return task.placedAt <= now ? 'PENDING' : 'PROVISIONING'
}

export function isLeaving({ drainingAt = Infinity }: TaskRow, now: number): boolean {
  return drainingAt <= now
}

export function attachmentsOf(
  id: string,
  networkInterfaceId: string,
  privateIPv4Address?: string,
): Attachment[] {
  const details = [
    { name: 'networkInterfaceId', value: networkInterfaceId },
    ...(privateIPv4Address === undefined ? [] : [{ name: 'privateIPv4Address', value: privateIPv4Address }]),
  ]
  return [{ id, type: 'ElasticNetworkInterface', details }]
}

/** With the exit code in the first container, which is the essential one. */
export function containersOf(
  world: World,
  taskDefinitionArn: string,
  ended?: { readonly exitCode?: number | undefined; readonly reason: string },
  pulled = imagesPulled(world, taskDefinitionArn),
) {
  const { containerDefinitions = [] } = findRevision(world, taskDefinitionArn) ?? {}
  return containerDefinitions.map(({ name, image }, index) => ({
    name,
    image,
    ...digestIn(pulled, name),
    lastStatus: ended ? 'STOPPED' : 'RUNNING',
    ...(ended && index === 0 && ended.exitCode !== undefined ? { exitCode: ended.exitCode } : {}),
    ...(ended?.reason.startsWith('Cannot') ? { reason: ended.reason } : {}),
  }))
}

function digestIn(pulled: readonly ContainerImage[], container: string | undefined) {
  const digest = pulled.find(({ containerName }) => containerName === container)?.imageDigest
  return digest === undefined ? {} : { imageDigest: digest }
}
