import type { RunTaskCommandInput, Task, TaskOverride } from '@aws-sdk/client-ecs'
import type { Aws } from '../aws/aws.ts'
import type { Live } from './live.ts'
import { ownContainer } from './live.ts'

/** What one task has in place of what its task definition says. */
export interface TaskSettings {
  /** CPU units: 1024 are one vCPU. */
  readonly cpu?: number | undefined
  /** MiB. */
  readonly memory?: number | undefined
  /** Added to the variables of the service's own container; one of the same name is replaced. */
  readonly environment?: Readonly<Record<string, string>>
}

export interface OneOffTask extends TaskSettings {
  readonly live: Pick<Live, 'target' | 'service' | 'taskDefinition'>
  /** ARN of the revision to run, or its family and number. */
  readonly taskDefinition: string
  /** Replaces the command of the service's own container. */
  readonly command: readonly string[]
  /** Run twice with the same, ECS starts it once. */
  readonly token: string
}

/** As ECS shows it at its end. */
export type EndedTask = Task

/** Either the task's ARN, or why ECS could not place it. */
export type Started = { readonly arn: string } | { readonly arn: undefined; readonly why: string }

/** Starts one task beside a service's own: in its network, with its roles, on its capacity. */
export async function startTask(task: OneOffTask, aws: Aws): Promise<Started> {
  const { live, taskDefinition, token } = task
  const { target, service } = live
  const input: RunTaskCommandInput = {
    cluster: target.cluster,
    taskDefinition,
    count: 1,
    ...(service.capacityProviderStrategy?.length
      ? { capacityProviderStrategy: service.capacityProviderStrategy }
      : service.launchType && { launchType: service.launchType }),
    ...(service.networkConfiguration && { networkConfiguration: service.networkConfiguration }),
    ...(service.platformVersion &&
      service.launchType === 'FARGATE' && { platformVersion: service.platformVersion }),
    overrides: overridesOf(task),
    startedBy: token.slice(0, 128),
    clientToken: token.slice(0, 64),
  }
  const { tasks = [], failures = [] } = await aws.ecs.runTask(input)
  const arn = tasks[0]?.taskArn
  if (arn) return { arn }
  // AWS answers 200 also when it could not place the task.
  return { arn: undefined, why: failures.map(({ reason }) => reason).join('; ') }
}

/** As RunTask takes them. */
export function overridesOf({
  live,
  command,
  cpu,
  memory,
  environment = {},
}: Pick<OneOffTask, 'live' | 'command' | keyof TaskSettings>): TaskOverride {
  const own = ownContainer(live.taskDefinition, live.target.name)
  const variables = Object.entries(environment).map(([name, value]) => ({ name, value }))
  return {
    ...(cpu !== undefined && { cpu: String(cpu) }),
    ...(memory !== undefined && { memory: String(memory) }),
    containerOverrides: [
      {
        name: own?.name ?? live.target.name,
        command: [...command],
        ...(variables.length > 0 && { environment: variables }),
        // On instances the container has a share of its own, and would keep to it.
        ...(cpu !== undefined && own?.cpu ? { cpu } : {}),
        ...(memory !== undefined && own?.memory ? { memory } : {}),
      },
    ],
  }
}
