import type { CapacityProvider } from '@aws-sdk/client-ecs'
import type { Aws } from '../../aws/aws.ts'
import { orAbsent } from '../../aws/errors.ts'
import { allPages } from '../../aws/pages.ts'
import type { Kind } from '../../resources/kind.ts'
import { fromTagList, retag, tagList } from './tags.ts'

export interface CapacityProviderProps {
  /** Unique in its region; AWS keeps names that begin with aws, ecs or fargate for itself. */
  readonly name: string
  readonly autoScalingGroupArn: string
  /** ECS sets the size of the group: so many percent of it are to be in use, 1 to 100. */
  readonly targetCapacity: number
  /** Instances with tasks on them are not taken away. Needs the group's own protection of new instances. */
  readonly managedTerminationProtection: boolean
  /** Tasks move to other instances before theirs is terminated. */
  readonly managedDraining: boolean
}

export interface CapacityProviderAttributes {
  readonly name: string
  readonly arn: string
}

export const capacityProvider: Kind<CapacityProviderProps, CapacityProviderAttributes> = {
  type: 'ecs/capacity-provider',
  label: 'ECS capacity provider',
  ownership: 'tags',
  replaceOn: ['name', 'autoScalingGroupArn'],
  replacement: 'create-first',
  uniqueKeys: [{ props: ['name'], label: 'name' }],
  findBy: ['name'],
  seconds: { create: 10, update: 10, delete: 30 },

  read: async (requests, { aws }) => {
    const names = requests.map(({ attributes, props }) => attributes?.name ?? props.name ?? '')
    const found = await describeProviders(names, aws)
    return found.map(one => {
      if (!one?.capacityProviderArn || one.status === 'INACTIVE') return undefined
      const group = one.autoScalingGroupProvider
      return {
        attributes: attributesOf(one),
        props: {
          name: one.name ?? '',
          autoScalingGroupArn: group?.autoScalingGroupArn ?? '',
          targetCapacity: group?.managedScaling?.targetCapacity ?? 100,
          managedTerminationProtection: group?.managedTerminationProtection === 'ENABLED',
          managedDraining: group?.managedDraining !== 'DISABLED',
        },
        tags: fromTagList(one.tags),
        pending: isChanging(one) ? one.updateStatus : undefined,
      }
    })
  },

  create: async ({ props, tags }, { aws }) => {
    const { capacityProvider: made } = await aws.ecs.createCapacityProvider({
      name: props.name,
      autoScalingGroupProvider: {
        autoScalingGroupArn: props.autoScalingGroupArn,
        ...settingsOf(props),
      },
      tags: tagList(tags),
    })
    return attributesOf(made!)
  },

  update: async ({ attributes, props }, { aws }) => {
    await aws.ecs.updateCapacityProvider({
      name: attributes.name,
      autoScalingGroupProvider: settingsOf(props),
    })
    return attributes
  },

  retag: ({ arn }, change, { aws }) => retag(arn, change, aws),

  delete: async ({ attributes: { name } }, { aws }) => {
    await orAbsent(aws.ecs.deleteCapacityProvider({ capacityProvider: name }))
  },

  ready: async (all, { aws }) => {
    const found = await describeProviders(
      all.map(({ name }) => name),
      aws,
    )
    return all.map((attributes, index) => {
      const one = found[index]
      if (one?.updateStatus?.endsWith('_FAILED'))
        return { state: 'failed', reason: one.updateStatusReason ?? one.updateStatus }
      return one?.status === 'ACTIVE' && !isChanging(one)
        ? { state: 'ready', attributes }
        : { state: 'waiting', status: one?.updateStatus ?? one?.status ?? 'PROVISIONING' }
    })
  },

  gone: async (all, { aws }) => {
    const found = await describeProviders(
      all.map(({ name }) => name),
      aws,
    )
    return found.map(one => {
      if (!one || one.status === 'INACTIVE') return { state: 'gone' }
      return one.updateStatus === 'DELETE_FAILED'
        ? { state: 'failed', reason: one.updateStatusReason ?? 'DELETE_FAILED' }
        : { state: 'waiting', status: one.updateStatus ?? 'DEPROVISIONING' }
    })
  },
}

function settingsOf(props: CapacityProviderProps) {
  const word = (on: boolean) => (on ? ('ENABLED' as const) : ('DISABLED' as const))
  return {
    managedScaling: { status: 'ENABLED' as const, targetCapacity: props.targetCapacity },
    managedTerminationProtection: word(props.managedTerminationProtection),
    managedDraining: word(props.managedDraining),
  }
}

function isChanging({ updateStatus, status }: CapacityProvider): boolean {
  return (updateStatus?.endsWith('_IN_PROGRESS') ?? false) || (status !== undefined && status !== 'ACTIVE')
}

function attributesOf({ name, capacityProviderArn }: CapacityProvider): CapacityProviderAttributes {
  return { name: name!, arn: capacityProviderArn! }
}

/** Aligned with `names`. */
async function describeProviders(
  names: readonly string[],
  { ecs }: Aws,
): Promise<(CapacityProvider | undefined)[]> {
  const rows = await allPages(marker =>
    ecs
      .describeCapacityProviders({
        capacityProviders: [...new Set(names)],
        include: ['TAGS'],
        nextToken: marker,
      })
      .then(({ capacityProviders, nextToken }) => ({ rows: capacityProviders, next: nextToken })),
  )
  const known = new Map(rows.map(row => [row.name, row]))
  return names.map(name => known.get(name))
}
