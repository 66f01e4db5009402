import {
  CreateAutoScalingGroupCommand,
  DeleteAutoScalingGroupCommand,
  DescribeAutoScalingGroupsCommand,
  DescribeInstanceRefreshesCommand,
  DescribeScalingActivitiesCommand,
  StartInstanceRefreshCommand,
  UpdateAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling'
import type { AutoScalingGroup } from '@aws-sdk/client-auto-scaling'
import { describe, expect, it } from 'vitest'
import type { GroupProps } from '../../../src/kinds/autoscaling/group.ts'
import { group } from '../../../src/kinds/autoscaling/group.ts'
import { mockedContext, readRequest, sandboxContext, tagsFor } from '../../support/context.ts'
import { describeKindLife, settle } from '../../support/kind-life.ts'
import { token } from '../ec2/network.ts'
import { groupProps, mockAutoScaling } from './parts.ts'

const address = 'capacity/group'
const tags = tagsFor(address)
const arn = 'arn:aws:autoscaling:us-east-1:123456789012:autoScalingGroup:1:autoScalingGroupName/hosts'
const attributes = { groupName: 'hosts', arn }
const props: GroupProps = {
  groupName: 'hosts',
  launchTemplateId: 'lt-1',
  launchTemplateVersion: '1',
  minSize: 2,
  maxSize: 10,
  subnetIds: ['subnet-1', 'subnet-2'],
  newInstancesProtectedFromScaleIn: true,
  capacityRebalance: false,
}
const healthy = { LifecycleState: 'InService' as const, HealthStatus: 'Healthy', ProtectedFromScaleIn: true }
const row: AutoScalingGroup = {
  AutoScalingGroupName: 'hosts',
  AutoScalingGroupARN: arn,
  LaunchTemplate: { LaunchTemplateId: 'lt-1', Version: '1' },
  MinSize: 2,
  MaxSize: 10,
  DesiredCapacity: 5,
  DefaultCooldown: 300,
  AvailabilityZones: [],
  HealthCheckType: 'EC2',
  CreatedTime: new Date(0),
  VPCZoneIdentifier: 'subnet-2,subnet-1',
  NewInstancesProtectedFromScaleIn: true,
  Instances: ['i-1', 'i-2'].map(InstanceId => ({ ...healthy, InstanceId, AvailabilityZone: '' })),
  Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
}
const spot = { instanceTypes: ['t3.medium', 't3a.medium'], onDemandBase: 2, onDemandPercentage: 50 }

describeKindLife({
  kind: group,
  props: groupProps,
  changes: [{ maxSize: 12 }, { minSize: 3 }, { capacityRebalance: true }, { mixedInstances: spot }],
})

describe('autoscaling/group', () => {
  it('launches nothing whose root volume is smaller than the snapshot of its image', async () => {
    const context = sandboxContext()
    const wish = await groupProps(context)
    const [row] = context.world
      .table<{ versions: { BlockDeviceMappings: { Ebs: { VolumeSize: number } }[] }[] }>(
        'ec2/launch-template',
      )
      .list()
    row!.versions[0]!.BlockDeviceMappings[0]!.Ebs.VolumeSize = 29
    const made = await group.create({ address, props: group.normalise!(wish), tags, token }, context)
    // Until EC2 knows the instance profile.
    await context.clock.sleep(60_000)
    expect(await group.ready!([made], context)).toEqual([
      {
        state: 'failed',
        reason: expect.stringContaining('Volume of size 29GB is smaller than snapshot'),
      },
    ])
  })

  it('is created in one call, its tags for its instances as well', async () => {
    const asg = mockAutoScaling()
    asg.on(CreateAutoScalingGroupCommand).resolves({})
    await group.create({ address, props: { ...props, mixedInstances: spot }, tags, token }, mockedContext())
    expect(asg.calls().map(call => call.args[0].input)).toEqual([
      {
        AutoScalingGroupName: 'hosts',
        MixedInstancesPolicy: {
          LaunchTemplate: {
            LaunchTemplateSpecification: { LaunchTemplateId: 'lt-1', Version: '1' },
            Overrides: [{ InstanceType: 't3.medium' }, { InstanceType: 't3a.medium' }],
          },
          InstancesDistribution: {
            OnDemandBaseCapacity: 2,
            OnDemandPercentageAboveBaseCapacity: 50,
            SpotAllocationStrategy: 'price-capacity-optimized',
          },
        },
        MinSize: 2,
        MaxSize: 10,
        VPCZoneIdentifier: 'subnet-1,subnet-2',
        NewInstancesProtectedFromScaleIn: true,
        CapacityRebalance: false,
        Tags: Object.entries(tags).map(([Key, Value]) => ({
          Key,
          Value,
          ResourceId: 'hosts',
          ResourceType: 'auto-scaling-group',
          PropagateAtLaunch: true,
        })),
      },
    ])
  })

  it('reads what was declared, whatever size ECS has given it', async () => {
    const asg = mockAutoScaling()
    asg.on(DescribeAutoScalingGroupsCommand).resolves({ AutoScalingGroups: [row] })
    const [found] = await group.read([readRequest(address, props, attributes)], mockedContext())
    expect(found).toEqual({ attributes, props: { ...props, mixedInstances: null }, tags })
    expect(asg.calls()).toHaveLength(1)
  })

  it('changes a size in one call that names nothing else', async () => {
    const asg = mockAutoScaling()
    asg.on(UpdateAutoScalingGroupCommand).resolves({})
    await group.update!(
      { address, attributes, observed: props, props: { ...props, maxSize: 4 }, changed: ['maxSize'] },
      mockedContext(),
    )
    expect(asg.calls().map(call => call.args[0].input)).toEqual([
      { AutoScalingGroupName: 'hosts', MaxSize: 4 },
    ])
  })

  it('exchanges its instances for ones of the new template, the protected ones too', async () => {
    const asg = mockAutoScaling()
    asg.on(UpdateAutoScalingGroupCommand).resolves({})
    asg.on(StartInstanceRefreshCommand).resolves({ InstanceRefreshId: 'refresh-1' })
    const updated = await group.update!(
      {
        address,
        attributes,
        observed: props,
        props: { ...props, launchTemplateVersion: '2' },
        changed: ['launchTemplateVersion'],
      },
      mockedContext(),
    )
    expect(updated).toEqual({ ...attributes, refreshId: 'refresh-1' })
    expect(asg.calls().map(call => call.args[0].input)).toEqual([
      { AutoScalingGroupName: 'hosts', LaunchTemplate: { LaunchTemplateId: 'lt-1', Version: '2' } },
      {
        AutoScalingGroupName: 'hosts',
        Preferences: { MinHealthyPercentage: 90, ScaleInProtectedInstances: 'Refresh', SkipMatching: true },
      },
    ])
  })

  it.each([
    ['InProgress', { state: 'waiting', status: 'exchanging instances, 50 %' }],
    ['Failed', { state: 'failed', reason: 'the exchange of instances is Failed: too few are healthy' }],
    ['Successful', { state: 'ready', attributes }],
  ] as const)('follows an exchange that is %s', async (Status, readiness) => {
    const asg = mockAutoScaling()
    asg.on(DescribeAutoScalingGroupsCommand).resolves({ AutoScalingGroups: [row] })
    asg.on(DescribeInstanceRefreshesCommand).resolves({
      InstanceRefreshes: [{ Status, PercentageComplete: 50, StatusReason: 'too few are healthy' }],
    })
    expect(await group.ready!([{ ...attributes, refreshId: 'refresh-1' }], mockedContext())).toEqual([
      readiness,
    ])
  })

  it.each([
    ['You have requested more vCPU capacity than your limit', 'waiting'],
    ['Invalid IAM Instance Profile name', 'waiting'],
    ['The image id [ami-1] does not exist', 'failed'],
  ])('takes a launch that failed with “%s” for %s', async (StatusMessage, state) => {
    const asg = mockAutoScaling()
    asg.on(DescribeAutoScalingGroupsCommand).resolves({ AutoScalingGroups: [{ ...row, Instances: [] }] })
    asg.on(DescribeScalingActivitiesCommand).resolves({
      Activities: [
        {
          ActivityId: '1',
          AutoScalingGroupName: 'hosts',
          Cause: '',
          StartTime: new Date(0),
          StatusCode: 'Failed',
          StatusMessage,
        },
      ],
    })
    expect(await group.ready!([attributes], mockedContext())).toEqual([expect.objectContaining({ state })])
  })

  it.each([
    ['has ended badly', 'Failed', { launchTemplateVersion: '1' }, undefined],
    ['is going on', 'InProgress', { launchTemplateVersion: '2' }, 'exchanging instances'],
  ] as const)(
    'sees instances of an older template whose exchange %s',
    async (_how, Status, found, pending) => {
      const asg = mockAutoScaling()
      const LaunchTemplate = { LaunchTemplateId: 'lt-1', Version: '1' }
      const Instances = (row.Instances ?? []).map(one => ({ ...one, LaunchTemplate }))
      asg.on(DescribeAutoScalingGroupsCommand).resolves({
        AutoScalingGroups: [{ ...row, Instances, LaunchTemplate: { ...LaunchTemplate, Version: '2' } }],
      })
      asg.on(DescribeInstanceRefreshesCommand).resolves({
        InstanceRefreshes: [{ InstanceRefreshId: 'refresh-1', Status }],
      })
      const [observed] = await group.read([readRequest(address, props, attributes)], mockedContext())
      expect(observed?.props).toMatchObject(found)
      expect(observed?.pending).toBe(pending)
      expect(observed?.attributes.refreshId).toBe(pending && 'refresh-1')
    },
  )

  it('really runs the new template on new instances when the exchange is over', async () => {
    const context = sandboxContext()
    const wish = group.normalise!(await groupProps(context))
    const made = await settle(
      group,
      await group.create({ address, props: wish, tags, token }, context),
      context,
    )
    const ids = async () => {
      const { AutoScalingGroups = [] } = await context.aws.autoscaling.describeAutoScalingGroups({})
      return (AutoScalingGroups[0]?.Instances ?? []).map(({ InstanceId }) => InstanceId)
    }
    const before = await ids()
    expect(before).toHaveLength(2)
    await context.aws.ec2.createLaunchTemplateVersion({
      LaunchTemplateId: wish.launchTemplateId,
      LaunchTemplateData: { InstanceType: 't3.large' },
    })
    const updated = await group.update!(
      {
        address,
        attributes: made as typeof attributes,
        observed: wish,
        props: { ...wish, launchTemplateVersion: '2' },
        changed: ['launchTemplateVersion'],
      },
      context,
    )
    await settle(group, updated, context)
    const after = await ids()
    expect(after).toHaveLength(2)
    expect(after.some(id => before.includes(id))).toBe(false)
  })

  it('returns one of that name that another stack made, with its tags', async () => {
    const asg = mockAutoScaling()
    asg.on(DescribeAutoScalingGroupsCommand).resolves({
      AutoScalingGroups: [{ ...row, Tags: [{ Key: 'owner', Value: 'else' }] }],
    })
    const [found] = await group.read([readRequest(address, props)], mockedContext())
    expect(found?.tags).toEqual({ owner: 'else' })
  })

  it('is deleted by force, for ECS never takes the protection off its instances', async () => {
    const asg = mockAutoScaling()
    const gone = Object.assign(new Error('AutoScalingGroup name not found'), { name: 'ValidationError' })
    asg.on(DeleteAutoScalingGroupCommand).resolvesOnce({}).rejects(gone)
    const request = { address, attributes, dataMayGo: false }
    await group.delete(request, mockedContext())
    await group.delete(request, mockedContext())
    expect(asg.calls().map(call => call.args[0].input)[0]).toEqual({
      AutoScalingGroupName: 'hosts',
      ForceDelete: true,
    })
  })
})
