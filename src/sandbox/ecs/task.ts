import type { Task, TaskOverride } from '@aws-sdk/client-ecs'
import { attachInterface, releaseInterface } from '../ec2/interface.ts'
import { awsFault } from '../fault.ts'
import type { SandboxService } from '../service.ts'
import type { World } from '../world.ts'
import { clusterOf } from './cluster.ts'
import { progress } from './deployment.ts'
import { writeLines } from './fleet.ts'
import { isHealthy } from './health.ts'
import { behaviourOf, startTrouble } from './image.ts'
import type { ServiceRow, StoppedTask, TaskRow } from './rows.ts'
import { revisionOf, services } from './rows.ts'
import { assertOneVpc } from './service-checks.ts'
import { assertSize, findRevision } from './task-definition.ts'
import { attachmentsOf, containersOf, isLeaving, taskStatus } from './task-view.ts'

/** A one-off task; its whole life is known when it starts. */
interface RunRow {
  readonly id: string
  readonly arn: string
  readonly clusterArn: string
  readonly taskDefinitionArn: string
  readonly startedBy: string | undefined
  readonly overrides?: TaskOverride | undefined
  readonly clientToken: string | undefined
  readonly created: number
  readonly runningAt: number
  stoppedAt: number
  stopCode: 'TaskFailedToStart' | 'EssentialContainerExited' | 'UserInitiated'
  reason: string
  exitCode: number | undefined
  interfaceId?: string
}

const runs = (world: World) => world.table<RunRow>('ecs/task')
const tasksAtMost = 100

export const taskOperations = {
  runTask: (
    { cluster, taskDefinition, count = 1, startedBy, clientToken, networkConfiguration, overrides },
    world,
  ) => {
    const { arn: clusterArn } = clusterOf(world, cluster)
    const before = runs(world)
      .list()
      .filter(row => row.clusterArn === clusterArn && row.clientToken === clientToken)
    if (clientToken !== undefined && before.length > 0)
      return { tasks: before.map(row => shownRun(world, row)), failures: [] }
    const revision = findRevision(world, taskDefinition)
    if (!revision) throw awsFault('ClientException', 'TaskDefinition not found.')
    const network = networkConfiguration?.awsvpcConfiguration
    const { subnets = [], securityGroups = [] } = network ?? {}
    if (revision.networkMode === 'awsvpc' && subnets.length === 0)
      throw awsFault(
        'InvalidParameterException',
        "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
      )
    if (network) assertOneVpc(world, network)
    assertSize(revision, overrides)
    const started = Array.from({ length: count }, () => {
      const id = world.id('', 32)
      const trouble = startTrouble(world, revision.taskDefinitionArn)
      const { task = { exitCode: 0 } } = behaviourOf(world, revision.taskDefinitionArn)
      const { exitCode, lines = [], seconds } = task
      const ends = seconds === undefined ? world.after('task run') : world.now() + seconds * 1000
      const row = runs(world).set(id, {
        id,
        arn: `${clusterArn.replace(':cluster/', ':task/')}/${id}`,
        clusterArn,
        taskDefinitionArn: revision.taskDefinitionArn,
        startedBy,
        overrides,
        clientToken,
        created: world.now(),
        runningAt: (world.now() + world.after('task run')) / 2,
        stoppedAt: ends,
        stopCode: trouble?.code ?? 'EssentialContainerExited',
        reason: trouble?.reason ?? 'Essential container in task exited',
        exitCode: trouble ? trouble.exitCode : exitCode,
      })
      const command = overrides?.containerOverrides?.[0]?.command?.join(' ')
      for (const message of [
        // What never started has written nothing.
        ...(command === undefined || trouble?.code === 'TaskFailedToStart' ? [] : [`+ ${command}`]),
        ...(trouble?.lines ?? lines),
      ])
        writeLines(world, row.taskDefinitionArn, { id, at: row.runningAt, message })
      if (subnets[0] !== undefined) {
        const description = world.arn('ecs', `attachment/${id}`)
        const isPublic = network?.assignPublicIp === 'ENABLED'
        row.interfaceId = attachInterface(world, {
          subnetId: subnets[0],
          groupIds: securityGroups,
          description,
          isPublic,
        })
        releaseInterface(world, row.interfaceId, row.stoppedAt)
      }
      return shownRun(world, row)
    })
    return { tasks: started, failures: [] }
  },

  listTasks: ({ cluster, serviceName, family, startedBy, desiredStatus = 'RUNNING' }, world) => {
    const { arn } = clusterOf(world, cluster)
    const stopped = desiredStatus === 'STOPPED'
    const name = serviceName?.split('/').at(-1)
    const all = [
      ...(startedBy === undefined ? tasksOfServices(world, arn) : []),
      ...(name === undefined ? runsIn(world, arn) : []),
    ]
    return {
      taskArns: all
        .filter(task => (task.lastStatus === 'STOPPED') === stopped)
        .filter(({ group }) => name === undefined || group === `service:${name}`)
        .filter(task => startedBy === undefined || task.startedBy === startedBy)
        .filter(
          ({ taskDefinitionArn = '' }) => family === undefined || taskDefinitionArn.includes(`/${family}:`),
        )
        .slice(0, tasksAtMost)
        .map(({ taskArn = '' }) => taskArn),
    }
  },

  describeTasks: ({ cluster, tasks = [] }, world) => {
    if (tasks.length > tasksAtMost)
      throw awsFault('InvalidParameterException', `Tasks list can have at most ${tasksAtMost} items.`)
    const { arn } = clusterOf(world, cluster)
    const all = [...tasksOfServices(world, arn), ...runsIn(world, arn)]
    const found = tasks.map(wanted =>
      all.find(({ taskArn = '' }) => taskArn.split('/').at(-1) === wanted.split('/').at(-1)),
    )
    return {
      tasks: found.flatMap(task => task ?? []),
      failures: tasks.filter((_task, index) => !found[index]).map(task => ({ arn: task, reason: 'MISSING' })),
    }
  },

  stopTask: ({ cluster, task = '', reason = 'Task stopped by user' }, world) => {
    clusterOf(world, cluster)
    const row = runs(world).get(task.split('/').at(-1) ?? '')
    if (!row) throw awsFault('InvalidParameterException', 'The referenced task was not found.')
    if (row.stoppedAt > world.now())
      Object.assign(row, { stoppedAt: world.now(), stopCode: 'UserInitiated', reason, exitCode: 143 })
    return { task: shownRun(world, row) }
  },
} satisfies Partial<SandboxService<'ecs'>>

