import type { Scope } from './grants.ts'
import { arnsOf, arnsOfType } from './arns.ts'
import { owned, requested } from './grants.ts'
import { here } from './kind-actions.ts'
import type { Grant } from './statement.ts'

/** What `doctor` looks at beyond the stack: quotas, what counts against them, peers, images, and what it may do itself. */
export function doctorGrants(scope: Scope): Grant[] {
  const images = arnsOfType('ecr/repository', here('ecr', 'repository/{name}'), scope)
  return [
    {
      purpose: 'Read',
      actions: [
        'acm:DescribeCertificate',
        'cloudwatch:DescribeAlarms',
        'ec2:DescribeAddresses',
        'ec2:DescribeInstances',
        'ec2:DescribeInstanceTypes',
        'ec2:DescribeInternetGateways',
        'ec2:DescribeNatGateways',
        'ec2:DescribeSubnets',
        'ec2:DescribeVpcPeeringConnections',
        'ec2:DescribeVpcs',
        'ecs:DescribeServiceRevisions',
        'ecs:DescribeTasks',
        'ecs:ListServiceDeployments',
        'ecs:ListTasks',
        'elasticloadbalancing:DescribeLoadBalancers',
        'elasticloadbalancing:DescribeRules',
        'elasticloadbalancing:DescribeTargetGroups',
        'elasticloadbalancing:DescribeTargetHealth',
        'rds:DescribeDBInstances',
        'route53:GetHostedZone',
        'servicequotas:GetServiceQuota',
      ],
      resources: ['*'],
    },
    { purpose: 'Own', actions: ['ecr:BatchGetImage', 'ecr:DescribeImages'], resources: images },
    // About whoever asks, and nobody knows here who that will be.
    { purpose: 'ReadOwn', actions: ['iam:GetRole'], resources: arnsOf('iam::{account}:role/*', [], scope) },
    {
      purpose: 'ReadOwn',
      actions: ['iam:SimulatePrincipalPolicy'],
      resources: ['iam::{account}:role/*', 'iam::{account}:user/*'].flatMap(arn => arnsOf(arn, [], scope)),
    },
  ]
}

/** What the commands of a day need that work on one thing and do not read the stack. */
export const dailyGrants = { logs, run, secret, snapshot } satisfies Record<string, (scope: Scope) => Grant[]>

function logs(scope: Scope): Grant[] {
  const actions = ['logs:DescribeLogStreams', 'logs:FilterLogEvents']
  return [{ purpose: 'ReadOwn', actions, resources: logsOf(scope) }]
}

function run(scope: Scope): Grant[] {
  const families = arnsOfType('ecs/task-definition', here('ecs', 'task-definition/{name}:*'), scope)
  return [
    {
      purpose: 'Read',
      actions: ['ecs:DescribeServices', 'ecs:DescribeTaskDefinition', 'ecs:DescribeTasks'],
      resources: ['*'],
    },
    { purpose: 'ReadOwn', actions: ['logs:FilterLogEvents', 'logs:GetLogEvents'], resources: logsOf(scope) },
    { purpose: 'Own', actions: ['ecs:RunTask'], resources: families },
    {
      purpose: 'Tasks',
      actions: ['ecs:StopTask'],
      resources: arnsOf(here('ecs', 'task/{cluster}/*'), [], scope),
    },
  ]
}

/** To give a value, not to read one. */
function secret(scope: Scope): Grant[] {
  const secrets = arnsOfType('secretsmanager/secret', here('secretsmanager', 'secret:{name}-??????'), scope)
  const parameters = arnsOfType('ssm/secure-string', here('ssm', 'parameter/{name}'), scope)
  return [
    { purpose: 'ReadOwn', actions: ['secretsmanager:DescribeSecret'], resources: secrets },
    {
      purpose: 'Create',
      actions: ['secretsmanager:CreateSecret', 'secretsmanager:TagResource'],
      resources: secrets,
      condition: requested(scope),
    },
    {
      purpose: 'Change',
      actions: ['secretsmanager:PutSecretValue'],
      resources: secrets,
      condition: owned(scope),
    },
    ...(parameters.length > 0
      ? [{ purpose: 'Read', actions: ['ssm:DescribeParameters'], resources: ['*'] }]
      : []),
    { purpose: 'ReadOwn', actions: ['ssm:ListTagsForResource'], resources: parameters },
    { purpose: 'Own', actions: ['ssm:AddTagsToResource', 'ssm:PutParameter'], resources: parameters },
  ]
}

/** Authorised at what it is taken of and at the snapshot. RDS hands the tags on. */
function snapshot(scope: Scope): Grant[] {
  const databases = (pattern: string) => arnsOfType('rds/instance', here('rds', pattern), scope)
  const caches = (pattern: string) =>
    arnsOfType('elasticache/replication-group', here('elasticache', pattern), scope)
  return [
    {
      purpose: 'Read',
      actions: ['elasticache:DescribeSnapshots', 'rds:DescribeDBSnapshots'],
      resources: ['*'],
    },
    {
      purpose: 'Own',
      actions: ['rds:CreateDBSnapshot'],
      resources: databases('db:{name}').flatMap(database => [
        database,
        ...arnsOf(here('rds', 'snapshot:*'), [], scope),
      ]),
    },
    { purpose: 'Own', actions: ['rds:AddTagsToResource'], resources: databases('snapshot:{name}-*') },
    {
      purpose: 'Own',
      actions: ['elasticache:CreateSnapshot'],
      resources: ['replicationgroup:{name}', 'cluster:{name}-*', 'snapshot:*'].flatMap(caches),
    },
  ]
}

function logsOf(scope: Scope): string[] {
  return arnsOfType('logs/log-group', here('logs', 'log-group:{name}:*'), scope)
}
