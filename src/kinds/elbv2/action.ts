import type { Action, RedirectActionStatusCodeEnum } from '@aws-sdk/client-elastic-load-balancing-v2'

export interface ForwardAction {
  readonly targetGroupArn: string
  /** The other of the two groups between which releases move the traffic. */
  readonly alternateTargetGroupArn?: string | undefined
  /** Of the first group and of the alternate one, as a new rule begins. */
  readonly weights?: readonly number[] | undefined
}

export interface RedirectAction {
  /** Host, path and query stay as they came. */
  readonly redirect: {
    readonly protocol: string
    readonly port: string
    readonly statusCode: RedirectActionStatusCodeEnum
  }
}

export interface FixedResponseAction {
  readonly fixedResponse: {
    readonly statusCode: string
    readonly contentType: string
    readonly messageBody: string
  }
}

export type ListenerAction = ForwardAction | RedirectAction | FixedResponseAction

export function actionsOf(action: ListenerAction): Action[] {
  if ('targetGroupArn' in action) return [forwardOf(action)]
  if ('redirect' in action) {
    const { protocol, port, statusCode } = action.redirect
    return [{ Type: 'redirect', RedirectConfig: { Protocol: protocol, Port: port, StatusCode: statusCode } }]
  }
  const { statusCode, contentType, messageBody } = action.fixedResponse
  return [
    {
      Type: 'fixed-response',
      FixedResponseConfig: { StatusCode: statusCode, ContentType: contentType, MessageBody: messageBody },
    },
  ]
}

function forwardOf({ targetGroupArn, alternateTargetGroupArn, weights }: ForwardAction): Action {
  if (!alternateTargetGroupArn) return { Type: 'forward', TargetGroupArn: targetGroupArn }
  const [Weight = allTraffic[0], other = allTraffic[1]] = weights ?? allTraffic
  return {
    Type: 'forward',
    ForwardConfig: {
      TargetGroups: [
        { TargetGroupArn: targetGroupArn, Weight },
        { TargetGroupArn: alternateTargetGroupArn, Weight: other },
      ],
    },
  }
}

const allTraffic = [100, 0] as const

export function actionIn(
  actions: readonly Action[] | undefined,
  declared: string | undefined,
): ListenerAction {
  const { RedirectConfig, FixedResponseConfig } = actions?.[0] ?? {}
  if (RedirectConfig)
    return {
      redirect: {
        protocol: RedirectConfig.Protocol ?? '',
        port: RedirectConfig.Port ?? '',
        statusCode: RedirectConfig.StatusCode ?? 'HTTP_301',
      },
    }
  if (FixedResponseConfig)
    return {
      fixedResponse: {
        statusCode: FixedResponseConfig.StatusCode ?? '',
        contentType: FixedResponseConfig.ContentType ?? '',
        messageBody: FixedResponseConfig.MessageBody ?? '',
      },
    }
  const forward = forwardsIn(actions, declared)
  const { targetGroupArn, alternateTargetGroupArn, weights } = forward
  // Whatever a release has made of the weights: a group with traffic is where requests go.
  return weights?.[0] === 0 ? { targetGroupArn, alternateTargetGroupArn, weights } : { targetGroupArn }
}

/** The target group that requests are forwarded to: the declared one if it is among several, else that with the most. */
export function forwardIn(actions: readonly Action[] | undefined, declared: string | undefined): string {
  const { TargetGroupArn, ForwardConfig } = actions?.[0] ?? {}
  const groups = ForwardConfig?.TargetGroups ?? []
  if (groups.length > 1 && declared && groups.some(group => group.TargetGroupArn === declared))
    return declared
  const [heaviest] = groups.toSorted((a, b) => (b.Weight ?? 1) - (a.Weight ?? 1))
  return heaviest?.TargetGroupArn ?? TargetGroupArn ?? ''
}

/** As `forwardIn`, with the other group and the weights of both; an empty string where there is no other. */
export function forwardsIn(
  actions: readonly Action[] | undefined,
  declared: string | undefined,
): Required<Omit<ForwardAction, 'weights'>> & { readonly weights: readonly [number, number] | undefined } {
  const targetGroupArn = forwardIn(actions, declared)
  const groups = actions?.[0]?.ForwardConfig?.TargetGroups ?? []
  const first = groups.find(group => group.TargetGroupArn === targetGroupArn)
  const other = groups.find(group => group !== first)
  return {
    targetGroupArn,
    alternateTargetGroupArn: other?.TargetGroupArn ?? '',
    weights: other ? [first?.Weight ?? 1, other.Weight ?? 1] : undefined,
  }
}
