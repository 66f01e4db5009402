import type { Kind } from '../../resources/kind.ts'
import { existing } from '../existing.ts'
import { listenersOf } from './listener.ts'

export interface ExistingListenerProps {
  readonly loadBalancerArn: string
  readonly port: number
  /** As it is; never wished for. */
  readonly protocol?: string | undefined
}

export interface ExistingListenerAttributes {
  readonly arn: string
}

/** A listener that somebody else owns: rules are added to it, and nothing else about it is changed. */
export const existingListener: Kind<ExistingListenerProps, ExistingListenerAttributes> = {
  ...existing("aws elbv2 describe-listeners --load-balancer-arn … --query 'Listeners[].Port'"),
  type: 'elbv2/existing-listener',
  label: 'existing listener',
  withdrawn: { protocol: { moot: 'it is never declared' } },
  findBy: ['loadBalancerArn', 'port'],

  read: async (requests, { aws }) => {
    const parents = [...new Set(requests.flatMap(({ props }) => props.loadBalancerArn ?? []))]
    const rows = (await Promise.all(parents.map(arn => listenersOf(arn, aws)))).flat()
    return requests.map(({ props: { loadBalancerArn, port } }) => {
      const one = rows.find(row => row.LoadBalancerArn === loadBalancerArn && row.Port === port)
      return one?.ListenerArn
        ? {
            attributes: { arn: one.ListenerArn },
            props: {
              loadBalancerArn: one.LoadBalancerArn ?? '',
              port: one.Port ?? 0,
              protocol: one.Protocol,
            },
            tags: undefined,
          }
        : undefined
    })
  },
}
