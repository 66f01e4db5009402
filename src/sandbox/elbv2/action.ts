import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { World } from '../world.ts'
import { elbFault, validationError } from './fault.ts'
import { rowOf, rows } from './rows.ts'

/**
 * The actions of a listener or rule of that load balancer as AWS stores and shows them: defaults filled in, and a single
 * forward in both of its spellings.
 */
export function storedActions(
  world: World,
  loadBalancerArn: string,
  actions: Action[] | undefined,
): Action[] {
  const [action, ...others] = actions ?? []
  if (!action || others.length > 0) throw validationError('You must specify exactly one action')
  for (const arn of forwardsOf([action])) assertUsable(world, loadBalancerArn, arn)
  switch (action.Type) {
    case 'forward': {
      const groups = action.ForwardConfig?.TargetGroups ?? [{ TargetGroupArn: action.TargetGroupArn }]
      if (groups.some(({ Weight = 1 }) => Weight < 0 || Weight > 999))
        throw validationError('The weight of a target group must be between 0 and 999')
      const [first] = groups
      return [
        {
          Type: 'forward',
          ...(groups.length === 1 ? { TargetGroupArn: first?.TargetGroupArn } : {}),
          ForwardConfig: {
            TargetGroups: groups.map(({ TargetGroupArn, Weight = 1 }) => ({ TargetGroupArn, Weight })),
            TargetGroupStickinessConfig: { Enabled: false },
          },
        },
      ]
    }
    case 'redirect': {
      const kept = { Host: '#{host}', Path: '/#{path}', Query: '#{query}' }
      return [
        { Type: 'redirect', RedirectConfig: { ...kept, StatusCode: 'HTTP_301', ...action.RedirectConfig } },
      ]
    }
    case 'fixed-response':
      return [action]
    default:
      throw validationError(`'${action.Type}' is not a valid action type`)
  }
}

/** A target group belongs to one load balancer at a time, of its own VPC. */
function assertUsable(world: World, loadBalancerArn: string, targetGroupArn: string): void {
  const { vpcId } = rowOf(world, 'targetGroup', targetGroupArn)
  if (rowOf(world, 'loadBalancer', loadBalancerArn).vpcId !== vpcId)
    throw elbFault(
      'InvalidConfigurationRequest',
      `Target group '${targetGroupArn}' is in a different VPC than load balancer '${loadBalancerArn}'`,
    )
  if (loadBalancersOf(world, targetGroupArn).some(arn => arn !== loadBalancerArn))
    throw elbFault(
      'TargetGroupAssociationLimit',
      `The following target groups cannot be associated with more than one load balancer: ${targetGroupArn}`,
    )
}

/** The target groups that actions forward to. */
export function forwardsOf(actions: readonly Action[]): string[] {
  return actions
    .flatMap(({ TargetGroupArn, ForwardConfig }) => [
      TargetGroupArn,
      ...(ForwardConfig?.TargetGroups ?? []).map(group => group.TargetGroupArn),
    ])
    .filter(arn => arn !== undefined)
}

/** The load balancers whose listeners and rules forward to a target group. */
export function loadBalancersOf(world: World, targetGroupArn: string): string[] {
  const forwarding = rows(world, 'listener')
    .list()
    .filter(
      listener =>
        forwardsOf(listener.actions).includes(targetGroupArn) ||
        rows(world, 'rule')
          .list()
          .some(
            rule => rule.listenerArn === listener.arn && forwardsOf(rule.actions).includes(targetGroupArn),
          ),
    )
  return [...new Set(forwarding.map(({ loadBalancerArn }) => loadBalancerArn))]
}
