import type { Task } from '@aws-sdk/client-ecs'
import type { Aws } from '../aws/aws.ts'
import { batchesOf } from '../aws/batches.ts'
import { allPages } from '../aws/pages.ts'
import type { Target } from './target.ts'

/** The most tasks that ECS describes in one call. */
const tasksPerCall = 100

/**
 * The addresses by which the service's running tasks are registered with a load balancer, those of one task definition
 * or all. Targets of others in the same group say nothing about the service. Undefined where the addresses of a task are
 * not shown.
 */
export async function addressesOf(
  { cluster, serviceName }: Target,
  { ecs }: Aws,
  taskDefinition?: string,
): Promise<ReadonlySet<string> | undefined> {
  const arns = await allPages(nextToken =>
    ecs
      .listTasks({ cluster, serviceName, nextToken })
      .then(page => ({ rows: page.taskArns, next: page.nextToken })),
  )
  const found = await Promise.all(
    batchesOf(arns, tasksPerCall).map(tasks => ecs.describeTasks({ cluster, tasks })),
  )
  const own = found
    .flatMap(({ tasks = [] }) => tasks)
    .filter(task => taskDefinition === undefined || task.taskDefinitionArn === taskDefinition)
    .filter(task => task.desiredStatus === 'RUNNING')
    .map(addressesIn)
  return own.some(addresses => addresses.length === 0) ? undefined : new Set(own.flat())
}

/** A task with an interface of its own is registered by one of its addresses. */
function addressesIn({ attachments = [], containers = [] }: Task): string[] {
  return [
    ...attachments
      .flatMap(({ details = [] }) => details)
      .flatMap(({ name, value }) => (name === 'privateIPv4Address' && value ? [value] : [])),
    ...containers
      .flatMap(({ networkInterfaces = [] }) => networkInterfaces)
      .flatMap(({ ipv6Address }) => ipv6Address ?? []),
  ]
}
