import type { Task } from '@aws-sdk/client-ecs'
import type { Aws } from '../../aws/aws.ts'
import { batchesOf } from '../../aws/batches.ts'
import { orAbsent } from '../../aws/errors.ts'
import { allPages } from '../../aws/pages.ts'
import type { Blocker } from '../../resources/blocker.ts'

/** The most tasks that ECS describes in one call. */
const tasksPerCall = 100

/** What keeps a cluster: its services, and tasks that no service has started. */
export async function runningIn(cluster: string, aws: Aws): Promise<Blocker[]> {
  const [services, tasks] = await Promise.all([
    orAbsent(
      allPages(nextToken =>
        aws.ecs
          .listServices({ cluster, maxResults: 100, nextToken })
          .then(page => ({ rows: page.serviceArns, next: page.nextToken })),
      ),
    ),
    tasksIn(cluster, aws),
  ])
  return [
    ...(services ?? []).map(id => ({
      id,
      what: `ECS service ${id.split('/').at(-1)}`,
      hint: `delete the service: aws ecs delete-service --force --cluster ${cluster} --service ${id.split('/').at(-1)}`,
    })),
    ...tasks
      .filter(({ group }) => !group?.startsWith('service:'))
      .flatMap(({ taskArn: id, startedBy }) =>
        id
          ? [
              {
                id,
                what: `ECS task ${id.split('/').at(-1)}${startedBy ? ` (started by ${startedBy})` : ''}`,
                hint: `wait for its end, or stop it: aws ecs stop-task --cluster ${cluster} --task ${id}`,
              },
            ]
          : [],
      ),
  ]
}

async function tasksIn(cluster: string, { ecs }: Aws): Promise<Task[]> {
  const arns = await orAbsent(
    allPages(nextToken =>
      ecs.listTasks({ cluster, nextToken }).then(page => ({ rows: page.taskArns, next: page.nextToken })),
    ),
  )
  const found = await Promise.all(
    batchesOf(arns ?? [], tasksPerCall).map(tasks => ecs.describeTasks({ cluster, tasks })),
  )
  return found.flatMap(({ tasks = [] }) => tasks)
}
