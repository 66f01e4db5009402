import type { AutoScalingGroup } from '@aws-sdk/client-auto-scaling'
import type { GroupProps } from './group.ts'

export interface MixedInstances {
  /** In the order of preference. */
  readonly instanceTypes: readonly string[]
  /** So many instances are never Spot. */
  readonly onDemandBase: number
  /** Of those above the base, 0 to 100. */
  readonly onDemandPercentage: number
}

type Launch = Pick<GroupProps, 'launchTemplateId' | 'launchTemplateVersion' | 'mixedInstances'>

/** As AWS takes it: the template by itself, or inside a policy. */
export function launchOf({ launchTemplateId, launchTemplateVersion, mixedInstances }: Launch) {
  const LaunchTemplate = { LaunchTemplateId: launchTemplateId, Version: launchTemplateVersion }
  if (!mixedInstances) return { LaunchTemplate }
  return {
    MixedInstancesPolicy: {
      LaunchTemplate: {
        LaunchTemplateSpecification: LaunchTemplate,
        Overrides: mixedInstances.instanceTypes.map(InstanceType => ({ InstanceType })),
      },
      InstancesDistribution: {
        OnDemandBaseCapacity: mixedInstances.onDemandBase,
        OnDemandPercentageAboveBaseCapacity: mixedInstances.onDemandPercentage,
        SpotAllocationStrategy: 'price-capacity-optimized',
      },
    },
  }
}

export function launchFrom({ LaunchTemplate, MixedInstancesPolicy }: AutoScalingGroup): Launch {
  const template = MixedInstancesPolicy?.LaunchTemplate?.LaunchTemplateSpecification ?? LaunchTemplate
  const distribution = MixedInstancesPolicy?.InstancesDistribution
  return {
    launchTemplateId: template?.LaunchTemplateId ?? '',
    launchTemplateVersion: template?.Version ?? '',
    mixedInstances: MixedInstancesPolicy
      ? {
          instanceTypes: (MixedInstancesPolicy.LaunchTemplate?.Overrides ?? []).map(
            ({ InstanceType = '' }) => InstanceType,
          ),
          onDemandBase: distribution?.OnDemandBaseCapacity ?? 0,
          onDemandPercentage: distribution?.OnDemandPercentageAboveBaseCapacity ?? 100,
        }
      : null,
  }
}
