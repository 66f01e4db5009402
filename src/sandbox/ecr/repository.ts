import type { EncryptionType, ImageTagMutability } from '@aws-sdk/client-ecr'
import { awsFault } from '../fault.ts'
import type { SandboxService } from '../service.ts'
import { tagged } from '../tagged.ts'
import { addTags, removeTags, tagsByArn } from '../tags-by-arn.ts'
import type { World } from '../world.ts'
import { assertPolicy, expireDue } from './lifecycle.ts'
import { removeRows, rowsIn } from './rows.ts'

export interface RepositoryRow {
  readonly name: string
  readonly arn: string
  readonly created: number
  readonly encryption: EncryptionType
  scanOnPush: boolean
  imageTagMutability: ImageTagMutability
  lifecyclePolicy: string | undefined
  /** When the lifecycle policy was last applied, or set. Milliseconds since the epoch. */
  evaluated?: number
  /** Who may pull and push besides the account. No kind sets it: it comes from others. */
  policy?: string
}

export const repositories = (world: World) => world.table<RepositoryRow>('ecr/repository')

export function repositoryNames(world: World): string[] {
  return repositories(world)
    .list()
    .map(({ name }) => name)
}

const namesAtMost = 100

/** The row, or AWS's error for a name that does not exist. */
export function repositoryOf(world: World, name: string | undefined): RepositoryRow {
  const row = repositories(world).get(name ?? '')
  if (!row || !world.visible(row.created)) throw notFound(world, name)
  expireDue(world, row)
  return row
}

export const repositoryOperations = {
  createRepository: (
    {
      repositoryName = '',
      tags = [],
      imageTagMutability = 'MUTABLE',
      imageScanningConfiguration,
      encryptionConfiguration,
    },
    world,
  ) => {
    if (!/^[a-z0-9]+([._/-]+[a-z0-9]+)*$/.test(repositoryName) || repositoryName.length < 2)
      throw awsFault(
        'InvalidParameterException',
        `Invalid parameter at 'repositoryName' failed to satisfy constraint: '${repositoryName}'`,
      )
    if (repositories(world).get(repositoryName))
      throw awsFault(
        'RepositoryAlreadyExistsException',
        `The repository with name '${repositoryName}' already exists in the registry with id '${world.account}'`,
      )
    const row = repositories(world).set(repositoryName, {
      name: repositoryName,
      arn: world.arn('ecr', `repository/${repositoryName}`),
      created: world.now(),
      encryption: encryptionConfiguration?.encryptionType ?? 'AES256',
      scanOnPush: imageScanningConfiguration?.scanOnPush ?? false,
      imageTagMutability,
      lifecyclePolicy: undefined,
    })
    addTags(world, row.arn, tags)
    return { repository: shown(row, world) }
  },

  describeRepositories: ({ repositoryNames }, world) => {
    if ((repositoryNames?.length ?? 0) > namesAtMost)
      throw awsFault(
        'InvalidParameterException',
        `Member must have length less than or equal to ${namesAtMost}`,
      )
    const rows = repositoryNames?.map(name => repositoryOf(world, name)) ?? repositories(world).list()
    return { repositories: rows.map(row => shown(row, world)) }
  },

  putImageScanningConfiguration: ({ repositoryName, imageScanningConfiguration }, world) => {
    repositoryOf(world, repositoryName).scanOnPush = imageScanningConfiguration?.scanOnPush ?? false
    return {}
  },

  putImageTagMutability: ({ repositoryName, imageTagMutability }, world) => {
    repositoryOf(world, repositoryName).imageTagMutability = imageTagMutability ?? 'MUTABLE'
    return {}
  },

  putLifecyclePolicy: ({ repositoryName, lifecyclePolicyText }, world) => {
    const row = repositoryOf(world, repositoryName)
    assertPolicy(lifecyclePolicyText)
    row.lifecyclePolicy = lifecyclePolicyText
    row.evaluated = world.now()
    return {}
  },

  getLifecyclePolicy: ({ repositoryName }, world) => {
    const { name, lifecyclePolicy } = repositoryOf(world, repositoryName)
    if (lifecyclePolicy === undefined) throw noPolicy(world, name)
    return { repositoryName: name, lifecyclePolicyText: lifecyclePolicy }
  },

  deleteLifecyclePolicy: ({ repositoryName }, world) => {
    const row = repositoryOf(world, repositoryName)
    if (row.lifecyclePolicy === undefined) throw noPolicy(world, row.name)
    row.lifecyclePolicy = undefined
    return { repositoryName: row.name }
  },

  getRepositoryPolicy: ({ repositoryName }, world) => {
    const { name, policy } = repositoryOf(world, repositoryName)
    if (policy === undefined)
      throw awsFault(
        'RepositoryPolicyNotFoundException',
        `Repository policy does not exist for the repository with name '${name}' in the registry with id '${world.account}'`,
      )
    return { repositoryName: name, policyText: policy }
  },

  deleteRepository: ({ repositoryName, force = false }, world) => {
    const { name, arn } = repositoryOf(world, repositoryName)
    const inside = rowsIn(world, name)
    if (inside.length > 0 && !force)
      throw awsFault(
        'RepositoryNotEmptyException',
        `The repository with name '${name}' in registry with id '${world.account}' cannot be deleted because it still contains images`,
      )
    removeRows(world, inside)
    repositories(world).delete(name)
    tagged(world).remove(arn)
    return {}
  },

  listTagsForResource: ({ resourceArn }, world) => ({
    tags: tagsByArn(world, rowWith(world, resourceArn).arn),
  }),

  tagResource: ({ resourceArn, tags }, world) => {
    addTags(world, rowWith(world, resourceArn).arn, tags)
    return {}
  },

  untagResource: ({ resourceArn, tagKeys }, world) => {
    removeTags(world, rowWith(world, resourceArn).arn, tagKeys)
    return {}
  },
} satisfies Partial<SandboxService<'ecr'>>

function rowWith(world: World, arn: string | undefined): RepositoryRow {
  const row = repositories(world)
    .list()
    .find(candidate => candidate.arn === arn)
  if (!row) throw notFound(world, arn)
  return row
}

function noPolicy(world: World, name: string): Error {
  return awsFault(
    'LifecyclePolicyNotFoundException',
    `Lifecycle policy does not exist for the repository with name '${name}' in the registry with id '${world.account}'`,
  )
}

function notFound(world: World, name: string | undefined): Error {
  return awsFault(
    'RepositoryNotFoundException',
    `The repository with name '${name}' does not exist in the registry with id '${world.account}'`,
  )
}

function shown(row: RepositoryRow, world: World) {
  return {
    registryId: world.account,
    repositoryName: row.name,
    repositoryArn: row.arn,
    repositoryUri: `${world.account}.dkr.ecr.${world.region}.amazonaws.com/${row.name}`,
    createdAt: new Date(row.created),
    imageTagMutability: row.imageTagMutability,
    imageScanningConfiguration: { scanOnPush: row.scanOnPush },
    encryptionConfiguration: { encryptionType: row.encryption },
  }
}
