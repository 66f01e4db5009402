import type {
  ContainerDefinition,
  RegisterTaskDefinitionCommandInput,
  TaskDefinition,
  TaskOverride,
} from '@aws-sdk/client-ecs'
import { awsFault } from '../fault.ts'
import { assertRoleUsable } from '../iam.ts'
import type { SandboxService } from '../service.ts'
import { tagged } from '../tagged.ts'
import type { World } from '../world.ts'
import { tagListOf, tagNew } from './tags.ts'

export type TaskDefinitionRow = TaskDefinition & {
  readonly taskDefinitionArn: string
  readonly family: string
  readonly revision: number
  status: 'ACTIVE' | 'INACTIVE' | 'DELETE_IN_PROGRESS'
  readonly registered: number
}

/** AWS takes this many in one call. */
const deletedAtMost = 10

const revisions = (world: World) => world.table<TaskDefinitionRow>('ecs/task-definition')

/** By ARN, `family:revision` or, for the newest active one, `family`. */
export function findRevision(world: World, name: string | undefined): TaskDefinitionRow | undefined {
  const id = name?.split('task-definition/').at(-1) ?? ''
  if (id.includes(':')) return revisions(world).get(id)
  return revisions(world)
    .list()
    .filter(({ family, status }) => family === id && status === 'ACTIVE')
    .toSorted((a, b) => b.revision - a.revision)[0]
}

export const taskDefinitionOperations = {
  registerTaskDefinition: ({ tags, ...input }, world) => {
    assertValid(input)
    for (const role of [input.executionRoleArn, input.taskRoleArn]) if (role) assertRoleUsable(world, role)
    const family = input.family ?? ''
    // Numbers are never given twice, not even after deregistration.
    let revision = 1
    while (revisions(world).get(`${family}:${revision}`)) revision++
    const id = `${family}:${revision}`
    const row = revisions(world).set(id, {
      ...input,
      taskDefinitionArn: world.arn('ecs', `task-definition/${id}`),
      family,
      revision,
      status: 'ACTIVE',
      containerDefinitions: (input.containerDefinitions ?? []).map(one => filledIn(one, input.networkMode)),
      volumes: input.volumes ?? [],
      compatibilities: input.networkMode === 'awsvpc' ? ['EC2', 'FARGATE'] : ['EC2'],
      registered: world.now(),
    })
    tagNew(world, row.taskDefinitionArn, tags)
    return { taskDefinition: shown(row), tags: tagListOf(world, row.taskDefinitionArn) }
  },

  describeTaskDefinition: ({ taskDefinition, include }, world) => {
    const row = revisionOf(world, taskDefinition)
    return {
      taskDefinition: shown(row),
      ...(include?.includes('TAGS') && { tags: tagListOf(world, row.taskDefinitionArn) }),
    }
  },

  listTaskDefinitionFamilies: ({ familyPrefix = '', status = 'ALL' }, world) => ({
    families: [
      ...new Set(
        revisions(world)
          .list()
          .filter(row => row.family.startsWith(familyPrefix) && (status === 'ALL' || row.status === status))
          .map(({ family }) => family),
      ),
    ].toSorted(),
  }),

  listTaskDefinitions: ({ familyPrefix, status = 'ACTIVE', sort = 'ASC' }, world) => {
    const found = revisions(world)
      .list()
      .filter(row => row.status === status && (familyPrefix === undefined || row.family === familyPrefix))
      .toSorted((a, b) => (a.family === b.family ? a.revision - b.revision : a.family < b.family ? -1 : 1))
      .map(({ taskDefinitionArn }) => taskDefinitionArn)
    return { taskDefinitionArns: sort === 'DESC' ? found.toReversed() : found }
  },

  deregisterTaskDefinition: ({ taskDefinition }, world) => {
    if (!taskDefinition?.split('/').at(-1)?.includes(':'))
      throw awsFault('ClientException', 'Revision is missing.')
    const row = revisionOf(world, taskDefinition)
    if (row.status === 'DELETE_IN_PROGRESS')
      throw awsFault('ClientException', 'The task definition is being deleted.')
    row.status = 'INACTIVE'
    tagged(world).remove(row.taskDefinitionArn)
    return { taskDefinition: shown(row) }
  },

  // What is deleted can still be described for as long as a task or a service uses it; here it stays so for good.
  deleteTaskDefinitions: ({ taskDefinitions = [] }, world) => {
    if (taskDefinitions.length > deletedAtMost)
      throw awsFault(
        'InvalidParameterException',
        `At most ${deletedAtMost} task definitions can be deleted in one call.`,
      )
    const answers = taskDefinitions.map(arn => ({ arn, row: findRevision(world, arn) }))
    const deleted = answers.flatMap(({ row }) => (row && row.status !== 'ACTIVE' ? [row] : []))
    for (const row of deleted) row.status = 'DELETE_IN_PROGRESS'
    return {
      taskDefinitions: deleted.map(shown),
      failures: answers
        .filter(({ row }) => !row || row.status === 'ACTIVE')
        .map(({ arn, row }) => ({
          arn,
          reason: row
            ? 'The specified task definition is still in ACTIVE status. Please deregister the target and try again.'
            : 'MISSING',
        })),
    }
  },
} satisfies Partial<SandboxService<'ecs'>>