function runsIn(world: World, cluster: string): Task[] {
  return runs(world)
    .list()
    .filter(({ clusterArn }) => clusterArn === cluster)
    .map(row => shownRun(world, row))
}

function tasksOfServices(world: World, cluster: string): Task[] {
  return services(world)
    .list()
    .filter(({ clusterArn }) => clusterArn === cluster)
    .flatMap(row => {
      progress(world, row)
      return [
        ...row.tasks.map(task => shownTask(world, row, task)),
        ...row.stopped.map(task => shownStopped(world, row, task)),
      ]
    })
}

function shownRun(world: World, row: RunRow): Task {
  const stopped = row.stoppedAt <= world.now()
  const running = row.runningAt <= world.now() && row.stopCode !== 'TaskFailedToStart'
  return {
    taskArn: row.arn,
    clusterArn: row.clusterArn,
    taskDefinitionArn: row.taskDefinitionArn,
    startedBy: row.startedBy,
    createdAt: new Date(row.created),
    lastStatus: stopped ? 'STOPPED' : running ? 'RUNNING' : 'PENDING',
    desiredStatus: stopped ? 'STOPPED' : 'RUNNING',
    launchType: 'FARGATE',
    ...(row.overrides && { overrides: row.overrides }),
    ...(row.interfaceId && { attachments: attachmentsOf(row.id, row.interfaceId) }),
    ...(stopped && { stoppedAt: new Date(row.stoppedAt), stopCode: row.stopCode, stoppedReason: row.reason }),
    containers: containersOf(world, row.taskDefinitionArn, stopped ? row : undefined),
  }
}

function shownTask(world: World, row: ServiceRow, task: TaskRow): Task {
  const now = world.now()
  const { taskDefinitionArn, images } = revisionOf(row, task.revision)
  const running = task.runningAt <= now
  const { containerDefinitions = [] } = findRevision(world, taskDefinitionArn) ?? {}
  const isChecked = containerDefinitions.some(({ healthCheck }) => healthCheck !== undefined)
  return {
    ...common(row, task),
    lastStatus: taskStatus(task, now),
    desiredStatus: isLeaving(task, now) ? 'STOPPED' : 'RUNNING',
    // Of the containers' own health checks. What the load balancer finds, ECS does not say here.
    healthStatus: isChecked && isHealthy(world, row, task, now) ? 'HEALTHY' : 'UNKNOWN',
    ...(task.placedAt <= now && { pullStartedAt: new Date(task.placedAt) }),
    ...(task.pulledAt <= now && { pullStoppedAt: new Date(task.pulledAt) }),
    ...(task.interfaceId && { attachments: attachmentsOf(task.id, task.interfaceId, task.address) }),
    ...(running && { startedAt: new Date(task.runningAt) }),
    containers: containersOf(world, taskDefinitionArn, undefined, images && [...images]),
  }
}

function shownStopped(world: World, row: ServiceRow, task: StoppedTask): Task {
  return {
    ...common(row, task),
    lastStatus: 'STOPPED',
    desiredStatus: 'STOPPED',
    ...(task.startedAt !== undefined && { startedAt: new Date(task.startedAt) }),
    stoppedAt: new Date(task.stoppedAt),
    stopCode: task.code,
    stoppedReason: task.reason,
    containers: containersOf(world, revisionOf(row, task.revision).taskDefinitionArn, task),
  }
}

function common(row: ServiceRow, { id, revision, created }: TaskRow | StoppedTask): Task {
  return {
    taskArn: `${row.clusterArn.replace(':cluster/', ':task/')}/${id}`,
    clusterArn: row.clusterArn,
    taskDefinitionArn: revisionOf(row, revision).taskDefinitionArn,
    group: `service:${row.name}`,
    startedBy: `ecs-svc/${revision}`,
    launchType: row.launchType,
    createdAt: new Date(created),
  }
}
