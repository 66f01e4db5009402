import type { Scope } from './grants.ts'
import { arnsOf, owned } from './grants.ts'
import { here } from './kind-actions.ts'
import type { Grant } from './statement.ts'

/** What `doctor` looks at beyond the stack: quotas, what counts against them, peers, images, and what it may do itself. */
export function doctorGrants(scope: Scope): Grant[] {
  const images = arnsOf(here('ecr', 'repository/{name}'), scope.namesOf('ecr/repository'), scope)
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
    {
      purpose: 'ReadOwn',
      actions: ['iam:GetRole', 'iam:SimulatePrincipalPolicy'],
      resources: [
        `arn:${scope.partition}:iam::${scope.account}:role/*`,
        `arn:${scope.partition}:iam::${scope.account}:user/*`,
      ],
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
  const families = arnsOf(
    here('ecs', 'task-definition/{name}:*'),
    scope.namesOf('ecs/task-definition'),
    scope,
  )
  return [
    {
      purpose: 'Read',
      actions: ['ecs:DescribeServices', 'ecs:DescribeTaskDefinition', 'ecs:DescribeTasks'],
      resources: ['*'],
    },
    { purpose: 'ReadOwn', actions: ['logs:FilterLogEvents', 'logs:GetLogEvents'], resources: logsOf(scope) },
    { purpose: 'Own', actions: ['ecs:RunTask'], resources: families },
    { purpose: 'Tasks', actions: ['ecs:StopTask'], resources: arnsOf(here('ecs', 'task/*'), [], scope) },
  ]
}

/** To give a value, not to read one. */
function secret(scope: Scope): Grant[] {
  const resources = arnsOf(
    here('secretsmanager', 'secret:{name}-??????'),
    scope.namesOf('secretsmanager/secret'),
    scope,
  )
  const requested = { StringEquals: { 'aws:RequestTag/provision:stack': scope.stack } }
  return [
    { purpose: 'ReadOwn', actions: ['secretsmanager:DescribeSecret'], resources },
    {
      purpose: 'Create',
      actions: ['secretsmanager:CreateSecret', 'secretsmanager:TagResource'],
      resources,
      condition: requested,
    },
    {
      purpose: 'Change',
      actions: ['secretsmanager:PutSecretValue'],
      resources,
      condition: owned(scope),
    },
  ]
}

/** Authorised at what it is taken of and at the snapshot. RDS hands the tags on. */
function snapshot(scope: Scope): Grant[] {
  const at = (pattern: string, type: string) => arnsOf(pattern, scope.namesOf(type), scope)
  return [
    {
      purpose: 'Read',
      actions: ['elasticache:DescribeSnapshots', 'rds:DescribeDBSnapshots'],
      resources: ['*'],
    },
    {
      purpose: 'Own',
      actions: ['rds:CreateDBSnapshot', 'rds:AddTagsToResource'],
      resources: [...at(here('rds', 'db:{name}'), 'rds/instance'), ...at(here('rds', 'snapshot:*'), '')],
    },
    {
      purpose: 'Own',
      actions: ['elasticache:CreateSnapshot'],
      resources: [
        ...at(here('elasticache', 'replicationgroup:{name}'), 'elasticache/replication-group'),
        ...at(here('elasticache', 'cluster:{name}-*'), 'elasticache/replication-group'),
        ...at(here('elasticache', 'snapshot:*'), ''),
      ],
    },
  ]
}

function logsOf(scope: Scope): string[] {
  return arnsOf(here('logs', 'log-group:{name}:*'), scope.namesOf('logs/log-group'), scope)
}
