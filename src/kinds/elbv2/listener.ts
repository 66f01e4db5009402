import type { Listener } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Aws } from '../../aws/aws.ts'
import { orAbsent } from '../../aws/errors.ts'
import { allPages } from '../../aws/pages.ts'
import { tagList } from '../../aws/tags.ts'
import type { Kind } from '../../resources/kind.ts'
import type { ListenerAction } from './action.ts'
import { actionIn, actionsOf } from './action.ts'
import { describeEach } from './describe.ts'
import { isUnknown } from '../../resources/reference.ts'
import { rulesOf } from './rule-priority.ts'
import { retag, tagsWanted } from './tags.ts'

export interface ListenerProps {
  readonly loadBalancerArn: string
  readonly port: number
  readonly protocol: 'HTTP' | 'HTTPS'
  /** An ACM certificate in state issued. HTTPS only. */
  readonly certificateArn?: string | undefined
  /** HTTPS only. */
  readonly sslPolicy?: string | undefined
  readonly defaultAction: ListenerAction
}

export interface ListenerAttributes {
  readonly arn: string
}

const additions: Kind<ListenerProps, ListenerAttributes>['additions'] = [
  {
    what: 'rules',
    rule: 'left alone',
    seen: 'by looking',
    look: async ({ arn }, { aws }) =>
      (await rulesOf(arn, aws))
        .filter(({ IsDefault }) => !IsDefault)
        .map(({ RuleArn, Priority }) => ({ line: `rule of priority ${Priority}`, is: { arn: RuleArn } })),
  },
  {
    what: 'certificates',
    rule: 'left alone',
    seen: 'by looking',
    look: async ({ arn: ListenerArn }, { aws }) => {
      const all = await allPages(Marker =>
        aws.elbv2
          .describeListenerCertificates({ ListenerArn, Marker, PageSize: 400 })
          .then(({ Certificates, NextMarker }) => ({ rows: Certificates, next: NextMarker })),
      )
      return all
        .filter(({ IsDefault }) => !IsDefault)
        .map(({ CertificateArn }) => ({ line: `certificate ${CertificateArn}` }))
    },
  },
]

