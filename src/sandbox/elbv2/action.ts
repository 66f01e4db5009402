import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { World } from '../world.ts'
import { validationError } from './fault.ts'
import { rowOf, rows } from './rows.ts'

/** The actions as AWS stores and shows them: defaults filled in, and a single forward in both of its spellings. */
export function storedActions(world: World, actions: Action[] | undefined): Action[] {
  const [action, ...others] = actions ?? []
  if (!action || others.length > 0) throw validationError('You must specify exactly one action')
  for (const arn of forwardsOf([action])) rowOf(world, 'targetGroup', arn)
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
