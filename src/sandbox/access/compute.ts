import type { AccessRequest } from '../../policy/evaluate.ts'
import { launchDataOf } from '../ec2/launch-template.ts'
import { launchPlaces, passingProfile } from './network.ts'
import type { Call, Input, ServiceAccess } from './service-access.ts'
import { inputs, itself, passing, text, texts } from './service-access.ts'

const cluster = (value: string, { world }: Call) => world.arn('ecs', `cluster/${value.split('/').at(-1)}`)
const provider = (value: string, { world }: Call) =>
  world.arn('ecs', `capacity-provider/${value.split('/').at(-1)}`)
const revision = (value: string, { world }: Call) =>
  world.arn('ecs', `task-definition/${revisionIn(value.split('/').at(-1)!)}`)
const revisionIn = (name: string) => (name.includes(':') ? name : `${name}:new`)
const ofCluster = (call: Call) => [cluster(text(call.input, 'cluster') || 'default', call)]

/** Services are authorised by their name within the cluster. */
function serviceNamed(name: string, { input, world }: Call): string {
  const [, inCluster] = /:service\/([^/]+)\//.exec(name) ?? []
  const clusterName = inCluster ?? (text(input, 'cluster') || 'default').split('/').at(-1)
  return world.arn('ecs', `service/${clusterName}/${name.split('/').at(-1)}`)
}

const services =
  (...members: readonly string[]) =>
  (call: Call): string[] =>
    members.flatMap(member => texts(call.input, member)).map(name => serviceNamed(name, call))

/** A deployment, and the service that it is of. */
const deployment = ({ input, world }: Call): string[] => {
  const arn = text(input, 'serviceDeploymentArn')
  const [, clusterName, service] = arn.split('/')
  return [arn, world.arn('ecs', `service/${clusterName}/${service}`)]
}

const ofLoadBalancers = ({ input }: Call): AccessRequest[] =>
  inputs(input, 'loadBalancers')
    .flatMap(one => inputs(one, 'advancedConfiguration'))
    .flatMap(one => passing(text(one, 'roleArn'), 'ecs.amazonaws.com'))

const taskRoles = (input: Input): AccessRequest[] =>
  ['taskRoleArn', 'executionRoleArn'].flatMap(member =>
    passing(text(input, member), 'ecs-tasks.amazonaws.com'),
  )

function rolesOfRevision({ input, world }: Call): AccessRequest[] {
  const name = text(input, 'taskDefinition').split('/').at(-1)!
  const rows = world.table<Input & { readonly family?: string; readonly revision?: number }>(
    'ecs/task-definition',
  )
  const row = rows.list().find(one => `${one.family}:${one.revision}` === name)
  return row ? taskRoles(row) : []
}

export const ecs: ServiceAccess = {
  members: {
    cluster,
    clusters: cluster,
    capacityProvider: provider,
    capacityProviders: provider,
    taskDefinition: revision,
    taskDefinitions: revision,
    resourceArn: itself,
    task: itself,
  },
  at: {
    CreateService: services('serviceName'),
    UpdateService: services('service'),
    DeleteService: services('service'),
    DescribeServices: services('services'),
    ContinueServiceDeployment: deployment,
    StopServiceDeployment: deployment,
    CreateCluster: call => texts(call.input, 'clusterName').map(name => cluster(name, call)),
    PutClusterCapacityProviders: ofCluster,
    UpdateClusterSettings: ofCluster,
    CreateCapacityProvider: call => texts(call.input, 'name').map(name => provider(name, call)),
    UpdateCapacityProvider: call => texts(call.input, 'name').map(name => provider(name, call)),
    RunTask: call => texts(call.input, 'taskDefinition').map(name => revision(name, call)),
    StopTask: ({ input, world }) => {
      const name = text(input, 'task').split('/').at(-1)
      const inCluster = (text(input, 'cluster') || 'default').split('/').at(-1)
      return [world.arn('ecs', `task/${inCluster}/${name}`)]
    },
    DeregisterTaskDefinition: () => ['*'],
  },
  created: {
    CreateService: services('serviceName'),
    CreateCluster: call => texts(call.input, 'clusterName').map(name => cluster(name, call)),
    CreateCapacityProvider: call => texts(call.input, 'name').map(name => provider(name, call)),
    RegisterTaskDefinition: call => texts(call.input, 'family').map(name => revision(name, call)),
  },
  tagging: 'ecs:TagResource',
  besides: {
    RegisterTaskDefinition: ({ input }) => taskRoles(input),
    RunTask: rolesOfRevision,
    CreateService: ofLoadBalancers,
    UpdateService: ofLoadBalancers,
    // ECS marks the group as managed in the caller's name.
    CreateCapacityProvider: ({ input }) =>
      inputs(input, 'autoScalingGroupProvider').map(group => ({
        action: 'autoscaling:CreateOrUpdateTags',
        resource: text(group, 'autoScalingGroupArn'),
        values: {},
      })),
  },
}

