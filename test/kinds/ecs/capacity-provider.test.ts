import {
  CreateCapacityProviderCommand,
  DeleteCapacityProviderCommand,
  DescribeCapacityProvidersCommand,
  DescribeClustersCommand,
  ECSClient,
  PutClusterCapacityProvidersCommand,
  UpdateCapacityProviderCommand,
} from '@aws-sdk/client-ecs'
import { describe, expect, it } from 'vitest'
import { capacityProvider } from '../../../src/kinds/ecs/capacity-provider.ts'
import { clusterCapacity } from '../../../src/kinds/ecs/cluster-capacity.ts'
import type { SandboxContext } from '../../support/context.ts'
import { mockedContext, readRequest, sandboxContext, tagsFor } from '../../support/context.ts'
import { describeKindLife, settle } from '../../support/kind-life.ts'
import { stubbed } from '../../support/stubbed.ts'
import { makeAutoScalingGroup } from '../autoscaling/parts.ts'
import { token } from '../ec2/network.ts'

const address = 'capacity/provider'
const tags = tagsFor(address)
const arn = 'arn:aws:ecs:us-east-1:123456789012:capacity-provider/hosts'
const attributes = { name: 'hosts', arn }
const props = {
  name: 'hosts',
  autoScalingGroupArn:
    'arn:aws:autoscaling:us-east-1:123456789012:autoScalingGroup:1:autoScalingGroupName/hosts',
  targetCapacity: 100,
  managedTerminationProtection: true,
  managedDraining: true,
}

async function place(context: SandboxContext) {
  return { ...props, autoScalingGroupArn: await makeAutoScalingGroup(context) }
}

async function makeProvider(context: SandboxContext) {
  await context.aws.ecs.createCluster({ clusterName: 'shop' })
  const made = await capacityProvider.create({ address, props: await place(context), tags, token }, context)
  await settle(capacityProvider, made, context)
  return { clusterName: 'shop', capacityProviders: ['hosts'] }
}

describeKindLife({
  kind: capacityProvider,
  props: place,
  changes: [{ targetCapacity: 80 }, { managedDraining: false }],
})
describeKindLife({
  kind: clusterCapacity,
  props: makeProvider,
  changes: [{ capacityProviders: ['hosts', 'FARGATE_SPOT'] }],
})

describe('ecs/capacity-provider', () => {
  it('is created in one call that carries its tags', async () => {
    const ecs = stubbed(ECSClient)
    ecs.on(CreateCapacityProviderCommand).resolves({
      capacityProvider: { name: 'hosts', capacityProviderArn: arn },
    })
    expect(await capacityProvider.create({ address, props, tags, token }, mockedContext())).toEqual(
      attributes,
    )
    expect(ecs.calls().map(call => call.args[0].input)).toEqual([
      {
        name: 'hosts',
        autoScalingGroupProvider: {
          autoScalingGroupArn: props.autoScalingGroupArn,
          managedScaling: { status: 'ENABLED', targetCapacity: 100 },
          managedTerminationProtection: 'ENABLED',
          managedDraining: 'ENABLED',
        },
        tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
      },
    ])
  })

  it('changes in one call, and never its group', async () => {
    const ecs = stubbed(ECSClient)
    ecs.on(UpdateCapacityProviderCommand).resolves({})
    await capacityProvider.update!(
      {
        address,
        attributes,
        observed: props,
        props: { ...props, targetCapacity: 80 },
        changed: ['targetCapacity'],
      },
      mockedContext(),
    )
    expect(ecs.calls().map(call => call.args[0].input)).toEqual([
      {
        name: 'hosts',
        autoScalingGroupProvider: {
          managedScaling: { status: 'ENABLED', targetCapacity: 80 },
          managedTerminationProtection: 'ENABLED',
          managedDraining: 'ENABLED',
        },
      },
    ])
  })

  it('returns one of that name that another stack made, with its tags', async () => {
    const ecs = stubbed(ECSClient)
    ecs.on(DescribeCapacityProvidersCommand).resolves({
      capacityProviders: [
        {
          name: 'hosts',
          capacityProviderArn: arn,
          status: 'ACTIVE',
          tags: [{ key: 'owner', value: 'else' }],
        },
      ],
    })
    const [found] = await capacityProvider.read([readRequest(address, props)], mockedContext())
    expect(found?.tags).toEqual({ owner: 'else' })
  })

  it('fails with ECS’s reason when ECS could not change it', async () => {
    const ecs = stubbed(ECSClient)
    ecs.on(DescribeCapacityProvidersCommand).resolves({
      capacityProviders: [
        {
          name: 'hosts',
          status: 'ACTIVE',
          updateStatus: 'UPDATE_FAILED',
          updateStatusReason: 'no scaling plan',
        },
      ],
    })
    expect(await capacityProvider.ready!([attributes], mockedContext())).toEqual([
      { state: 'failed', reason: 'no scaling plan' },
    ])
  })

  it('takes one that is already gone for deleted', async () => {
    const ecs = stubbed(ECSClient)
    const message =
      'The specified capacity provider does not exist. Specify a valid name or ARN and try again.'
    ecs
      .on(DeleteCapacityProviderCommand)
      .rejects(Object.assign(new Error(message), { name: 'ClientException' }))
    await capacityProvider.delete({ address, attributes, dataMayGo: false }, mockedContext())
    expect(ecs.calls()).toHaveLength(1)
  })
})

describe('ecs/cluster-capacity', () => {
  it('waits until the cluster has taken the group in', async () => {
    const context = sandboxContext()
    const wish = await makeProvider(context)
    const made = await clusterCapacity.create({ address, props: wish, tags: {}, token }, context)
    expect(await clusterCapacity.ready!([made], context)).toEqual([
      { state: 'waiting', status: 'UPDATE_IN_PROGRESS' },
    ])
    await context.clock.sleep(30_000)
    expect(await clusterCapacity.ready!([made], context)).toEqual([{ state: 'ready', attributes: made }])
  })

  it('goes before its providers: they are not deleted while a cluster has them', async () => {
    const context = sandboxContext()
    const made = await clusterCapacity.create(
      { address, props: await makeProvider(context), tags: {}, token },
      context,
    )
    const remove = () => context.aws.ecs.deleteCapacityProvider({ capacityProvider: 'hosts' })
    await expect(remove()).rejects.toThrow('associated with cluster')
    await clusterCapacity.delete({ address, attributes: made, dataMayGo: false }, context)
    await remove()
  })

  it('replaces both lists of the cluster in one call', async () => {
    const ecs = stubbed(ECSClient)
    ecs.on(PutClusterCapacityProvidersCommand).resolves({})
    const wish = { clusterName: 'shop', capacityProviders: ['hosts'] }
    await clusterCapacity.create({ address, props: wish, tags: {}, token }, mockedContext())
    expect(ecs.calls().map(call => call.args[0].input)).toEqual([
      { cluster: 'shop', capacityProviders: ['hosts'], defaultCapacityProviderStrategy: [] },
    ])
  })

  it('is absent from a cluster that has no provider', async () => {
    const ecs = stubbed(ECSClient)
    ecs.on(DescribeClustersCommand).resolves({ clusters: [{ clusterName: 'shop', status: 'ACTIVE' }] })
    const wish = { clusterName: 'shop', capacityProviders: ['hosts'] }
    expect(await clusterCapacity.read([readRequest(address, wish)], mockedContext())).toEqual([undefined])
  })
})
