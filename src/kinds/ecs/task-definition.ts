import type { Compatibility, NetworkMode, TaskDefinition, Volume as AwsVolume } from '@aws-sdk/client-ecs'
import type { Aws } from '../../aws/aws.ts'
import { orAbsent } from '../../aws/errors.ts'
import { allPages } from '../../aws/pages.ts'
import { isTaggedAs } from '../../aws/tags.ts'
import { canonical, sorted } from '../../resources/json.ts'
import type { Kind, ReadRequest, Tags } from '../../resources/kind.ts'
import { commonPrefix } from '../spelling.ts'
import type { Container } from './container.ts'
import { containerDefinition, fromContainerDefinition, normalContainer } from './container.ts'
import { fromTagList, retag, tagList } from './tags.ts'

export interface Volume {
  readonly name: string
  readonly efs: {
    readonly fileSystemId: string
    readonly accessPointId?: string | undefined
    readonly transitEncryption: boolean
    /** Mounts as the task role. AWS wants transit encryption with it. */
    readonly iam: boolean
  }
}

export interface TaskDefinitionProps {
  readonly family: string
  readonly networkMode: 'awsvpc' | 'bridge'
  readonly requiresCompatibilities: readonly string[]
  /** CPU units: 1024 are one vCPU. Fargate takes certain pairs of this and `memory` only. */
  readonly cpu: string
  /** MiB. */
  readonly memory: string
  readonly cpuArchitecture?: 'X86_64' | 'ARM64' | undefined
  /** Null: none. */
  readonly executionRoleArn?: string | null | undefined
  readonly taskRoleArn?: string | null | undefined
  readonly containers: readonly Container[]
  readonly volumes: readonly Volume[]
}

export interface TaskDefinitionAttributes {
  readonly arn: string
  readonly family: string
  readonly revision: number
}

export const taskDefinition: Kind<TaskDefinitionProps, TaskDefinitionAttributes> = {
  type: 'ecs/task-definition',
  label: 'ECS task definition',
  ownership: 'tags',
  // A revision never changes.
  replaceOn: [
    'family',
    'networkMode',
    'requiresCompatibilities',
    'cpu',
    'memory',
    'cpuArchitecture',
    'executionRoleArn',
    'taskRoleArn',
    'containers',
    'volumes',
  ],
  replacement: 'create-first',
  withdrawn: {
    cpuArchitecture: { becomes: 'X86_64' },
    executionRoleArn: { becomes: null },
    taskRoleArn: { becomes: null },
  },
  anonymous: {
    attributesOf: arn => (arn.includes(':task-definition/') ? { arn } : undefined),
    lasting: true,
  },
  fromArn: arn => (arn.includes(':task-definition/') ? { arn } : undefined),
  findBy: ['family'],
  seconds: { create: 1, delete: 1 },
  additions: [{ what: 'revisions of its family', rule: 'left alone', seen: 'by read' }],

  normalise: props => ({
    ...props,
    requiresCompatibilities: sorted(props.requiresCompatibilities),
    containers: props.containers.map(normalContainer),
    volumes: sorted(props.volumes),
  }),

  // The image is the release's until the config names another one. Where it is not recorded what the config named last,
  // what runs stays.
  yields: (wish, { props: { containers: running }, inUse }, last) => ({
    ...wish,
    containers: wish.containers.map(container => {
      const imageIn = (containers: readonly Container[] | undefined) =>
        containers?.find(({ name }) => name === container.name)?.image
      const image = imageIn(running)
      const isSaidAgain = last
        ? canonical(imageIn(last.containers)) === canonical(container.image)
        : inUse === true
      return image !== undefined && isSaidAgain ? { ...container, image } : container
    }),
  }),

  read: async (requests, { aws }) => {
    const families = await familiesOf(requests, aws)
    return Promise.all(
      requests.map(async ({ attributes, props, tags: wanted }) => {
        if (!attributes && families && !families.has(props.family!)) return undefined
        // A family stands for its newest active revision.
        const name = attributes?.arn ?? props.family
        const answer = await orAbsent(
          aws.ecs.describeTaskDefinition({ taskDefinition: name, include: ['TAGS'] }),
        )
        const revision = answer?.taskDefinition
        if (!revision?.taskDefinitionArn || revision.status !== 'ACTIVE') return undefined
        const tags = fromTagList(answer?.tags)
        // Revisions of others in the same family stand in nobody's way: ours is then yet to be registered.
        if (!attributes && !isTaggedAs(tags, wanted)) return undefined
        return { attributes: attributesOf(revision), props: propsOf(revision), tags }
      }),
    )
  },

  create: async ({ props, tags }, { aws, region }) => {
    const { taskDefinition: made } = await aws.ecs.registerTaskDefinition({
      family: props.family,
      networkMode: props.networkMode,
      requiresCompatibilities: [...props.requiresCompatibilities] as Compatibility[],
      cpu: props.cpu,
      memory: props.memory,
      ...(props.cpuArchitecture && {
        runtimePlatform: { cpuArchitecture: props.cpuArchitecture, operatingSystemFamily: 'LINUX' },
      }),
      ...(props.executionRoleArn && { executionRoleArn: props.executionRoleArn }),
      ...(props.taskRoleArn && { taskRoleArn: props.taskRoleArn }),
      containerDefinitions: props.containers.map(container => containerDefinition(container, region)),
      volumes: props.volumes.map(awsVolume),
      tags: tagList(tags),
    })
    return attributesOf(made!)
  },

  retag: ({ arn }, change, { aws }) => retag(arn, change, aws),

  // Tasks that run on a revision stay. With the last of ours goes what others have registered after ours: their tools go
  // on from what the service runs, and do not copy tags.
  delete: async ({ attributes: { arn, family }, forGood }, { aws }) => {
    const others = forGood ? await revisionsSince(family, forGood, aws) : []
    for (const taskDefinition of [...others.filter(other => other !== arn), arn])
      await orAbsent(aws.ecs.deregisterTaskDefinition({ taskDefinition }))
  },
}