function group(name: string, { world }: Call): string {
  const row = world.table<{ readonly arn: string }>('autoscaling/group').get(name)
  return row?.arn ?? world.arn('autoscaling', `autoScalingGroup:new:autoScalingGroupName/${name}`)
}

const ofTags = (call: Call) => inputs(call.input, 'Tags').map(tag => group(text(tag, 'ResourceId'), call))

/** EC2 Auto Scaling launches in the caller's name: with the tags of the template, and the role of its profile. */
function launches(call: Call): AccessRequest[] {
  const { input, world } = call
  const mixed = inputs(input, 'MixedInstancesPolicy')
  const desired = inputs(input, 'DesiredConfiguration')
  const templates = [input, ...desired, ...mixed.flatMap(one => inputs(one, 'LaunchTemplate'))].flatMap(
    one => [...inputs(one, 'LaunchTemplate'), ...inputs(one, 'LaunchTemplateSpecification')],
  )
  const row = world
    .table<{ readonly subnetIds: readonly string[] }>('autoscaling/group')
    .get(text(input, 'AutoScalingGroupName'))
  const zones = text(input, 'VPCZoneIdentifier')
  const subnets = zones === '' ? (row?.subnetIds ?? []) : zones.split(',')
  return templates.flatMap(template => {
    const data = launchDataOf(
      world,
      text(template, 'LaunchTemplateId') || undefined,
      text(template, 'Version') || undefined,
    ) as Input | undefined
    if (!data) return []
    const places = [
      ...launchPlaces(data, subnets, call),
      world.arn('ec2', `launch-template/${text(template, 'LaunchTemplateId')}`),
    ]
    return [
      ...places.map(resource => ({ action: 'ec2:RunInstances', resource, values: {} })),
      ...inputs(data, 'TagSpecifications').map(tags => ({
        action: 'ec2:CreateTags',
        resource: world.arn('ec2', `${text(tags, 'ResourceType')}/new`),
        values: {
          'ec2:CreateAction': 'RunInstances',
          ...Object.fromEntries(
            inputs(tags, 'Tags').map(tag => [`aws:RequestTag/${text(tag, 'Key')}`, text(tag, 'Value')]),
          ),
        },
      })),
      ...passingProfile(data, call),
    ]
  })
}

export const autoscaling: ServiceAccess = {
  members: { AutoScalingGroupName: group },
  at: { CreateOrUpdateTags: ofTags, DeleteTags: ofTags },
  created: { CreateAutoScalingGroup: call => [group(text(call.input, 'AutoScalingGroupName'), call)] },
  tagging: 'autoscaling:CreateOrUpdateTags',
  besides: {
    CreateAutoScalingGroup: launches,
    UpdateAutoScalingGroup: launches,
    StartInstanceRefresh: launches,
  },
}

/** AWS chooses the id of a scalable target. */
function target(id: string, { world }: Call): string {
  const row = world.table<{ readonly arn: string }>('application-autoscaling/target').get(id)
  return row?.arn ?? world.arn('application-autoscaling', 'scalable-target/new')
}

/** Target tracking keeps its alarms in the caller's name. */
const alarms =
  (action: string) =>
  ({ input, world }: Call): AccessRequest[] => [
    {
      action,
      resource: world.arn('cloudwatch', `alarm:TargetTracking-${text(input, 'ResourceId')}-AlarmHigh-new`),
      values: {},
    },
  ]

export const applicationAutoScaling: ServiceAccess = {
  members: { ResourceId: target, ResourceARN: itself },
  created: {
    RegisterScalableTarget: call => [target(text(call.input, 'ResourceId'), call)],
  },
  tagging: 'application-autoscaling:TagResource',
  besides: {
    PutScalingPolicy: alarms('cloudwatch:PutMetricAlarm'),
    DeleteScalingPolicy: alarms('cloudwatch:DeleteAlarms'),
  },
}
