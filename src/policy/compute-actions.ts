import type { KindActions } from './kind-actions.ts'
import { here, nothing } from './kind-actions.ts'

const ec2 = <Resource extends string>(resource: Resource) => here('ec2', `${resource}/*` as const)
const ecs = <Resource extends string>(resource: Resource) => here('ecs', resource)
const groups = here('autoscaling', 'autoScalingGroup:*:autoScalingGroupName/{name}')
const targets = here('application-autoscaling', 'scalable-target/*')
const tagEc2 = ['ec2:CreateTags', 'ec2:DeleteTags']
const tagEcs = ['ecs:TagResource', 'ecs:UntagResource']

/** AWS publishes images as parameters, and their snapshots and images belong to accounts of its own. */
const publicImages = ['ssm:*:*:parameter/aws/service/*'] as const
const launched = [
  ec2('network-interface'),
  'ec2/security-group',
  'ec2/subnet',
  'ec2:{region}::image/*',
  'ec2:{region}::snapshot/*',
] as const
/** Application Auto Scaling names its alarms by what it scales. */
const trackingAlarms = here('cloudwatch', 'alarm:TargetTracking-service/{cluster}/{service}-*')

/** Instances, clusters, services and how they scale, by kind. */
export const computeActions = {
  'application-autoscaling/policy': {
    arns: [targets],
    ours: 'tag',
    read: ['application-autoscaling:DescribeScalingPolicies'],
    create: [],
    update: ['application-autoscaling:PutScalingPolicy'],
    delete: ['application-autoscaling:DeleteScalingPolicy'],
    tag: [],
    // Target tracking makes its alarms in the caller's name.
    also: { 'cloudwatch:PutMetricAlarm': [trackingAlarms] },
    alsoToDelete: { 'cloudwatch:DeleteAlarms': [trackingAlarms] },
  },
  'application-autoscaling/scheduled-action': {
    arns: [targets],
    ours: 'tag',
    read: ['application-autoscaling:DescribeScheduledActions'],
    create: [],
    update: ['application-autoscaling:PutScheduledAction'],
    delete: ['application-autoscaling:DeleteScheduledAction'],
    tag: [],
  },
  'application-autoscaling/target': {
    // AWS chooses the id that its ARN contains.
    arns: [targets],
    ours: 'tag',
    read: [
      'application-autoscaling:DescribeScalableTargets',
      'application-autoscaling:DescribeScalingPolicies',
      'application-autoscaling:DescribeScheduledActions',
      'application-autoscaling:ListTagsForResource',
    ],
    create: ['application-autoscaling:RegisterScalableTarget'],
    update: ['application-autoscaling:RegisterScalableTarget'],
    delete: ['application-autoscaling:DeregisterScalableTarget'],
    tag: ['application-autoscaling:TagResource', 'application-autoscaling:UntagResource'],
    serviceRole: 'ecs.application-autoscaling.amazonaws.com',
  },
  'autoscaling/group': {
    arns: [groups],
    ours: 'tag',
    read: [
      'autoscaling:DescribeAutoScalingGroups',
      'autoscaling:DescribeScalingActivities',
      'autoscaling:DescribeScheduledActions',
      'autoscaling:DescribeInstanceRefreshes',
      // At the end of a teardown: which of its instances have ended.
      'ec2:DescribeInstances',
    ],
    create: ['autoscaling:CreateAutoScalingGroup'],
    update: ['autoscaling:UpdateAutoScalingGroup', 'autoscaling:StartInstanceRefresh'],
    delete: ['autoscaling:UpdateAutoScalingGroup', 'autoscaling:DeleteAutoScalingGroup'],
    tag: ['autoscaling:CreateOrUpdateTags', 'autoscaling:DeleteTags'],
    // AWS tries the launch template in the caller's name, with its tags.
    also: { 'ec2:RunInstances': [ec2('instance'), ec2('volume'), 'ec2/launch-template', ...launched] },
    launches: [ec2('instance'), ec2('volume')],
    serviceRole: 'autoscaling.amazonaws.com',
  },
  'autoscaling/scheduled-action': {
    arns: [groups],
    partOf: 'autoscaling/group',
    ours: 'tag',
    read: ['autoscaling:DescribeScheduledActions'],
    create: [],
    update: ['autoscaling:PutScheduledUpdateGroupAction'],
    delete: ['autoscaling:DeleteScheduledAction'],
    tag: [],
  },
  'ec2/instance': {
    arns: [ec2('instance'), ec2('volume'), ec2('network-interface')],
    ours: 'tag',
    read: [
      'ec2:DescribeInstances',
      'ec2:DescribeInstanceAttribute',
      'ec2:DescribeVolumes',
      'ec2:DescribeImages',
    ],
    create: ['ec2:RunInstances'],
    createOn: [ec2('instance'), ec2('volume')],
    update: [
      'ec2:ModifyInstanceAttribute',
      'ec2:ModifyInstanceMetadataOptions',
      'ec2:ModifyVolume',
      'ec2:StartInstances',
      'ec2:StopInstances',
    ],
    delete: ['ec2:ModifyInstanceAttribute', 'ec2:TerminateInstances'],
    tag: tagEc2,
    // Authorised at everything that it names as well, and at its address, which carries no tags.
    also: {
      'ec2:RunInstances': launched,
      'ec2:ModifyInstanceAttribute': ['ec2/security-group'],
      'ssm:GetParameter': publicImages,
      'ssm:GetParameters': publicImages,
    },
  },
  'ec2/launch-template': {
    arns: [ec2('launch-template')],
    ours: 'tag',
    read: ['ec2:DescribeLaunchTemplates', 'ec2:DescribeLaunchTemplateVersions', 'ec2:DescribeImages'],
    create: ['ec2:CreateLaunchTemplate'],
    update: ['ec2:CreateLaunchTemplateVersion', 'ec2:ModifyLaunchTemplate'],
    delete: ['ec2:DeleteLaunchTemplate'],
    tag: tagEc2,
    also: { 'ssm:GetParameter': publicImages, 'ssm:GetParameters': publicImages },
  },
  'ecs/capacity-provider': {
    arns: [ecs('capacity-provider/{name}')],
    ours: 'tag',
    read: ['ecs:DescribeCapacityProviders'],
    create: ['ecs:CreateCapacityProvider'],
    update: ['ecs:UpdateCapacityProvider'],
    delete: ['ecs:DeleteCapacityProvider'],
    tag: tagEcs,
    // ECS marks the group as managed in the caller's name.
    also: { 'autoscaling:CreateOrUpdateTags': ['autoscaling/group'] },
  },
  'ecs/cluster': {
    arns: [ecs('cluster/{name}')],
    ours: 'tag',
    read: ['ecs:DescribeClusters'],
    blockers: ['ecs:ListServices', 'ecs:ListTasks', 'ecs:DescribeTasks', 'logs:DescribeLogGroups'],
    create: ['ecs:CreateCluster'],
    update: ['ecs:UpdateClusterSettings', 'ecs:PutClusterCapacityProviders'],
    delete: ['ecs:DeleteCluster'],
    tag: tagEcs,
    serviceRole: 'ecs.amazonaws.com',
    // Of Container Insights.
    alsoToDelete: { 'logs:DeleteLogGroup': [here('logs', 'log-group:/aws/ecs/containerinsights/{name}/*')] },
  },
  'ecs/cluster-capacity': {
    arns: [ecs('cluster/{name}')],
    partOf: 'ecs/cluster',
    ours: 'tag',
    read: ['ecs:DescribeClusters'],
    create: [],
    update: ['ecs:PutClusterCapacityProviders'],
    delete: ['ecs:PutClusterCapacityProviders'],
    tag: [],
  },
  'ecs/existing-cluster': { ...nothing, arns: [ecs('cluster/{name}')], read: ['ecs:DescribeClusters'] },
  'ecs/service': {
    arns: [ecs('service/{cluster}/{name}')],
    ours: 'tag',
    read: [
      'ecs:DescribeServices',
      'ecs:ListServiceDeployments',
      'ecs:DescribeServiceDeployments',
      'ecs:DescribeServiceRevisions',
    ],
    // Whose a task is that has a network interface.
    blockers: ['ecs:ListClusters', 'ecs:ListTasks', 'ecs:DescribeTasks'],
    create: ['ecs:CreateService'],
    update: ['ecs:UpdateService'],
    delete: ['ecs:UpdateService', 'ecs:DeleteService', 'ecs:StopServiceDeployment'],
    tag: tagEcs,
    alsoToDelete: { 'ecs:StopServiceDeployment': [ecs('service-deployment/{cluster}/{service}/*')] },
  },
  'ecs/task-definition': {
    arns: [ecs('task-definition/{name}:*')],
    ours: 'tag',
    read: ['ecs:DescribeTaskDefinition', 'ecs:ListTaskDefinitionFamilies', 'ecs:ListTaskDefinitions'],
    create: ['ecs:RegisterTaskDefinition'],
    update: [],
    delete: [],
    anywhere: ['ecs:DeregisterTaskDefinition'],
    tag: tagEcs,
  },
} as const satisfies Readonly<Record<string, KindActions>>