export const listener: Kind<ListenerProps, ListenerAttributes> = {
  type: 'elbv2/listener',
  label: 'listener',
  ownership: 'tags',
  replaceOn: ['loadBalancerArn'],
  replacement: {
    deleteFirst:
      'A target group receives requests from one load balancer only, and a listener belongs to one.',
  },
  uniqueKeys: [{ props: ['port', 'loadBalancerArn'], label: 'port' }],
  directsTraffic: true,
  withdrawn: {
    certificateArn: { moot: 'only HTTPS has it, and HTTPS needs it: it goes with the protocol' },
    sslPolicy: ({ protocol }) =>
      protocol === 'HTTPS' ? { becomes: 'ELBSecurityPolicy-2016-08' } : { moot: 'only HTTPS has it' },
  },
  findBy: ['loadBalancerArn', 'port'],
  seconds: { create: 1, delete: 1 },
  additions,

  // The next target group without a share of the traffic: ECS asks for it before it registers tasks there.
  ahead: (before, after) => {
    const [from, to] = [before.defaultAction, after.defaultAction]
    if (!('targetGroupArn' in to) || isUnknown(to.targetGroupArn)) return before
    // Nobody was served so far.
    if (!('targetGroupArn' in from)) return { ...before, defaultAction: to }
    if (from.targetGroupArn === to.targetGroupArn) return before
    return {
      ...before,
      defaultAction: { ...from, alternateTargetGroupArn: to.targetGroupArn, weights: [100, 0] },
    }
  },

  // What its rules and other listeners take over is served by the default action until they do.
  wide: (before, after) =>
    'targetGroupArn' in before.defaultAction && !('targetGroupArn' in after.defaultAction)
      ? { ...after, defaultAction: { targetGroupArn: before.defaultAction.targetGroupArn } }
      : after,

  read: async (requests, { aws }) => {
    const recorded = requests.flatMap(({ attributes }) => (attributes ? [attributes.arn] : []))
    const parents = requests.flatMap(({ attributes, props }) =>
      attributes || !props.loadBalancerArn ? [] : [props.loadBalancerArn],
    )
    const [byArn, byParent] = await Promise.all([
      describeEach(recorded, ListenerArns =>
        aws.elbv2.describeListeners({ ListenerArns }).then(({ Listeners }) => Listeners),
      ),
      Promise.all([...new Set(parents)].map(arn => listenersOf(arn, aws))),
    ])
    const candidates = byParent.flat()
    const found = requests.map(({ attributes, props }) =>
      attributes
        ? byArn.find(({ ListenerArn }) => ListenerArn === attributes.arn)
        : candidates.find(
            ({ LoadBalancerArn, Port }) => LoadBalancerArn === props.loadBalancerArn && Port === props.port,
          ),
    )
    const arns = found.map(row => row?.ListenerArn)
    const tags = await tagsWanted(requests, arns, aws)
    return found.map((row, index) => {
      if (!row?.ListenerArn) return undefined
      const declared = requests[index]!.props.defaultAction
      return {
        attributes: { arn: row.ListenerArn },
        props: {
          loadBalancerArn: row.LoadBalancerArn ?? '',
          port: row.Port ?? 0,
          protocol: row.Protocol as ListenerProps['protocol'],
          certificateArn: row.Certificates?.[0]?.CertificateArn,
          sslPolicy: row.SslPolicy,
          defaultAction: actionIn(
            row.DefaultActions,
            declared && 'targetGroupArn' in declared ? declared.targetGroupArn : undefined,
          ),
        },
        tags: tags.get(row.ListenerArn),
      }
    })
  },

  create: async ({ props, tags }, { aws }) => {
    const { Listeners } = await aws.elbv2.createListener({
      LoadBalancerArn: props.loadBalancerArn,
      Port: props.port,
      Protocol: props.protocol,
      ...certificates(props),
      ...sslPolicy(props),
      DefaultActions: actionsOf(props.defaultAction),
      Tags: tagList(tags),
    })
    return { arn: Listeners![0]!.ListenerArn! }
  },

  update: async ({ attributes, props, changed }, { aws }) => {
    // AWS wants the certificate again in the same call that turns HTTP into HTTPS.
    const has = (name: keyof ListenerProps) => changed.includes(name)
    const secured = has('protocol') && props.protocol === 'HTTPS'
    await aws.elbv2.modifyListener({
      ListenerArn: attributes.arn,
      ...(has('port') ? { Port: props.port } : {}),
      ...(has('protocol') ? { Protocol: props.protocol } : {}),
      ...(has('certificateArn') || secured ? certificates(props) : {}),
      ...(has('sslPolicy') || secured ? sslPolicy(props) : {}),
      ...(has('defaultAction') ? { DefaultActions: actionsOf(props.defaultAction) } : {}),
    })
    return attributes
  },

  retag: ({ arn }, change, { aws }) => retag(arn, change, aws),

  delete: async ({ attributes: { arn } }, { aws }) => {
    await orAbsent(aws.elbv2.deleteListener({ ListenerArn: arn }))
  },
}

/** A load balancer that is gone has no listeners. */
export async function listenersOf(LoadBalancerArn: string, aws: Aws): Promise<Listener[]> {
  const listeners = await orAbsent(
    allPages(Marker =>
      aws.elbv2
        .describeListeners({ LoadBalancerArn, Marker, PageSize: 400 })
        .then(({ Listeners, NextMarker }) => ({ rows: Listeners, next: NextMarker })),
    ),
  )
  return listeners ?? []
}

function certificates({ certificateArn }: ListenerProps) {
  return certificateArn === undefined ? {} : { Certificates: [{ CertificateArn: certificateArn }] }
}

function sslPolicy({ sslPolicy: SslPolicy }: ListenerProps) {
  return SslPolicy === undefined ? {} : { SslPolicy }
}
