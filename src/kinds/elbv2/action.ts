import type { Action, RedirectActionStatusCodeEnum } from '@aws-sdk/client-elastic-load-balancing-v2'

export interface ForwardAction {
  readonly targetGroupArn: string
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
  if ('targetGroupArn' in action) return [{ Type: 'forward', TargetGroupArn: action.targetGroupArn }]
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
  return { targetGroupArn: forwardIn(actions, declared) }
}

/**
 * The target group that requests are forwarded to. A release divides them between two groups by weight; as long as
 * the declared group is one of the two, that division is the release's business and no change.
 */
export function forwardIn(actions: readonly Action[] | undefined, declared: string | undefined): string {
  const { TargetGroupArn, ForwardConfig } = actions?.[0] ?? {}
  const groups = ForwardConfig?.TargetGroups ?? []
  if (groups.length > 1 && declared && groups.some(group => group.TargetGroupArn === declared))
    return declared
  const [heaviest] = groups.toSorted((a, b) => (b.Weight ?? 1) - (a.Weight ?? 1))
  return heaviest?.TargetGroupArn ?? TargetGroupArn ?? ''
}
