import type { ScalableTarget } from '@aws-sdk/client-application-auto-scaling'
import { batchesOf } from '../../aws/batches.ts'
import { orAbsent } from '../../aws/errors.ts'
import { allPages } from '../../aws/pages.ts'
import type { Kind } from '../../resources/kind.ts'
import { desiredCount } from './dimension.ts'

export interface TargetProps {
  /** `service/<cluster>/<service>`. */
  readonly resourceId: string
  /** Registering brings the running count between these two at once. */
  readonly minCapacity: number
  readonly maxCapacity: number
}

export interface TargetAttributes {
  readonly resourceId: string
  readonly arn: string
}

/** AWS takes this many ids in one call. */
const idsAtOnce = 50

export const target: Kind<TargetProps, TargetAttributes> = {
  type: 'application-autoscaling/target',
  label: 'scalable target',
  ownership: 'tags',
  replaceOn: ['resourceId'],
  replacement: 'create-first',
  uniqueKeys: [{ props: ['resourceId'], label: 'scaled service' }],
  findBy: ['resourceId'],
  seconds: { create: 1, delete: 1 },
  additions: [
    {
      what: 'scaling policies',
      rule: 'left alone',
      seen: 'by looking',
      look: async ({ resourceId }, { aws }) => {
        const all = await allPages(NextToken =>
          aws.applicationAutoScaling
            .describeScalingPolicies({ ...desiredCount, ResourceId: resourceId, NextToken })
            .then(page => ({ rows: page.ScalingPolicies, next: page.NextToken })),
        )
        return all.map(({ PolicyName }) => ({
          line: `scaling policy ${PolicyName}`,
          is: { resourceId, policyName: PolicyName },
        }))
      },
    },
    {
      what: 'scheduled actions',
      rule: 'left alone',
      seen: 'by looking',
      look: async ({ resourceId }, { aws }) => {
        const all = await allPages(NextToken =>
          aws.applicationAutoScaling
            .describeScheduledActions({ ...desiredCount, ResourceId: resourceId, NextToken })
            .then(page => ({ rows: page.ScheduledActions, next: page.NextToken })),
        )
        return all.map(({ ScheduledActionName }) => ({
          line: `scheduled action ${ScheduledActionName}`,
          is: { resourceId, scheduledActionName: ScheduledActionName },
        }))
      },
    },
  ],

  read: async (requests, { aws }) => {
    const wanted = requests.map(({ attributes, props }) => attributes?.resourceId ?? props.resourceId!)
    const batches = batchesOf(wanted, idsAtOnce)
    const pages = await Promise.all(
      batches.map(ResourceIds =>
        aws.applicationAutoScaling.describeScalableTargets({ ...desiredCount, ResourceIds }),
      ),
    )
    const found = new Map(
      pages.flatMap(({ ScalableTargets }) => ScalableTargets ?? []).map(one => [one.ResourceId, one]),
    )
    return Promise.all(
      requests.map(async ({ attributes, tagsToo }, index) => {
        const one = found.get(wanted[index])
        if (!one) return undefined
        const arn = one.ScalableTargetARN!
        const tagging =
          attributes && !tagsToo
            ? undefined
            : await orAbsent(aws.applicationAutoScaling.listTagsForResource({ ResourceARN: arn }))
        // Gone between the two reads.
        if (!attributes && !tagging) return undefined
        return {
          attributes: { resourceId: one.ResourceId!, arn },
          props: propsOf(one),
          tags: tagging && (tagging.Tags ?? {}),
        }
      }),
    )
  },

  create: async ({ props, tags }, { aws }) => {
    const { resourceId, minCapacity, maxCapacity } = props
    const { ScalableTargetARN } = await aws.applicationAutoScaling.registerScalableTarget({
      ...desiredCount,
      ResourceId: resourceId,
      MinCapacity: minCapacity,
      MaxCapacity: maxCapacity,
      Tags: { ...tags },
    })
    return { resourceId, arn: ScalableTargetARN! }
  },

  update: async ({ attributes, props, changed }, { aws }) => {
    await aws.applicationAutoScaling.registerScalableTarget({
      ...desiredCount,
      ResourceId: attributes.resourceId,
      ...(changed.includes('minCapacity') && { MinCapacity: props.minCapacity }),
      ...(changed.includes('maxCapacity') && { MaxCapacity: props.maxCapacity }),
    })
    return attributes
  },

  retag: async ({ arn }, { set, remove }, { aws }) => {
    const { applicationAutoScaling } = aws
    if (Object.keys(set).length > 0)
      await applicationAutoScaling.tagResource({ ResourceARN: arn, Tags: { ...set } })
    if (remove.length > 0)
      await applicationAutoScaling.untagResource({ ResourceARN: arn, TagKeys: [...remove] })
  },

  // Left alone it would outlive its service, and scale the next one of that name.
  delete: async ({ attributes: { resourceId } }, { aws }) => {
    await orAbsent(
      aws.applicationAutoScaling.deregisterScalableTarget({ ...desiredCount, ResourceId: resourceId }),
    )
  },
}

function propsOf({ ResourceId = '', MinCapacity = 0, MaxCapacity = 0 }: ScalableTarget): TargetProps {
  return { resourceId: ResourceId, minCapacity: MinCapacity, maxCapacity: MaxCapacity }
}
