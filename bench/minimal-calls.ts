import type { Resource } from '../src/resources/resource.ts'
import { grouped } from './measure.ts'

type Rule = (resources: readonly Resource[]) => number

const pages =
  (size: number): Rule =>
  resources =>
    Math.ceil(resources.length / size)
const each =
  (calls: (resource: Resource) => number): Rule =>
  resources =>
    resources.reduce((total, resource) => total + calls(resource), 0)
const sum =
  (...rules: readonly Rule[]): Rule =>
  resources =>
    rules.reduce((total, rule) => total + rule(resources), 0)
const declared = ({ props }: Resource, ...names: readonly string[]) =>
  names.some(name => props[name] !== undefined) ? 1 : 0
const count = (value: unknown) => Object.keys((value as object | undefined) ?? {}).length
const distinct =
  (prop: string): Rule =>
  resources =>
    new Set(resources.map(({ props }) => JSON.stringify(props[prop]))).size

/**
 * The fewest calls that show every declared prop of resources whose ids are known, by the batch sizes that AWS
 * documents. A kind that is not listed would count as nothing, so that a missing rule shows as a goal not held.
 */
const fewest: Readonly<Record<string, Rule>> = {
  'acm/certificate': each(() => 1),
  // Application Auto Scaling takes 50 resources, or 50 names.
  'application-autoscaling/policy': pages(50),
  'application-autoscaling/scheduled-action': pages(50),
  'application-autoscaling/target': pages(50),
  'autoscaling/group': pages(100),
  // The names of actions are taken for one group only.
  'autoscaling/scheduled-action': distinct('groupName'),
  'cloudfront/distribution': each(() => 1),
  'cloudfront/origin-access-control': each(() => 1),
  'cloudwatch/alarm': pages(100),
  'cloudwatch/dashboard': each(() => 1),
  // EC2: 200 values in one filter.
  'ec2/elastic-ip': pages(200),
  // User data is an attribute, shown of one instance at a time; of volumes the instance shows only ids.
  'ec2/instance': sum(
    pages(200),
    pages(200),
    each(one => declared(one, 'userData')),
  ),
  'ec2/egress-only-internet-gateway': pages(255),
  'ec2/existing-subnet': pages(200),
  'ec2/existing-vpc': pages(200),
  'ec2/internet-gateway': pages(200),
  // What a template holds stands in its versions, which are shown of one template at a time.
  'ec2/launch-template': sum(
    pages(200),
    each(() => 1),
  ),
  'ec2/nat-gateway': pages(200),
  'ec2/network-acl': pages(200),
  'ec2/route-table': pages(200),
  'ec2/security-group': pages(200),
  'ec2/subnet': pages(200),
  // DescribeVpcAttribute shows one attribute of one VPC.
  'ec2/vpc': sum(
    pages(200),
    each(one => declared(one, 'enableDnsSupport') + declared(one, 'enableDnsHostnames')),
  ),
  'ec2/vpc-endpoint': pages(200),
  'ecr/repository': sum(
    pages(100),
    each(one => declared(one, 'lifecyclePolicy')),
  ),
  'ecs/capacity-provider': pages(100),
  'ecs/cluster': pages(100),
  'ecs/service': pages(10),
  'ecs/task-definition': each(() => 1),
  // EFS filters by one id, or lists with up to 100 a page.
  'efs/access-point': distinct('fileSystemId'),
  'efs/file-system': pages(100),
  'efs/mount-target': sum(
    distinct('fileSystemId'),
    each(one => declared(one, 'securityGroupIds')),
  ),
  // Replication groups do not show version and port; their members do.
  'elasticache/replication-group': sum(pages(100), pages(100)),
  // Its values are shown of one group at a time.
  'elasticache/parameter-group': sum(
    pages(100),
    each(() => 1),
  ),
  'elasticache/subnet-group': pages(100),
  'elbv2/existing-listener': distinct('loadBalancerArn'),
  'elbv2/existing-load-balancer': pages(20),
  'elbv2/listener': pages(20),
  'elbv2/load-balancer': sum(
    pages(20),
    each(one => declared(one, 'idleTimeout', 'deletionProtection')),
  ),
  'elbv2/rule': pages(20),
  'elbv2/target-group': sum(
    pages(20),
    each(one => declared(one, 'deregistrationDelay')),
  ),
  'iam/instance-profile': each(() => 1),
  // GetRole, ListAttachedRolePolicies, ListRolePolicies, and GetRolePolicy for each inline policy.
  'iam/role': each(({ props }) => 3 + count(props['inlinePolicies'])),
  // All have one path in common, by which ListRoles lists.
  'iam/service-linked-role': pages(1000),
  // DescribeLogGroups takes up to 50 identifiers.
  'logs/log-group': pages(50),
  'logs/metric-filter': distinct('logGroupName'),
  // DescribeDomains takes five names.
  'opensearch/domain': pages(5),
  'rds/instance': pages(100),
  'rds/parameter-group': sum(
    pages(100),
    each(() => 1),
  ),
  // DescribeDBProxies takes one name; DescribeDBProxyTargets shows those of one proxy.
  'rds/proxy': each(() => 1),
  'rds/proxy-target': distinct('proxyName'),
  'rds/subnet-group': pages(100),
  'route53/hosted-zone': each(() => 1),
  'route53/record-set': distinct('zoneId'),
  // Each is shown by an operation of its own.
  's3/bucket': each(
    ({ props }) =>
      ['versioned', 'encryption', 'publicAccessBlocked', 'lifecycleRules', 'corsRules'].filter(
        name => props[name] !== undefined,
      ).length,
  ),
  's3/bucket-policy': each(() => 1),
  // ListSecrets takes ten names in a filter, GetParameters ten names.
  'secretsmanager/secret': pages(10),
  'sns/subscription': distinct('topicArn'),
  'sns/topic': each(() => 1),
  'ssm/parameter': pages(10),
  // DescribeParameters takes fifty names in a filter.
  'ssm/secure-string': pages(50),
  'wafv2/association': each(() => 1),
  'wafv2/web-acl': each(() => 1),
}

/** Kinds whose props the calls for another kind show as well. */
const shownWith: Readonly<Record<string, string>> = {
  'acm/validation': 'route53/record-set',
  'cloudwatch/composite-alarm': 'cloudwatch/alarm',
  'ec2/subnet-ipv6-block': 'ec2/subnet',
  'ec2/vpc-ipv6-block': 'ec2/vpc',
  'ecs/cluster-capacity': 'ecs/cluster',
  'ecs/existing-cluster': 'ecs/cluster',
  'rds/read-replica': 'rds/instance',
}

/** By kind, and what the session has to know first. */
export function fewestCalls(resources: readonly Resource[]): Map<string, number> {
  const byType = grouped(resources, ({ type }) => shownWith[type] ?? type)
  const calls = new Map([...byType].map(([type, own]) => [type, fewest[type]?.(own) ?? 0]))
  calls.set('who we are (sts)', 1)
  // DescribeImages asks for images of one repository.
  calls.set('pushed images (ecr)', byType.get('ecr/repository')?.length ?? 0)
  return calls
}
