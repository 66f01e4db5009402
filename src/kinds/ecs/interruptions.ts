import { canonical } from '../../resources/json.ts'
import type { Interrupting } from '../../resources/kind.ts'
import type { ServiceProps } from './service-props.ts'

/** Changes after which ECS replaces the tasks of a service. */
const replacesTasks = [
  'taskDefinitionArn',
  'capacityProviderStrategy',
  'subnetIds',
  'securityGroupIds',
  'assignPublicIp',
  'loadBalancers',
  'platformVersion',
] as const satisfies readonly (keyof ServiceProps)[]

/** True when it leaves all of its target groups, and nothing else about its tasks changes. */
export function givesUpTargets(before: ServiceProps, after: ServiceProps): boolean {
  return (
    before.loadBalancers.length > 0 &&
    after.loadBalancers.length === 0 &&
    before.taskDefinitionArn === after.taskDefinitionArn
  )
}

/** What a change does to those who use a service: nothing, as long as one task of it runs at any time. */
export function interruptionsOf(before: ServiceProps, after: ServiceProps): readonly Interrupting[] {
  if (before.idle) return []
  if (before.desiredCount > 0 && after.desiredCount === 0) return [{ reason: 'its desired count becomes 0' }]
  if (before.loadBalancers.length > 0 && after.loadBalancers.length === 0 && !givesUpTargets(before, after))
    return [
      {
        reason:
          'its tasks leave the load balancer with the same change that gives them another task definition',
        seconds: 60,
      },
    ]
  const { strategy = 'ROLLING', minimumHealthyPercent = 100, desiredCount } = after
  const replaced = replacesTasks.some(name => canonical(before[name]) !== canonical(after[name]))
  // ECS rounds the least number of tasks up to whole ones.
  const least = Math.ceil((desiredCount * minimumHealthyPercent) / 100)
  return replaced && strategy === 'ROLLING' && desiredCount > 0 && least === 0
    ? [{ reason: 'minimumHealthyPercent lets ECS stop its last task before a new one runs', seconds: 120 }]
    : []
}
