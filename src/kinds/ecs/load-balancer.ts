import type { LoadBalancer, Service } from '@aws-sdk/client-ecs'
import type { Aws } from '../../aws/aws.ts'
import { canonical, sorted } from '../../resources/json.ts'

/** Where a service's tasks are registered. */
export interface LoadBalancerTarget {
  readonly targetGroupArn: string
  readonly containerName: string
  readonly containerPort: number
  /** What ECS moves traffic with; not for rolling deployments. */
  readonly shift?: Shift | undefined
}

export interface Shift {
  readonly alternateTargetGroupArn: string
  /** A listener rule that forwards to both groups. */
  readonly productionListenerRule: string
  readonly testListenerRule?: string | undefined
  /** The role by which ECS changes the rules. */
  readonly roleArn: string
}

export function awsLoadBalancers(targets: readonly LoadBalancerTarget[]): LoadBalancer[] {
  return targets.map(({ shift, ...target }) => ({
    ...target,
    ...(shift && { advancedConfiguration: { ...shift } }),
  }))
}

export function loadBalancersIn({ loadBalancers = [] }: Service): LoadBalancerTarget[] {
  return sorted(
    loadBalancers.map(
      ({ targetGroupArn = '', containerName = '', containerPort = 0, advancedConfiguration: advanced }) => ({
        targetGroupArn,
        containerName,
        containerPort,
        ...(advanced?.alternateTargetGroupArn && {
          shift: {
            alternateTargetGroupArn: advanced.alternateTargetGroupArn,
            productionListenerRule: advanced.productionListenerRule ?? '',
            ...(advanced.testListenerRule && { testListenerRule: advanced.testListenerRule }),
            roleArn: advanced.roleArn ?? '',
          },
        }),
      }),
    ),
  )
}

/** True when both name the same groups and rules, whichever group comes first: the two take turns. */
export function samePair(a: readonly LoadBalancerTarget[], b: readonly LoadBalancerTarget[]): boolean {
  const unordered = (targets: readonly LoadBalancerTarget[]) =>
    targets.map(({ targetGroupArn, shift, ...target }) => ({
      ...target,
      ...shift,
      alternateTargetGroupArn: '',
      groups: sorted([targetGroupArn, shift?.alternateTargetGroupArn ?? '']),
    }))
  return canonical(sorted(unordered(a))) === canonical(sorted(unordered(b)))
}

/** The same targets, with the group that has the traffic first. */
export function liveFirst(
  targets: readonly LoadBalancerTarget[],
  live: string | undefined,
): readonly LoadBalancerTarget[] {
  return targets.map(target => {
    const { targetGroupArn, shift } = target
    return shift && live === shift.alternateTargetGroupArn
      ? { ...target, targetGroupArn: live, shift: { ...shift, alternateTargetGroupArn: targetGroupArn } }
      : target
  })
}

/** By service ARN: the target group that its present revision is registered with. */
export async function readLiveTargetGroups(
  services: readonly (Service | undefined)[],
  aws: Aws,
): Promise<Map<string, { readonly liveTargetGroupArn: string | undefined }>> {
  const arns = services.flatMap(one => one?.currentServiceRevisions?.[0]?.arn ?? [])
  if (arns.length === 0) return new Map()
  const { serviceRevisions = [] } = await aws.ecs.describeServiceRevisions({ serviceRevisionArns: arns })
  return new Map(
    serviceRevisions.map(({ serviceArn = '', resolvedConfiguration }) => [
      serviceArn,
      { liveTargetGroupArn: resolvedConfiguration?.loadBalancers?.[0]?.targetGroupArn },
    ]),
  )
}
