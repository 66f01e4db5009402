import type { Grant } from './statement.ts'
import type { Scope } from './grants.ts'
import { arnsOf } from './grants.ts'
import { here } from './kind-actions.ts'

/** What a release does, besides reading the stack: it follows deployments, and asks why a task has died. */
const reads = [
  'acm:DescribeCertificate',
  'application-autoscaling:DescribeScalableTargets',
  'application-autoscaling:DescribeScalingPolicies',
  'cloudwatch:DescribeAlarms',
  'ecr:DescribeRepositories',
  'ecr:GetLifecyclePolicy',
  'ecr:ListTagsForResource',
  'cloudwatch:GetMetricData',
  'ecs:DescribeServices',
  'ecs:DescribeServiceDeployments',
  'ecs:DescribeServiceRevisions',
  'ecs:DescribeTaskDefinition',
  'ecs:DescribeTasks',
  'ecs:ListServiceDeployments',
  'ecs:ListTasks',
  'elasticloadbalancing:DescribeListeners',
  'elasticloadbalancing:DescribeLoadBalancers',
  'elasticloadbalancing:DescribeRules',
  'elasticloadbalancing:DescribeTargetGroups',
  'elasticloadbalancing:DescribeTargetHealth',
]

/** At the image: whether it is there, what it is built for, and which tags the repository has. */
const looks = ['ecr:BatchGetImage', 'ecr:DescribeImages', 'ecr:GetDownloadUrlForLayer', 'ecr:ListImages']

/** To mark images as in use with a tag, and to take that tag off again. */
const marks = ['ecr:BatchDeleteImage', 'ecr:PutImage']

/** To push what `--build` has built. */
const pushes = [
  'ecr:BatchCheckLayerAvailability',
  'ecr:InitiateLayerUpload',
  'ecr:UploadLayerPart',
  'ecr:CompleteLayerUpload',
]

/** What `rollout` needs beyond reading the stack. */
export function releaseGrants(scope: Scope): Grant[] {
  const at = (pattern: string, type: string) => arnsOf(pattern, scope.namesOf(type), scope)
  const condition = { StringEquals: { 'aws:ResourceTag/provision:stack': scope.stack } }
  return [
    ...deploymentGrants(scope),
    { purpose: 'Anywhere', actions: ['ecr:GetAuthorizationToken'], resources: ['*'] },
    {
      purpose: 'Own',
      actions: ['ecr:DescribeImageScanFindings'],
      resources: at(here('ecr', 'repository/{name}'), 'ecr/repository'),
    },
    { purpose: 'Own', actions: pushes, resources: at(here('ecr', 'repository/{name}'), 'ecr/repository') },
    {
      purpose: 'Own',
      actions: ['ecs:RunTask'],
      resources: at(here('ecs', 'task-definition/{name}:*'), 'ecs/task-definition'),
    },
    { purpose: 'Tasks', actions: ['ecs:StopTask'], resources: arnsOf(here('ecs', 'task/*'), [], scope) },
    {
      purpose: 'Change',
      actions: ['elasticloadbalancing:ModifyTargetGroup'],
      resources: at(here('elasticloadbalancing', 'targetgroup/{name}/*'), 'elbv2/target-group'),
      condition,
    },
    ...(scope.namesOf('application-autoscaling/target').length > 0 ? scalingGrants(scope) : []),
  ]
}

/** What `restart` needs: it brings no image, runs no release command, and gives back no settings. */
export function restartGrants(scope: Scope): Grant[] {
  const roles = arnsOf('iam::{account}:role/{name}', scope.namesOf('iam/role'), scope)
  const scales = scope.namesOf('application-autoscaling/target').length > 0
  return [
    ...deploymentGrants(scope),
    ...(scales ? suspensionGrants(scope) : []),
    { purpose: 'ReadOwn', actions: ['iam:GetRole'], resources: roles },
  ]
}

/** To start a deployment and to follow it to its end. */
function deploymentGrants(scope: Scope): Grant[] {
  const { topics = [] } = scope
  const at = (pattern: string, type: string) => arnsOf(pattern, scope.namesOf(type), scope)
  const condition = { StringEquals: { 'aws:ResourceTag/provision:stack': scope.stack } }
  const deployments = at(here('ecs', 'service-deployment/*/{name}/*'), 'ecs/service')
  const services = at(here('ecs', 'service/*/{name}'), 'ecs/service')
  return [
    { purpose: 'Read', actions: reads, resources: ['*'] },
    {
      purpose: 'ReadOwn',
      actions: ['logs:GetLogEvents'],
      resources: at(here('logs', 'log-group:{name}:*'), 'logs/log-group'),
    },
    ...(topics.length > 0 ? [{ purpose: 'Own' as const, actions: ['sns:Publish'], resources: topics }] : []),
    {
      purpose: 'Own',
      actions: [...looks, ...marks],
      resources: at(here('ecr', 'repository/{name}'), 'ecr/repository'),
    },
    { purpose: 'Change', actions: ['ecs:UpdateService'], resources: services, condition },
    ...(scope.namesOf('elbv2/rule').length > 0
      ? [
          {
            purpose: 'Change' as const,
            actions: ['elasticloadbalancing:ModifyRule'],
            resources: arnsOf(here('elasticloadbalancing', 'listener-rule/app/*/*/*/*'), [], scope),
            condition,
          },
        ]
      : []),
    {
      purpose: 'Deploy',
      actions: ['ecs:ContinueServiceDeployment', 'ecs:StopServiceDeployment'],
      resources: [...services, ...deployments],
    },
    {
      purpose: 'Own',
      actions: ['ecs:RegisterTaskDefinition', 'ecs:TagResource'],
      resources: at(here('ecs', 'task-definition/{name}:*'), 'ecs/task-definition'),
    },
  ]
}

/** Autoscaling is suspended while a release is followed. */
function suspensionGrants(scope: Scope): Grant[] {
  return [
    {
      purpose: 'Own',
      actions: ['application-autoscaling:RegisterScalableTarget'],
      resources: arnsOf(here('application-autoscaling', 'scalable-target/*'), [], scope),
    },
  ]
}

/** A way back brings back how its release was scaled. */
function scalingGrants(scope: Scope): Grant[] {
  return [
    ...suspensionGrants(scope),
    {
      purpose: 'Own',
      actions: ['application-autoscaling:PutScalingPolicy'],
      resources: arnsOf(here('application-autoscaling', 'scalable-target/*'), [], scope),
    },
    {
      purpose: 'Beside',
      actions: ['cloudwatch:PutMetricAlarm'],
      resources: arnsOf(here('cloudwatch', 'alarm:TargetTracking-*'), [], scope),
    },
  ]
}
