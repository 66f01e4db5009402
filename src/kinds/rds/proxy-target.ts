import { orAbsent } from '../../aws/errors.ts'
import type { Kind, KindContext } from '../../resources/kind.ts'

export interface ProxyTargetProps {
  readonly proxyName: string
  readonly instanceIdentifier: string
}

export type ProxyTargetAttributes = ProxyTargetProps

/** The database behind a proxy: it is the proxy's, and stays what it is without one. */
export const proxyTarget: Kind<ProxyTargetProps, ProxyTargetAttributes> = {
  type: 'rds/proxy-target',
  label: 'target of the proxy',
  ownership: 'parent',
  replaceOn: ['proxyName', 'instanceIdentifier'],
  replacement: 'create-first',
  findBy: ['proxyName', 'instanceIdentifier'],
  seconds: { create: 180, delete: 5 },

  read: (requests, context) =>
    Promise.all(
      requests.map(async ({ attributes, props }) => {
        const proxyName = attributes?.proxyName ?? props.proxyName!
        const instanceIdentifier = attributes?.instanceIdentifier ?? props.instanceIdentifier!
        const which = { proxyName, instanceIdentifier }
        const found = await describe(which, context)
        return found && { attributes: which, props: which, tags: undefined }
      }),
    ),

  create: async ({ props }, { aws }) => {
    await aws.rds.registerDBProxyTargets({
      DBProxyName: props.proxyName,
      DBInstanceIdentifiers: [props.instanceIdentifier],
    })
    return { proxyName: props.proxyName, instanceIdentifier: props.instanceIdentifier }
  },

  delete: async ({ attributes: { proxyName, instanceIdentifier } }, { aws }) => {
    await orAbsent(
      aws.rds.deregisterDBProxyTargets({
        DBProxyName: proxyName,
        DBInstanceIdentifiers: [instanceIdentifier],
      }),
    )
  },

  ready: (attributes, context) =>
    Promise.all(
      attributes.map(async which => {
        const { State: state, Reason: reason } = (await describe(which, context))?.TargetHealth ?? {}
        if (state === 'AVAILABLE') return { state: 'ready' as const, attributes: which }
        // Every other reason passes while the proxy warms up; a password that is refused stays refused.
        return reason === 'AUTH_FAILURE'
          ? { state: 'failed' as const, reason: 'the database refuses the password in the secret' }
          : { state: 'waiting' as const, status: (reason ?? state ?? 'registering').toLowerCase() }
      }),
    ),
}

async function describe({ proxyName, instanceIdentifier }: ProxyTargetProps, { aws }: KindContext) {
  const found = await orAbsent(aws.rds.describeDBProxyTargets({ DBProxyName: proxyName }))
  return found?.Targets?.find(({ RdsResourceId }) => RdsResourceId === instanceIdentifier)
}
