import type { KindActions } from './kind-actions.ts'
import { here, nothing } from './kind-actions.ts'

const elb = (resource: string) => here('elasticloadbalancing', resource)
const tagElb = ['elasticloadbalancing:AddTags', 'elasticloadbalancing:RemoveTags']
const loadBalancers = elb('loadbalancer/app/*/*')

/** Load balancing, names, certificates and what stands in front, by kind. */
export const edgeActions = {
  'acm/certificate': {
    // CloudFront takes certificates from one region alone, whatever the stack's.
    arns: ['acm:*:{account}:certificate/*'],
    ours: 'tag',
    read: ['acm:ListCertificates', 'acm:DescribeCertificate', 'acm:ListTagsForCertificate'],
    blockers: ['elasticloadbalancing:DescribeListeners', 'elasticloadbalancing:DescribeListenerCertificates'],
    create: ['acm:RequestCertificate'],
    createOn: ['*'],
    update: [],
    delete: ['acm:DeleteCertificate'],
    tag: ['acm:AddTagsToCertificate', 'acm:RemoveTagsFromCertificate'],
  },
  'acm/existing-certificate': { ...nothing, read: ['acm:DescribeCertificate'] },
  'acm/validation': { ...nothing, read: ['acm:DescribeCertificate'] },
  'cloudfront/distribution': {
    arns: ['cloudfront::{account}:distribution/*'],
    ours: 'tag',
    read: ['cloudfront:ListDistributions', 'cloudfront:GetDistribution', 'cloudfront:ListTagsForResource'],
    create: ['cloudfront:CreateDistribution'],
    update: ['cloudfront:UpdateDistribution'],
    // CloudFront deletes only what has been switched off.
    delete: ['cloudfront:UpdateDistribution', 'cloudfront:DeleteDistribution'],
    tag: ['cloudfront:TagResource', 'cloudfront:UntagResource'],
  },
  'cloudfront/origin-access-control': {
    arns: ['cloudfront::{account}:origin-access-control/*'],
    ours: 'name',
    read: ['cloudfront:ListOriginAccessControls', 'cloudfront:GetOriginAccessControl'],
    create: ['cloudfront:CreateOriginAccessControl'],
    createOn: ['*'],
    update: [],
    delete: ['cloudfront:DeleteOriginAccessControl'],
    tag: [],
  },
  'elbv2/existing-listener': { ...nothing, read: ['elasticloadbalancing:DescribeListeners'] },
  'elbv2/existing-load-balancer': { ...nothing, read: ['elasticloadbalancing:DescribeLoadBalancers'] },
  'elbv2/listener': {
    arns: [elb('listener/app/*/*/*')],
    ours: 'tag',
    read: [
      'elasticloadbalancing:DescribeListeners',
      'elasticloadbalancing:DescribeTags',
      'elasticloadbalancing:DescribeListenerCertificates',
      'elasticloadbalancing:DescribeRules',
    ],
    create: ['elasticloadbalancing:CreateListener'],
    createOn: [loadBalancers],
    update: ['elasticloadbalancing:ModifyListener'],
    delete: ['elasticloadbalancing:DeleteListener'],
    tag: tagElb,
  },
  'elbv2/load-balancer': {
    arns: [elb('loadbalancer/app/{name}/*')],
    ours: 'tag',
    read: [
      'elasticloadbalancing:DescribeLoadBalancers',
      'elasticloadbalancing:DescribeLoadBalancerAttributes',
      'elasticloadbalancing:DescribeTags',
      'ec2:DescribeNetworkInterfaces',
    ],
    create: ['elasticloadbalancing:CreateLoadBalancer'],
    update: [
      'elasticloadbalancing:ModifyLoadBalancerAttributes',
      'elasticloadbalancing:SetIpAddressType',
      'elasticloadbalancing:SetSecurityGroups',
      'elasticloadbalancing:SetSubnets',
    ],
    delete: ['elasticloadbalancing:ModifyLoadBalancerAttributes', 'elasticloadbalancing:DeleteLoadBalancer'],
    tag: tagElb,
    serviceRole: 'elasticloadbalancing.amazonaws.com',
  },
  'elbv2/rule': {
    arns: [elb('listener-rule/app/*/*/*/*')],
    ours: 'tag',
    read: ['elasticloadbalancing:DescribeRules', 'elasticloadbalancing:DescribeTags'],
    create: ['elasticloadbalancing:CreateRule'],
    createOn: [elb('listener/app/*/*/*')],
    update: ['elasticloadbalancing:ModifyRule'],
    delete: ['elasticloadbalancing:DeleteRule'],
    tag: tagElb,
    // One call orders all rules of a listener, and AWS looks at no tags for it.
    also: { 'elasticloadbalancing:SetRulePriorities': [elb('listener-rule/app/*/*/*/*')] },
  },
  'elbv2/target-group': {
    arns: [elb('targetgroup/{name}/*')],
    ours: 'tag',
    read: [
      'elasticloadbalancing:DescribeTargetGroups',
      'elasticloadbalancing:DescribeTargetGroupAttributes',
      'elasticloadbalancing:DescribeTargetHealth',
      'elasticloadbalancing:DescribeTags',
    ],
    blockers: ['elasticloadbalancing:DescribeListeners', 'elasticloadbalancing:DescribeRules'],
    create: ['elasticloadbalancing:CreateTargetGroup'],
    update: ['elasticloadbalancing:ModifyTargetGroup', 'elasticloadbalancing:ModifyTargetGroupAttributes'],
    delete: ['elasticloadbalancing:DeleteTargetGroup'],
    tag: tagElb,
  },
  'route53/existing-zone': { ...nothing, read: ['route53:GetHostedZone'] },
  'route53/hosted-zone': {
    // A zone's id is AWS's choice, and Route 53 shows IAM no tags.
    arns: ['route53:::hostedzone/*'],
    ours: 'name',
    read: [
      'route53:ListHostedZonesByName',
      'route53:GetHostedZone',
      'route53:ListResourceRecordSets',
      'route53:ListTagsForResources',
    ],
    create: ['route53:CreateHostedZone'],
    createOn: ['*'],
    update: ['route53:ChangeResourceRecordSets'],
    delete: ['route53:ChangeResourceRecordSets', 'route53:DeleteHostedZone'],
    tag: ['route53:ChangeTagsForResource'],
  },
  'route53/record-set': {
    arns: ['route53:::hostedzone/*'],
    ours: 'name',
    read: ['route53:ListResourceRecordSets', 'route53:GetChange'],
    create: ['route53:ChangeResourceRecordSets'],
    update: ['route53:ChangeResourceRecordSets'],
    delete: ['route53:ChangeResourceRecordSets'],
    tag: [],
  },
  'wafv2/association': {
    arns: [here('wafv2', 'regional/webacl/*/*'), loadBalancers],
    ours: 'name',
    read: ['wafv2:GetWebACLForResource', 'wafv2:GetWebACL', 'elasticloadbalancing:GetLoadBalancerWebACL'],
    create: [
      'wafv2:AssociateWebACL',
      'elasticloadbalancing:CreateWebACLAssociation',
      'elasticloadbalancing:SetWebAcl',
    ],
    update: ['wafv2:AssociateWebACL', 'elasticloadbalancing:SetWebAcl'],
    delete: [
      'wafv2:DisassociateWebACL',
      'elasticloadbalancing:DeleteWebACLAssociation',
      'elasticloadbalancing:SetWebAcl',
    ],
    tag: [],
  },
  'wafv2/web-acl': {
    arns: [here('wafv2', 'regional/webacl/{name}/*')],
    ours: 'tag',
    read: ['wafv2:ListWebACLs', 'wafv2:GetWebACL', 'wafv2:ListTagsForResource'],
    blockers: ['wafv2:ListResourcesForWebACL'],
    create: ['wafv2:CreateWebACL'],
    update: ['wafv2:UpdateWebACL'],
    delete: ['wafv2:DeleteWebACL'],
    tag: ['wafv2:TagResource', 'wafv2:UntagResource'],
    also: {
      'wafv2:CreateWebACL': [here('wafv2', 'regional/managedruleset/*/*')],
      'wafv2:UpdateWebACL': [here('wafv2', 'regional/managedruleset/*/*')],
    },
  },
} as const satisfies Readonly<Record<string, KindActions>>
