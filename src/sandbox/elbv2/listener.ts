import { canonical } from '../../resources/json.ts'
import { isIssued } from '../acm.ts'
import type { SandboxService } from '../service.ts'
import { tagged } from '../tagged.ts'
import { awsFault } from '../fault.ts'
import type { World } from '../world.ts'
import { storedActions } from './action.ts'
import { elbFault, validationError } from './fault.ts'
import { dropCertificatesOf } from './listener-certificate.ts'
import type { ListenerRow } from './rows.ts'
import { notFound, rowOf, rows, visibleRows } from './rows.ts'
import { removeRules } from './rule.ts'
import { tagNew } from './tags.ts'

const defaultSslPolicy = 'ELBSecurityPolicy-2016-08'

type Settings = Pick<ListenerRow, 'port' | 'protocol' | 'certificateArn' | 'sslPolicy' | 'actions'>

/** Removes a listener and its rules. */
function remove(world: World, arn: string): void {
  removeRules(world, arn)
  dropCertificatesOf(world, arn)
  rows(world, 'listener').delete(arn)
  tagged(world).remove(arn)
}

/** The listeners of a load balancer go with it. */
export function removeListeners(world: World, loadBalancerArn: string): void {
  for (const row of rows(world, 'listener').list())
    if (row.loadBalancerArn === loadBalancerArn) remove(world, row.arn)
}

export const listenerOperations = {
  createListener: (input, world) => {
    const { arn: loadBalancerArn } = rowOf(world, 'loadBalancer', input.LoadBalancerArn)
    const settings = checked(world, {
      port: input.Port ?? 0,
      protocol: input.Protocol ?? 'HTTP',
      certificateArn: input.Certificates?.[0]?.CertificateArn,
      sslPolicy: input.SslPolicy,
      actions: storedActions(world, loadBalancerArn, input.DefaultActions),
    })
    const twin = onPort(world, loadBalancerArn, settings.port)
    if (twin) {
      if (canonical(settings) !== canonical(settingsOf(twin))) throw duplicate(settings.port)
      return { Listeners: [shown(twin)] }
    }
    const id = loadBalancerArn.replace(':loadbalancer/', ':listener/')
    const arn = `${id}/${world.id('', 16)}`
    tagNew(world, arn, input.Tags)
    const row = rows(world, 'listener').set(arn, {
      arn,
      loadBalancerArn,
      created: world.now(),
      ...settings,
    })
    return { Listeners: [shown(row)] }
  },

  describeListeners: ({ LoadBalancerArn, ListenerArns }, world) => {
    if (ListenerArns) return { Listeners: ListenerArns.map(arn => shown(rowOf(world, 'listener', arn))) }
    const { arn } = rowOf(world, 'loadBalancer', LoadBalancerArn)
    return {
      Listeners: visibleRows(world, 'listener')
        .filter(({ loadBalancerArn }) => loadBalancerArn === arn)
        .map(shown),
    }
  },

  describeListenerCertificates: ({ ListenerArn }, world) => {
    const { certificateArn } = rowOf(world, 'listener', ListenerArn)
    return {
      Certificates: certificateArn ? [{ CertificateArn: certificateArn, IsDefault: true }] : [],
    }
  },

  modifyListener: (input, world) => {
    const row = rowOf(world, 'listener', input.ListenerArn)
    const settings = checked(world, {
      port: input.Port ?? row.port,
      protocol: input.Protocol ?? row.protocol,
      certificateArn: input.Certificates?.[0]?.CertificateArn ?? row.certificateArn,
      sslPolicy: input.SslPolicy ?? row.sslPolicy,
      actions: input.DefaultActions
        ? storedActions(world, row.loadBalancerArn, input.DefaultActions)
        : row.actions,
    })
    const twin = onPort(world, row.loadBalancerArn, settings.port)
    if (twin && twin.arn !== row.arn) throw duplicate(settings.port)
    return { Listeners: [shown(Object.assign(row, settings))] }
  },

  deleteListener: ({ ListenerArn = '' }, world) => {
    if (!rows(world, 'listener').get(ListenerArn)) throw notFound('listener', ListenerArn)
    remove(world, ListenerArn)
    return {}
  },
} satisfies Partial<SandboxService<'elbv2'>>

/** What a listener without TLS drops, and what one with it needs. */
function checked(world: World, settings: Settings): Settings {
  if (settings.protocol === 'HTTP') return { ...settings, certificateArn: undefined, sslPolicy: undefined }
  if (!settings.certificateArn) throw validationError('A certificate must be specified for HTTPS listeners')
  const issued = isIssued(world, settings.certificateArn)
  if (issued === undefined)
    throw elbFault('CertificateNotFound', `Certificate '${settings.certificateArn}' not found`)
  if (!issued)
    throw awsFault(
      'UnsupportedCertificate',
      `The certificate '${settings.certificateArn}' must have a fully-qualified domain name, a supported signature, and a supported key size.`,
    )
  return { ...settings, sslPolicy: settings.sslPolicy ?? defaultSslPolicy }
}

function settingsOf({ port, protocol, certificateArn, sslPolicy, actions }: ListenerRow): Settings {
  return { port, protocol, certificateArn, sslPolicy, actions }
}

function onPort(world: World, arn: string, wanted: number): ListenerRow | undefined {
  return rows(world, 'listener')
    .list()
    .find(({ loadBalancerArn, port }) => loadBalancerArn === arn && port === wanted)
}

function duplicate(port: number): Error {
  return elbFault(
    'DuplicateListener',
    `A listener already exists on this port for this load balancer: ${port}`,
  )
}

function shown({ arn, loadBalancerArn, port, protocol, certificateArn, sslPolicy, actions }: ListenerRow) {
  return {
    ListenerArn: arn,
    LoadBalancerArn: loadBalancerArn,
    Port: port,
    Protocol: protocol,
    ...(certificateArn ? { Certificates: [{ CertificateArn: certificateArn }] } : {}),
    ...(sslPolicy ? { SslPolicy: sslPolicy } : {}),
    DefaultActions: actions,
  }
}
