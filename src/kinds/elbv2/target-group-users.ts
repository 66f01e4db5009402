import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Aws } from '../../aws/aws.ts'
import { orAbsent } from '../../aws/errors.ts'
import { allPages } from '../../aws/pages.ts'
import type { Blocker } from '../../resources/blocker.ts'
import { describeEach } from './describe.ts'

interface User {
  readonly arn: string
  readonly what: string
  readonly actions: readonly Action[]
  readonly containers: readonly string[]
  readonly hint: string
}

/** AWS keeps a target group while a listener or a rule forwards to it, also one with no weight. */
export async function targetGroupUsers(arns: readonly string[], aws: Aws): Promise<Blocker[][]> {
  const groups = await describeEach([...arns], TargetGroupArns =>
    aws.elbv2.describeTargetGroups({ TargetGroupArns }).then(({ TargetGroups }) => TargetGroups),
  )
  const loadBalancers = [...new Set(groups.flatMap(({ LoadBalancerArns = [] }) => LoadBalancerArns))]
  const users = (await Promise.all(loadBalancers.map(arn => usersIn(arn, aws)))).flat()
  return arns.map(arn =>
    users
      .filter(({ actions }) => actions.some(action => forwardsTo(action, arn)))
      .map(({ arn: id, what, containers, hint }) => ({ id, what, containers, hint })),
  )
}

async function usersIn(LoadBalancerArn: string, { elbv2 }: Aws): Promise<User[]> {
  const name = LoadBalancerArn.split('/').at(-2)
  const listeners = await orAbsent(
    allPages(Marker =>
      elbv2
        .describeListeners({ LoadBalancerArn, Marker })
        .then(page => ({ rows: page.Listeners, next: page.NextMarker })),
    ),
  )
  const users = await Promise.all(
    (listeners ?? []).map(async ({ ListenerArn: listener = '', Port, DefaultActions = [] }) => {
      const rules = await orAbsent(
        allPages(Marker =>
          elbv2
            .describeRules({ ListenerArn: listener, Marker })
            .then(page => ({ rows: page.Rules, next: page.NextMarker })),
        ),
      )
      const where = `the listener on port ${Port} of load balancer ${name}`
      return [
        {
          arn: listener,
          what: `the default action of ${where}`,
          actions: DefaultActions,
          containers: [LoadBalancerArn],
          hint: `give the listener another default action: aws elbv2 modify-listener --listener-arn ${listener}`,
        },
        ...(rules ?? [])
          .filter(({ IsDefault }) => !IsDefault)
          .map(({ RuleArn: arn = '', Priority, Actions: actions = [] }) => ({
            arn,
            what: `the rule with priority ${Priority} (${arn}) at ${where}`,
            actions,
            containers: [LoadBalancerArn, listener],
            hint: `delete the rule: aws elbv2 delete-rule --rule-arn ${arn}`,
          })),
      ]
    }),
  )
  return users.flat()
}

function forwardsTo({ TargetGroupArn, ForwardConfig }: Action, arn: string): boolean {
  return TargetGroupArn === arn || (ForwardConfig?.TargetGroups ?? []).some(one => one.TargetGroupArn === arn)
}