/** The revisions of the family that can be run, from the first of ours on. */
async function revisionsSince(family: string, tags: Tags, aws: Aws): Promise<string[]> {
  // `familyPrefix` is the full name of one family here:
  // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTaskDefinitions.html
  const arns = await allPages(nextToken =>
    aws.ecs
      .listTaskDefinitions({
        familyPrefix: family,
        status: 'ACTIVE',
        sort: 'ASC',
        maxResults: 100,
        nextToken,
      })
      .then(({ taskDefinitionArns: rows, nextToken: next }) => ({ rows, next })),
  )
  for (const [index, taskDefinition] of arns.entries()) {
    const found = await orAbsent(aws.ecs.describeTaskDefinition({ taskDefinition, include: ['TAGS'] }))
    if (isTaggedAs(fromTagList(found?.tags), tags)) return arns.slice(index)
  }
  return []
}

/**
 * Which of several families without a record there are: before the first `up` none, and one list under the prefix
 * they share costs less than asking for each. Undefined where that does not help.
 */
async function familiesOf(
  requests: readonly ReadRequest<TaskDefinitionProps, TaskDefinitionAttributes>[],
  aws: Aws,
): Promise<ReadonlySet<string> | undefined> {
  const names = requests.flatMap(({ attributes, props }) => (attributes ? [] : [props.family!]))
  const familyPrefix = names.length > 1 ? names.reduce(commonPrefix) : ''
  if (!familyPrefix) return undefined
  const families = await allPages(nextToken =>
    aws.ecs
      .listTaskDefinitionFamilies({ familyPrefix, status: 'ACTIVE', maxResults: 100, nextToken })
      .then(({ families: rows, nextToken: next }) => ({ rows, next })),
  )
  return new Set(families)
}

function attributesOf({ taskDefinitionArn, family, revision }: TaskDefinition): TaskDefinitionAttributes {
  return { arn: taskDefinitionArn!, family: family!, revision: revision! }
}

function propsOf(revision: TaskDefinition): TaskDefinitionProps {
  const { executionRoleArn = null, taskRoleArn = null } = revision
  return {
    family: revision.family ?? '',
    networkMode: narrow(revision.networkMode),
    requiresCompatibilities: sorted(revision.requiresCompatibilities ?? []),
    cpu: revision.cpu ?? '',
    memory: revision.memory ?? '',
    cpuArchitecture: revision.runtimePlatform?.cpuArchitecture ?? 'X86_64',
    executionRoleArn,
    taskRoleArn,
    containers: (revision.containerDefinitions ?? []).map(fromContainerDefinition),
    volumes: sorted((revision.volumes ?? []).flatMap(fromAwsVolume)),
  }
}

function narrow(mode: NetworkMode | undefined): TaskDefinitionProps['networkMode'] {
  return mode === 'awsvpc' ? 'awsvpc' : 'bridge'
}

function awsVolume({ name, efs }: Volume): AwsVolume {
  const { fileSystemId, accessPointId, transitEncryption, iam } = efs
  return {
    name,
    efsVolumeConfiguration: {
      fileSystemId,
      transitEncryption: transitEncryption ? 'ENABLED' : 'DISABLED',
      authorizationConfig: { iam: iam ? 'ENABLED' : 'DISABLED', ...(accessPointId && { accessPointId }) },
    },
  }
}

function fromAwsVolume({ name = '', efsVolumeConfiguration: efs }: AwsVolume): Volume[] {
  if (!efs) return []
  const accessPointId = efs.authorizationConfig?.accessPointId
  return [
    {
      name,
      efs: {
        fileSystemId: efs.fileSystemId ?? '',
        transitEncryption: efs.transitEncryption === 'ENABLED',
        iam: efs.authorizationConfig?.iam === 'ENABLED',
        ...(accessPointId && { accessPointId }),
      },
    },
  ]
}
