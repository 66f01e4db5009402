import { orAbsent } from '../../aws/errors.ts'
import { sorted } from '../../resources/json.ts'
import { texts } from '../../resources/additions.ts'
import type { Kind } from '../../resources/kind.ts'
import { asSet } from '../spelling.ts'
import { clusterFields, describeClusters } from './describe.ts'

export interface ClusterCapacityProps {
  readonly clusterName: string
  /** Names. */
  readonly capacityProviders: readonly string[]
}

export interface ClusterCapacityAttributes {
  readonly clusterName: string
}

/** Which capacity providers a cluster's services may use: their association with it. */
const capacityOfOthers = {
  what: 'capacity providers',
  rule: 'left alone',
  seen: 'in a prop',
  prop: 'capacityProviders',
  members: texts,
  line: (name: string) => `capacity provider ${name}`,
} as const

export const clusterCapacity: Kind<ClusterCapacityProps, ClusterCapacityAttributes> = {
  type: 'ecs/cluster-capacity',
  label: 'capacity of the cluster',
  ownership: 'parent',
  replaceOn: ['clusterName'],
  replacement: 'create-first',
  findBy: ['clusterName'],
  seconds: { create: 25, update: 25, delete: 25 },
  additions: [capacityOfOthers],

  normalise: props => ({ ...props, capacityProviders: asSet(props.capacityProviders) }),

  // ECS refuses to take away a provider that a service still uses.
  wide: (before, after) => ({
    ...after,
    capacityProviders: sorted([...new Set([...before.capacityProviders, ...after.capacityProviders])]),
  }),

  read: async (requests, { aws }) => {
    const names = requests.map(({ attributes, props }) => attributes?.clusterName ?? props.clusterName ?? '')
    // In the same words as its cluster is asked for, so that one call answers both.
    const found = await describeClusters(names, clusterFields, aws)
    return found.map((one, index) => {
      const capacityProviders = one?.capacityProviders ?? []
      if (one?.status === 'INACTIVE' || capacityProviders.length === 0) return undefined
      const clusterName = names[index]!
      return {
        attributes: { clusterName },
        props: { clusterName, capacityProviders: sorted(capacityProviders) },
        tags: undefined,
        pending: one?.attachmentsStatus === 'UPDATE_IN_PROGRESS' ? one.attachmentsStatus : undefined,
      }
    })
  },

  create: async ({ props: { clusterName, capacityProviders } }, { aws }) => {
    await put(clusterName, capacityProviders, aws)
    return { clusterName }
  },

  update: async ({ attributes, observed, props }, { aws }) => {
    const { clusterName } = attributes
    const [now] = await describeClusters([clusterName], [], aws)
    // AWS takes only the whole list.
    const others = (now?.capacityProviders ?? []).filter(name => !observed.capacityProviders.includes(name))
    await put(clusterName, [...new Set([...props.capacityProviders, ...others])], aws)
    return attributes
  },

  delete: async ({ attributes: { clusterName } }, { aws }) => {
    await orAbsent(put(clusterName, [], aws))
  },

  ready: async (all, { aws }) => {
    const found = await describeClusters(
      all.map(({ clusterName }) => clusterName),
      [],
      aws,
    )
    return all.map((attributes, index) => {
      const status = found[index]?.attachmentsStatus ?? 'UPDATE_COMPLETE'
      if (status === 'UPDATE_FAILED')
        return { state: 'failed', reason: 'ECS could not attach the capacity providers' }
      return status === 'UPDATE_IN_PROGRESS' ? { state: 'waiting', status } : { state: 'ready', attributes }
    })
  },

  gone: async (all, { aws }) => {
    const found = await describeClusters(
      all.map(({ clusterName }) => clusterName),
      [],
      aws,
    )
    return found.map(one =>
      one?.status === 'ACTIVE' && one.attachmentsStatus === 'UPDATE_IN_PROGRESS'
        ? { state: 'waiting', status: one.attachmentsStatus }
        : { state: 'gone' },
    )
  },
}

/** No default strategy: each service says where it runs. */
async function put(
  cluster: string,
  capacityProviders: readonly string[],
  { ecs }: Parameters<typeof describeClusters>[2],
): Promise<void> {
  await ecs.putClusterCapacityProviders({
    cluster,
    capacityProviders: [...capacityProviders],
    defaultCapacityProviderStrategy: [],
  })
}
