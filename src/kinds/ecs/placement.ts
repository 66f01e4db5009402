import type { CreateServiceCommandInput, Service } from '@aws-sdk/client-ecs'
import type { ServiceProps } from './service-props.ts'

/** Where a service's tasks run: so many of them (`base`) here first, then by weight. */
export interface CapacityShare {
  /** Name. */
  readonly capacityProvider: string
  readonly weight: number
  readonly base: number
}

/** How tasks spread over instances. AWS refuses it on Fargate, which always spreads them over zones. */
export interface PlacementStrategy {
  readonly type: 'spread' | 'binpack'
  readonly field: string
}

type Placement = Pick<ServiceProps, 'launchType' | 'capacityProviderStrategy' | 'placementStrategy'>

/** AWS takes a launch type or a strategy, not both. */
export function placementOf({
  launchType,
  capacityProviderStrategy,
  placementStrategy,
}: Placement): Pick<CreateServiceCommandInput, keyof Placement> {
  return {
    ...(capacityProviderStrategy
      ? { capacityProviderStrategy: capacityProviderStrategy.map(share => ({ ...share })) }
      : launchType
        ? { launchType }
        : {}),
    ...(placementStrategy && { placementStrategy: placementStrategy.map(one => ({ ...one })) }),
  }
}

export function placementFrom(one: Service): Placement {
  const shares = one.capacityProviderStrategy ?? []
  return {
    ...(shares.length > 0
      ? {
          capacityProviderStrategy: shares.map(({ capacityProvider = '', weight = 0, base = 0 }) => ({
            capacityProvider,
            weight,
            base,
          })),
        }
      : { launchType: one.launchType === 'FARGATE' ? ('FARGATE' as const) : ('EC2' as const) }),
    placementStrategy: (one.placementStrategy ?? []).map(({ type = 'spread', field = '' }) => ({
      type: type === 'binpack' ? 'binpack' : 'spread',
      field,
    })),
  }
}
