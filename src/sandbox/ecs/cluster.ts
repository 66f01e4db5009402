import type { CapacityProviderStrategyItem, Cluster, ClusterSetting } from '@aws-sdk/client-ecs'
import { containerInstancesIn } from '../autoscaling/rows.ts'
import { awsFault } from '../fault.ts'
import { logGroups } from '../logs/log-group.ts'
import type { SandboxService } from '../service.ts'
import { tagged } from '../tagged.ts'
import type { World } from '../world.ts'
import { servicesIn } from './deployment.ts'
import { isOfAws, unknownProviders } from './capacity-provider.ts'
import { tagListOf, tagNew } from './tags.ts'

interface ClusterRow {
  readonly name: string
  readonly arn: string
  readonly created: number
  status: 'ACTIVE' | 'INACTIVE'
  settings: ClusterSetting[]
  capacityProviders: string[]
  strategy: CapacityProviderStrategyItem[]
  /** Until then its capacity is being attached or taken off. */
  attachedAt?: number
}

export const clusters = (world: World) => world.table<ClusterRow>('ecs/cluster')

/** The active cluster of that name or ARN, or AWS's error. */
export function clusterOf(world: World, nameOrArn: string | undefined): ClusterRow {
  const row = clusters(world).get(nameOf(nameOrArn))
  if (row?.status !== 'ACTIVE') throw awsFault('ClusterNotFoundException', 'Cluster not found.')
  return row
}

export const clusterOperations = {
  createCluster: ({ clusterName = 'default', settings, capacityProviders, ...rest }, world) => {
    const existing = clusters(world).get(clusterName)
    if (existing?.status === 'ACTIVE') return { cluster: shown(existing, world, ['TAGS', 'SETTINGS']) }
    assertProviders(world, capacityProviders)
    const row = clusters(world).set(clusterName, {
      name: clusterName,
      arn: world.arn('ecs', `cluster/${clusterName}`),
      created: world.now(),
      status: 'ACTIVE',
      settings: settings ?? [{ name: 'containerInsights', value: 'disabled' }],
      capacityProviders: capacityProviders ?? [],
      strategy: rest.defaultCapacityProviderStrategy ?? [],
    })
    tagNew(world, row.arn, rest.tags)
    writeInsights(world, row)
    return { cluster: shown(row, world, ['TAGS', 'SETTINGS']) }
  },

  describeClusters: ({ clusters: wanted = ['default'], include = [] }, world) => {
    const rows = wanted.map(name => ({ name, row: clusters(world).get(nameOf(name)) }))
    const there = rows.flatMap(({ row }) => (row && world.visible(row.created) ? [row] : []))
    return {
      clusters: there.map(row => shown(row, world, include)),
      failures: rows
        .filter(({ row }) => !row || !there.includes(row))
        .map(({ name }) => ({
          arn: world.arn('ecs', `cluster/${nameOf(name)}`),
          reason: 'MISSING',
        })),
    }
  },

  listClusters: (_input, world) => ({
    clusterArns: clusters(world)
      .list()
      .filter(({ status, created }) => status === 'ACTIVE' && world.visible(created))
      .map(({ arn }) => arn),
  }),

  updateClusterSettings: ({ cluster, settings = [] }, world) => {
    const row = clusterOf(world, cluster)
    const changed = settings.map(({ name }) => name)
    row.settings = [...row.settings.filter(({ name }) => !changed.includes(name)), ...settings]
    writeInsights(world, row)
    return { cluster: shown(row, world, ['SETTINGS']) }
  },

  putClusterCapacityProviders: (input, world) => {
    const row = clusterOf(world, input.cluster)
    const names = input.capacityProviders ?? []
    assertProviders(world, names)
    const gone = row.capacityProviders.filter(name => !names.includes(name))
    const used = servicesIn(world, row.arn).some(({ capacityProviderStrategy = [] }) =>
      capacityProviderStrategy.some(({ capacityProvider = '' }) => gone.includes(capacityProvider)),
    )
    if (used)
      throw awsFault(
        'ResourceInUseException',
        'The specified capacity provider is in use and cannot be removed.',
      )
    // Groups of instances are attached; AWS's own capacity is simply there.
    const moved = [...names, ...row.capacityProviders].some(name => !isOfAws(name))
    row.attachedAt = moved ? world.after('cluster attachments') : world.now()
    row.capacityProviders = names
    row.strategy = input.defaultCapacityProviderStrategy ?? []
    return { cluster: shown(row, world, []) }
  },

  deleteCluster: ({ cluster }, world) => {
    const row = clusterOf(world, cluster)
    if (servicesIn(world, row.arn).length > 0)
      throw awsFault(
        'ClusterContainsServicesException',
        'The Cluster cannot be deleted while Services are active.',
      )
    if (tasksIn(world, row.arn))
      throw awsFault('ClusterContainsTasksException', 'The Cluster cannot be deleted while Tasks are active.')
    if (containerInstancesIn(world, row.name) > 0)
      throw awsFault(
        'ClusterContainsContainerInstancesException',
        'The Cluster cannot be deleted while Container Instances are active or draining.',
      )
    if (row.capacityProviders.some(name => !isOfAws(name)))
      throw awsFault(
        'ClusterContainsCapacityProviderException',
        'The Cluster cannot be deleted while capacity providers are associated with it.',
      )
    row.status = 'INACTIVE'
    tagged(world).remove(row.arn)
    return { cluster: shown(row, world, []) }
  },
} satisfies Partial<SandboxService<'ecs'>>

/** Container Insights makes the log group that it writes to, without tags, and nothing of AWS deletes it. */
function writeInsights(world: World, { name, settings }: ClusterRow): void {
  const insights = settings.find(setting => setting.name === 'containerInsights')?.value ?? 'disabled'
  if (insights === 'disabled') return
  const group = `/aws/ecs/containerinsights/${name}/performance`
  logGroups(world).set(group, {
    name: group,
    arn: world.arn('logs', `log-group:${group}`),
    created: world.now(),
    retentionInDays: 1,
  })
}

/** Whether a task runs in it that no service has started. */
function tasksIn(world: World, cluster: string): boolean {
  return world
    .table<{ readonly clusterArn: string; readonly stoppedAt: number }>('ecs/task')
    .list()
    .some(({ clusterArn, stoppedAt }) => clusterArn === cluster && stoppedAt > world.now())
}

function nameOf(nameOrArn: string | undefined): string {
  return nameOrArn?.split('/').at(-1) ?? 'default'
}

function assertProviders(world: World, names: string[] = []): void {
  const [unknown] = unknownProviders(world, names)
  if (unknown)
    throw awsFault(
      'InvalidParameterException',
      `The specified capacity provider '${unknown}' was not found. Specify a valid name or ARN and try again.`,
    )
}

function shown(row: ClusterRow, world: World, include: readonly string[]): Cluster {
  const services = servicesIn(world, row.arn)
  return {
    clusterArn: row.arn,
    clusterName: row.name,
    status: row.status,
    activeServicesCount: services.filter(({ drainedAt }) => drainedAt === undefined).length,
    registeredContainerInstancesCount: containerInstancesIn(world, row.name),
    capacityProviders: row.capacityProviders,
    ...(row.attachedAt === undefined
      ? {}
      : { attachmentsStatus: world.now() < row.attachedAt ? 'UPDATE_IN_PROGRESS' : 'UPDATE_COMPLETE' }),
    defaultCapacityProviderStrategy: row.strategy,
    // AWS leaves out what was not asked for.
    settings: include.includes('SETTINGS') ? row.settings : [],
    tags: include.includes('TAGS') ? tagListOf(world, row.arn) : [],
  }
}
