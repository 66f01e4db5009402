import type { Call, ServiceAccess } from './service-access.ts'
import { inputs, itself, text, texts } from './service-access.ts'

const elb = (resource: (call: Call) => string) => (call: Call) => [
  call.world.arn('elasticloadbalancing', resource(call)),
]
/** `app/<name>/<id>` of the load balancer in an ARN. */
const balancerIn = (arn: string) => /(app\/[^/]+\/[^/]+)/.exec(arn)?.[1] ?? 'app/unknown/unknown'

export const elbv2: ServiceAccess = {
  members: {
    LoadBalancerArn: itself,
    ListenerArn: itself,
    RuleArn: itself,
    TargetGroupArn: itself,
    ResourceArns: itself,
  },
  at: {
    SetRulePriorities: ({ input }) => inputs(input, 'RulePriorities').flatMap(one => texts(one, 'RuleArn')),
  },
  created: {
    CreateLoadBalancer: elb(({ input }) => `loadbalancer/app/${text(input, 'Name')}/new`),
    CreateTargetGroup: elb(({ input }) => `targetgroup/${text(input, 'Name')}/new`),
  },
  tagging: 'elasticloadbalancing:AddTags',
  // Authorised at what they are added to; the tags go to what is added.
  besides: {
    CreateListener: call => added(call, `listener/${balancerIn(text(call.input, 'LoadBalancerArn'))}/new`),
    CreateRule: call => added(call, `listener-rule/${balancerIn(text(call.input, 'ListenerArn'))}/of/new`),
  },
}

function added({ operation, input, world }: Call, resource: string) {
  const tags = inputs(input, 'Tags')
  if (tags.length === 0) return []
  return [
    {
      action: 'elasticloadbalancing:AddTags',
      resource: world.arn('elasticloadbalancing', resource),
      values: {
        'elasticloadbalancing:CreateAction': operation,
        ...Object.fromEntries(tags.map(tag => [`aws:RequestTag/${text(tag, 'Key')}`, text(tag, 'Value')])),
      },
    },
  ]
}

const zone = (id: string) => `arn:aws:route53:::hostedzone/${id.split('/').at(-1)}`

export const route53: ServiceAccess = {
  members: { HostedZoneId: zone, ResourceId: zone },
  at: {
    DeleteHostedZone: ({ input }) => texts(input, 'Id').map(zone),
    GetHostedZone: ({ input }) => texts(input, 'Id').map(zone),
  },
}

export const acm: ServiceAccess = {
  members: { CertificateArn: itself },
  at: { RequestCertificate: () => ['*'] },
  created: { RequestCertificate: ({ world }) => [world.arn('acm', 'certificate/new')] },
  tagging: 'acm:AddTagsToCertificate',
}

const control = (id: string, { world }: Call) =>
  world.arn('cloudfront', `origin-access-control/${id}`, { region: '' })
const distribution = (id: string, { world }: Call) =>
  world.arn('cloudfront', `distribution/${id}`, { region: '' })

export const cloudfront: ServiceAccess = {
  members: { Id: distribution, Resource: itself },
  at: {
    CreateOriginAccessControl: () => ['*'],
    GetOriginAccessControl: call => texts(call.input, 'Id').map(id => control(id, call)),
    DeleteOriginAccessControl: call => texts(call.input, 'Id').map(id => control(id, call)),
    CreateDistributionWithTags: () => ['*'],
  },
  created: { CreateDistributionWithTags: call => [distribution('new', call)] },
  tagging: 'cloudfront:TagResource',
}

/** Its name and its id are both in the ARN. */
const webAcl = ({ input, world }: Call) => [
  world.arn('wafv2', `regional/webacl/${text(input, 'Name')}/${text(input, 'Id') || 'new'}`),
]

export const wafv2: ServiceAccess = {
  members: { WebACLArn: itself, ResourceArn: itself, ResourceARN: itself },
  at: { GetWebACL: webAcl, UpdateWebACL: webAcl, DeleteWebACL: webAcl },
  created: { CreateWebACL: webAcl },
  tagging: 'wafv2:TagResource',
  besides: {
    AssociateWebACL: () => [{ action: 'elasticloadbalancing:SetWebAcl', resource: '*', values: {} }],
    DisassociateWebACL: () => [{ action: 'elasticloadbalancing:SetWebAcl', resource: '*', values: {} }],
  },
}
