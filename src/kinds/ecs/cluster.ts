import { orAbsent } from '../../aws/errors.ts'
import type { Kind } from '../../resources/kind.ts'
import { isUnknown } from '../../resources/reference.ts'
import { sorted } from '../../resources/json.ts'
import { insightsOf, removeInsights } from './container-insights.ts'
import { clusterFields, describeClusters } from './describe.ts'
import { runningIn } from './running-in.ts'
import { fromTagList, retag, tagList } from './tags.ts'

type ContainerInsights = 'enabled' | 'disabled' | 'enhanced'

export interface ClusterProps {
  readonly clusterName: string
  /** Undeclared, the account's own setting holds. */
  readonly containerInsights?: ContainerInsights | undefined
  readonly capacityProviders?: readonly string[] | undefined
}

export interface ClusterAttributes {
  readonly clusterName: string
  readonly arn: string
}

export const cluster: Kind<ClusterProps, ClusterAttributes> = {
  type: 'ecs/cluster',
  label: 'ECS cluster',
  ownership: 'tags',
  replaceOn: ['clusterName'],
  replacement: 'create-first',
  uniqueKeys: [{ props: ['clusterName'], label: 'name' }],
  fromArn: arn => {
    const clusterName = arn.split(':cluster/')[1]
    return clusterName === undefined ? undefined : { clusterName, arn }
  },
  // AWS's default unless the account has set its own, which only a new cluster takes over.
  withdrawn: { containerInsights: { becomes: 'disabled' }, capacityProviders: { becomes: [] } },
  findBy: ['clusterName'],
  seconds: { create: 2, delete: 2 },

  normalise: props =>
    props.capacityProviders && !isUnknown(props.capacityProviders)
      ? { ...props, capacityProviders: sorted(props.capacityProviders) }
      : props,

  identify: clusterName => ({ props: { clusterName } }),

  read: async (requests, { aws }) => {
    const names = requests.map(({ attributes, props }) => attributes?.clusterName ?? props.clusterName ?? '')
    const found = await describeClusters(names, clusterFields, aws)
    return found.map(one => {
      if (!one?.clusterArn || one.status === 'INACTIVE') return undefined
      const insights = one.settings?.find(({ name }) => name === 'containerInsights')?.value
      return {
        attributes: { clusterName: one.clusterName ?? '', arn: one.clusterArn },
        props: {
          clusterName: one.clusterName ?? '',
          containerInsights: (insights ?? 'disabled') as ContainerInsights,
          capacityProviders: sorted(one.capacityProviders ?? []),
        },
        tags: fromTagList(one.tags),
        pending: one.status === 'ACTIVE' ? undefined : one.status,
      }
    })
  },

  // An existing name is no error: AWS answers with the existing cluster. The read before tells whose it is.
  create: async ({ props: { clusterName, containerInsights, capacityProviders }, tags }, { aws }) => {
    const { cluster: made } = await aws.ecs.createCluster({
      clusterName,
      tags: tagList(tags),
      ...(containerInsights && { settings: [{ name: 'containerInsights', value: containerInsights }] }),
      ...(capacityProviders?.length && { capacityProviders: [...capacityProviders] }),
    })
    return { clusterName, arn: made!.clusterArn! }
  },

  update: async ({ attributes, props, changed }, { aws }) => {
    const { clusterName } = attributes
    if (changed.includes('containerInsights'))
      await aws.ecs.updateClusterSettings({
        cluster: clusterName,
        settings: [{ name: 'containerInsights', value: props.containerInsights ?? 'disabled' }],
      })
    if (changed.includes('capacityProviders')) {
      const capacityProviders = [...(props.capacityProviders ?? [])]
      // The call replaces the default strategy too, so what still applies of it is handed back.
      const [now] = await describeClusters([clusterName], [], aws)
      await aws.ecs.putClusterCapacityProviders({
        cluster: clusterName,
        capacityProviders,
        defaultCapacityProviderStrategy: (now?.defaultCapacityProviderStrategy ?? []).filter(
          ({ capacityProvider = '' }) => capacityProviders.includes(capacityProvider),
        ),
      })
    }
    return attributes
  },

  retag: ({ arn }, change, { aws }) => retag(arn, change, aws),

  delete: async ({ attributes: { clusterName } }, { aws }) => {
    await orAbsent(aws.ecs.deleteCluster({ cluster: clusterName }))
  },

  blockers: (all, { aws }) => Promise.all(all.map(({ clusterName }) => runningIn(clusterName, aws))),

  ready: async (attributes, { aws }) => {
    const found = await describeClusters(
      attributes.map(({ clusterName }) => clusterName),
      [],
      aws,
    )
    return attributes.map((one, index) => {
      const status = found[index]?.status ?? 'MISSING'
      if (status === 'ACTIVE') return { state: 'ready', attributes: one }
      if (status === 'FAILED' || status === 'INACTIVE')
        return { state: 'failed', reason: `the cluster is ${status}` }
      return { state: 'waiting', status }
    })
  },

  companions: (all, { aws }) =>
    insightsOf(
      all.map(({ clusterName }) => clusterName),
      aws,
    ),

  gone: async (attributes, { aws }) => {
    const names = attributes.map(({ clusterName }) => clusterName)
    const found = await describeClusters(names, [], aws)
    return Promise.all(
      found.map(async (one, index) => {
        if (one && one.status !== 'INACTIVE')
          return { state: 'waiting' as const, status: one.status ?? 'DEPROVISIONING' }
        await removeInsights(names[index]!, aws)
        return { state: 'gone' as const }
      }),
    )
  },
}