function shown({ registered, ...row }: TaskDefinitionRow): TaskDefinition {
  return { ...row, registeredAt: new Date(registered) }
}

function revisionOf(world: World, name: string | undefined): TaskDefinitionRow {
  const row = findRevision(world, name)
  if (!row) throw awsFault('ClientException', 'Unable to describe task definition.')
  return row
}

type Registration = Omit<RegisterTaskDefinitionCommandInput, 'tags'>

function assertValid(input: Registration): void {
  const { containerDefinitions = [], volumes = [], requiresCompatibilities = [] } = input
  if (requiresCompatibilities.includes('FARGATE')) assertFargate(input)
  const known = volumes.map(({ name }) => name)
  const unknown = containerDefinitions
    .flatMap(({ mountPoints = [] }) => mountPoints)
    .find(({ sourceVolume }) => !known.includes(sourceVolume))
  if (unknown) refuse(`Unknown volume '${unknown.sourceVolume}'.`)
  for (const { efsVolumeConfiguration: efs } of volumes) {
    const { iam, accessPointId } = efs?.authorizationConfig ?? {}
    if (efs?.transitEncryption !== 'ENABLED' && (accessPointId || iam === 'ENABLED'))
      refuse('EFS IAM authorization and access points require transit encryption to be enabled.')
  }
}

function assertFargate(input: Registration): void {
  const { cpu, memory, networkMode, executionRoleArn, containerDefinitions = [] } = input
  if (containerDefinitions.some(({ stopTimeout = 0 }) => stopTimeout > 120))
    refuse('The stop timeout of a container on Fargate is 120 seconds at most.')
  if (networkMode !== 'awsvpc') refuse("Fargate only supports network mode 'awsvpc'.")
  if (!fargateTakes(Number(cpu), Number(memory)))
    refuse(`No Fargate configuration exists for given values: ${cpu} CPU, ${memory} memory.`)
  if (executionRoleArn) return
  const wants = (what: string) =>
    refuse(`Fargate requires task definition to have execution role ARN to support ${what}.`)
  for (const { image = '', logConfiguration, secrets = [] } of containerDefinitions) {
    if (image.includes('.dkr.ecr.')) wants('ECR images')
    if (logConfiguration?.logDriver === 'awslogs') wants('log driver awslogs')
    if (secrets.length > 0) wants('secrets')
  }
}

/** Fargate takes the same sizes for one task as for a task definition. */
export function assertSize(
  { requiresCompatibilities = [], cpu, memory }: TaskDefinitionRow,
  overrides: TaskOverride = {},
): void {
  const size = [Number(overrides.cpu ?? cpu), Number(overrides.memory ?? memory)] as const
  if (requiresCompatibilities.includes('FARGATE') && !fargateTakes(...size))
    refuse(`No Fargate configuration exists for given values: ${size[0]} CPU, ${size[1]} memory.`)
}

/** AWS's table of CPU units and, in MiB, least memory, most memory and step. */
const fargateSizes: Record<number, readonly [least: number, most: number, step: number]> = {
  512: [1024, 4096, 1024],
  1024: [2048, 8192, 1024],
  2048: [4096, 16_384, 1024],
  4096: [8192, 30_720, 1024],
  8192: [16_384, 61_440, 4096],
  16384: [32_768, 122_880, 8192],
}

function fargateTakes(cpu: number, memory: number): boolean {
  if (cpu === 256) return [512, 1024, 2048].includes(memory)
  const size = fargateSizes[cpu]
  if (!size) return false
  const [least, most, step] = size
  return memory >= least && memory <= most && memory % step === 0
}

/** The defaults that AWS shows for what was not given. */
function filledIn(container: ContainerDefinition, networkMode: string | undefined): ContainerDefinition {
  const { healthCheck } = container
  return {
    ...container,
    cpu: container.cpu ?? 0,
    essential: container.essential ?? true,
    environment: container.environment ?? [],
    mountPoints: container.mountPoints ?? [],
    volumesFrom: container.volumesFrom ?? [],
    portMappings: (container.portMappings ?? []).map(({ containerPort, hostPort, protocol = 'tcp' }) => ({
      containerPort,
      hostPort: hostPort ?? (networkMode === 'awsvpc' ? containerPort : 0),
      protocol,
    })),
    ...(healthCheck && { healthCheck: { interval: 30, timeout: 5, retries: 3, ...healthCheck } }),
  }
}

function refuse(message: string): never {
  throw awsFault('ClientException', message)
}
