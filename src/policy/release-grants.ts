import type { Grant } from './statement.ts'
import type { Scope } from './grants.ts'
import { arnsOf, arnsOfType } from './arns.ts'
import { owned } from './grants.ts'
import { here } from './kind-actions.ts'

/** What a release does, besides reading the stack: it follows deployments, and asks why a task has died. */
const reads = [
  'acm:DescribeCertificate',
  'application-autoscaling:DescribeScalableTargets',
  'application-autoscaling:DescribeScalingPolicies',
  'cloudwatch:DescribeAlarms',
  'ecr:DescribeImages',
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

/** At the image, which can be in any repository of the account: whether it is there, and what it is built for. */
const looks = ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer']

/** To push what `--build` has built. */
const pushes = [
  'ecr:BatchCheckLayerAvailability',
  'ecr:InitiateLayerUpload',
  'ecr:UploadLayerPart',
  'ecr:CompleteLayerUpload',
]

/** What `rollout` needs beyond reading the stack. */
export function releaseGrants(scope: Scope): Grant[] {
  const at = (pattern: string, type: string) => arnsOfType(type, pattern, scope)
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
    {
      purpose: 'Tasks',
      actions: ['ecs:StopTask'],
      resources: arnsOf(here('ecs', 'task/{cluster}/*'), [], scope),
    },
    {
      purpose: 'Change',
      actions: ['elasticloadbalancing:ModifyTargetGroup'],
      resources: at(here('elasticloadbalancing', 'targetgroup/{name}/*'), 'elbv2/target-group'),
      condition: owned(scope),
    },
    ...(scope.has('application-autoscaling/target') ? scalingGrants(scope) : []),
  ]
}

/** What `rollout status` and `rollout history` need: nothing that changes a release. */
export function releaseReads(scope: Scope): Grant[] {
  return [
    { purpose: 'Read', actions: reads, resources: ['*'] },
    {
      purpose: 'ReadOwn',
      actions: ['logs:GetLogEvents'],
      resources: arnsOfType('logs/log-group', here('logs', 'log-group:{name}:*'), scope),
    },
  ]
}

/** What `restart` needs: it brings no image, runs no release command, and gives back no settings. */
export function restartGrants(scope: Scope): Grant[] {
  const roles = arnsOfType('iam/role', 'iam::{account}:role/{name}', scope)
  const scales = scope.has('application-autoscaling/target')
  return [
    ...deploymentGrants(scope),
    ...(scales ? suspensionGrants(scope) : []),
    { purpose: 'ReadOwn', actions: ['iam:GetRole'], resources: roles },
  ]
}

/** To start a deployment and to follow it to its end. */
function deploymentGrants(scope: Scope): Grant[] {
  const { topics = [] } = scope
  const at = (pattern: string, type: string) => arnsOfType(type, pattern, scope)
  const deployments = at(here('ecs', 'service-deployment/{cluster}/{name}/*'), 'ecs/service')
  const services = at(here('ecs', 'service/{cluster}/{name}'), 'ecs/service')
  return [
    { purpose: 'Read', actions: reads, resources: ['*'] },
    {
      purpose: 'ReadOwn',
      actions: ['logs:GetLogEvents'],
      resources: at(here('logs', 'log-group:{name}:*'), 'logs/log-group'),
    },
    { purpose: 'Own', actions: ['sns:Publish'], resources: topics },
    { purpose: 'Images', actions: looks, resources: arnsOf(here('ecr', 'repository/*'), [], scope) },
    imageMarks(scope),
    { purpose: 'Change', actions: ['ecs:UpdateService'], resources: services, condition: owned(scope) },
    {
      purpose: 'Change',
      actions: ['elasticloadbalancing:ModifyRule'],
      resources: scope.has('elbv2/rule')
        ? arnsOf(here('elasticloadbalancing', 'listener-rule/app/{loadBalancer}/*/*/*'), [], scope)
        : [],
      condition: owned(scope),
    },
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

/** To mark images as in use with a tag, and to take that tag off again: in the repositories of all environments. */
export function imageMarks(scope: Scope): Grant {
  return {
    purpose: 'Change',
    actions: ['ecr:BatchDeleteImage', 'ecr:BatchGetImage', 'ecr:ListImages', 'ecr:PutImage'],
    resources: arnsOf(here('ecr', 'repository/*'), [], scope),
    condition: owned(scope),
  }
}

/** Autoscaling is suspended while a release is followed. */
function suspensionGrants(scope: Scope): Grant[] {
  return [
    {
      purpose: 'Change',
      actions: ['application-autoscaling:RegisterScalableTarget'],
      resources: arnsOf(here('application-autoscaling', 'scalable-target/*'), [], scope),
      condition: owned(scope),
    },
  ]
}

/** A way back brings back how its release was scaled. */
function scalingGrants(scope: Scope): Grant[] {
  return [
    ...suspensionGrants(scope),
    {
      purpose: 'Change',
      actions: ['application-autoscaling:PutScalingPolicy'],
      resources: arnsOf(here('application-autoscaling', 'scalable-target/*'), [], scope),
      condition: owned(scope),
    },
    {
      purpose: 'Beside',
      actions: ['cloudwatch:PutMetricAlarm'],
      resources: arnsOf(here('cloudwatch', 'alarm:TargetTracking-service/{cluster}/{service}-*'), [], scope),
    },
  ]
}
