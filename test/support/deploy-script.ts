import type { Life } from './life.ts'

interface ServiceRow {
  readonly name: string
  readonly clusterArn: string
  readonly taskDefinitionArn: string
}

/** What the services of the embedded AWS run, by name of the service. */
export function revisionsRun(life: Life): Record<string, string> {
  const rows = (life.tables()['ecs/service'] ?? []) as readonly ServiceRow[]
  return Object.fromEntries(
    rows.map(({ name, taskDefinitionArn }) => [name, taskDefinitionArn.split('/').at(-1)!]),
  )
}

/** `family:revision` of every revision that can still be run. */
export function activeRevisions(life: Life): string[] {
  const rows = (life.tables()['ecs/task-definition'] ?? []) as readonly {
    readonly family: string
    readonly revision: number
    readonly status: string
  }[]
  return rows
    .filter(({ status }) => status === 'ACTIVE')
    .map(({ family, revision }) => `${family}:${revision}`)
    .toSorted()
}

/** Milliseconds: by then a rolling deployment is over. */
const untilSteady = 15 * 60_000

/**
 * What most deploy scripts of a CI system do: take the task definition that runs, put another image into it, register
 * it, without tags, and point the service at it. `family`: under another name. `memory`: with more of it, too.
 */
export async function releasedByScript(
  life: Life,
  service: string,
  {
    image,
    family,
    memory,
    deregisters,
  }: {
    readonly image: string
    readonly family?: string
    readonly memory?: string
    readonly deregisters?: true
  },
): Promise<void> {
  const rows = (life.tables()['ecs/service'] ?? []) as readonly ServiceRow[]
  const { clusterArn: cluster, taskDefinitionArn: running } = rows.find(({ name }) => name === service)!
  await life.meanwhile(async ({ ecs }, _world, clock) => {
    const { taskDefinition: now } = await ecs.describeTaskDefinition({ taskDefinition: running })
    const { networkMode, cpu, executionRoleArn, taskRoleArn, requiresCompatibilities } = now!
    const { taskDefinition } = await ecs.registerTaskDefinition({
      family: family ?? now!.family,
      networkMode,
      cpu,
      memory: memory ?? now!.memory,
      executionRoleArn,
      taskRoleArn,
      requiresCompatibilities,
      volumes: now!.volumes,
      containerDefinitions: now!.containerDefinitions!.map(one => ({ ...one, image })),
    })
    const { taskDefinitionArn } = taskDefinition!
    await ecs.updateService({ cluster, service, taskDefinition: taskDefinitionArn })
    await clock.sleep(untilSteady)
    if (deregisters) await ecs.deregisterTaskDefinition({ taskDefinition: running })
  })
}
