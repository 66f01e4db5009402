import type { AutoScalingGroupProvider, CapacityProvider } from '@aws-sdk/client-ecs'
import { groups } from '../autoscaling/rows.ts'
import { awsFault } from '../fault.ts'
import type { SandboxService } from '../service.ts'
import { addTags } from '../tags-by-arn.ts'
import { tagged } from '../tagged.ts'
import type { World } from '../world.ts'
import { tagListOf, tagNew } from './tags.ts'

interface CapacityProviderRow {
  readonly name: string
  readonly arn: string
  group: AutoScalingGroupProvider
  /** Until then it is still being changed. */
  updatedAt?: number
  deletedAt?: number
}

const providers = (world: World) => world.table<CapacityProviderRow>('ecs/capacity-provider')

const ofAws = ['FARGATE', 'FARGATE_SPOT']

/** The names among these that ECS knows no living provider of. */
export function unknownProviders(world: World, names: readonly string[]): string[] {
  purge(world)
  return names.filter(name => {
    const row = providers(world).get(name)
    return !isOfAws(name) && (!row || row.deletedAt !== undefined)
  })
}

export function isOfAws(name: string): boolean {
  return ofAws.includes(name)
}

export const capacityProviderOperations = {
  createCapacityProvider: ({ name = '', autoScalingGroupProvider, tags }, world) => {
    purge(world)
    if (/^(aws|ecs|fargate)/i.test(name))
      refuse(
        'The specified capacity provider name is invalid. The name cannot begin with aws, ecs, or fargate.',
      )
    if (providers(world).get(name))
      refuse('The specified capacity provider already exists. To change the configuration, update it.')
    const groupArn = autoScalingGroupProvider?.autoScalingGroupArn ?? ''
    const group = groups(world)
      .list()
      .find(({ arn, deletedAt }) => arn === groupArn && deletedAt === undefined)
    if (!group) refuse('The specified Auto Scaling group ARN could not be found.')
    if (
      providers(world)
        .list()
        .some(row => row.group.autoScalingGroupArn === groupArn)
    )
      refuse('The specified Auto Scaling group ARN is already being used by another capacity provider.')
    if (autoScalingGroupProvider?.managedTerminationProtection === 'ENABLED' && !group.protects)
      refuse(
        'The managed termination protection setting for the capacity provider is invalid. To enable managed termination protection for a capacity provider, the Auto Scaling group must have instance protection from scale in enabled.',
      )
    const row = providers(world).set(name, {
      name,
      arn: world.arn('ecs', `capacity-provider/${name}`),
      group: { ...autoScalingGroupProvider, autoScalingGroupArn: groupArn },
    })
    tagNew(world, row.arn, tags)
    // By this ECS knows the group as its own.
    addTags(world, groupArn, [{ Key: 'AmazonECSManaged', Value: '' }])
    return { capacityProvider: shown(row, world, true) }
  },

  describeCapacityProviders: ({ capacityProviders: names = [], include = [] }, world) => {
    purge(world)
    const rows = names.flatMap(name => providers(world).get(name.split('/').at(-1)!) ?? [])
    return { capacityProviders: rows.map(row => shown(row, world, include.includes('TAGS'))) }
  },

  updateCapacityProvider: ({ name, autoScalingGroupProvider }, world) => {
    const row = providerOf(world, name)
    row.group = { ...row.group, ...autoScalingGroupProvider }
    row.updatedAt = world.after('capacity-provider change')
    return { capacityProvider: shown(row, world, false) }
  },

  deleteCapacityProvider: ({ capacityProvider }, world) => {
    const row = providerOf(world, capacityProvider)
    const cluster = world
      .table<{ readonly name: string; readonly capacityProviders: string[] }>('ecs/cluster')
      .list()
      .find(({ capacityProviders }) => capacityProviders.includes(row.name))
    if (cluster)
      refuse(
        `The capacity provider cannot be deleted because it is associated with cluster: ${cluster.name}. Remove the capacity provider from the cluster and try again.`,
      )
    row.deletedAt ??= world.after('capacity-provider change')
    return { capacityProvider: shown(row, world, false) }
  },
} satisfies Partial<SandboxService<'ecs'>>

function providerOf(world: World, name: string | undefined): CapacityProviderRow {
  purge(world)
  const row = providers(world).get(name?.split('/').at(-1) ?? '')
  if (!row)
    refuse('The specified capacity provider does not exist. Specify a valid name or ARN and try again.')
  return row
}

function purge(world: World): void {
  for (const { name, arn, deletedAt } of providers(world).list())
    if (deletedAt !== undefined && world.now() >= deletedAt) {
      providers(world).delete(name)
      tagged(world).remove(arn)
    }
}

function refuse(message: string): never {
  throw awsFault('ClientException', message)
}

function shown(row: CapacityProviderRow, world: World, withTags: boolean): CapacityProvider {
  const updating = row.updatedAt !== undefined && world.now() < row.updatedAt
  return {
    capacityProviderArn: row.arn,
    name: row.name,
    status: row.deletedAt === undefined ? 'ACTIVE' : 'DEPROVISIONING',
    autoScalingGroupProvider: row.group,
    ...(row.deletedAt === undefined ? {} : { updateStatus: 'DELETE_IN_PROGRESS' as const }),
    ...(row.updatedAt === undefined || row.deletedAt !== undefined
      ? {}
      : { updateStatus: updating ? ('UPDATE_IN_PROGRESS' as const) : ('UPDATE_COMPLETE' as const) }),
    tags: withTags ? tagListOf(world, row.arn) : [],
  }
}
