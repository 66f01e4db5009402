import type { Aws } from '../aws/aws.ts'
import type { Live } from './live.ts'
import { ownContainer } from './live.ts'

export interface OneOffTask {
  readonly live: Pick<Live, 'target' | 'service' | 'taskDefinition'>
  /** ARN of the revision to run, or its family and number. */
  readonly taskDefinition: string
  /** Replaces the command of the service's own container. */
  readonly command: readonly string[]
  /** Run twice with the same, ECS starts it once. */
  readonly token: string
}

/** Either the task's ARN, or why ECS could not place it. */
export type Started = { readonly arn: string } | { readonly arn: undefined; readonly why: string }

/** Starts one task beside a service's own: in its network, with its roles, on its capacity. */
export async function startTask(
  { live, taskDefinition, command, token }: OneOffTask,
  aws: Aws,
): Promise<Started> {
  const { target, service } = live
  const name = ownContainer(live.taskDefinition, target.name)?.name ?? target.name
  const { tasks = [], failures = [] } = await aws.ecs.runTask({
    cluster: target.cluster,
    taskDefinition,
    count: 1,
    ...(service.capacityProviderStrategy?.length
      ? { capacityProviderStrategy: service.capacityProviderStrategy }
      : service.launchType && { launchType: service.launchType }),
    ...(service.networkConfiguration && { networkConfiguration: service.networkConfiguration }),
    ...(service.platformVersion &&
      service.launchType === 'FARGATE' && { platformVersion: service.platformVersion }),
    overrides: { containerOverrides: [{ name, command: [...command] }] },
    startedBy: token.slice(0, 128),
    clientToken: token.slice(0, 64),
  })
  const arn = tasks[0]?.taskArn
  if (arn) return { arn }
  // AWS answers 200 also when it could not place the task.
  return { arn: undefined, why: failures.map(({ reason }) => reason).join('; ') }
}
