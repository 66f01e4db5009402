import type { Kind } from '../../resources/kind.ts'
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
  type: 'elbv2/existing-listener',
  label: 'existing listener',
  ownership: 'existing',
  withdrawn: { protocol: { moot: 'it is never declared' } },
  replaceOn: [],
  replacement: 'create-first',
  findBy: ['loadBalancerArn', 'port'],
  seconds: { create: 0, delete: 0 },

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

  create: async ({ props: { loadBalancerArn, port } }) => {
    throw new Error(`${loadBalancerArn} has no listener on port ${port}`)
  },

  delete: async () => {},
}
