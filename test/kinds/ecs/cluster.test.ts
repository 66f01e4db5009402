import {
  ClusterNotFoundException,
  CreateClusterCommand,
  DeleteClusterCommand,
  DescribeClustersCommand,
  ECSClient,
  PutClusterCapacityProvidersCommand,
  UpdateClusterSettingsCommand,
} from '@aws-sdk/client-ecs'
import { describe, expect, it } from 'vitest'
import { cluster } from '../../../src/kinds/ecs/cluster.ts'
import type { ClusterAttributes, ClusterProps } from '../../../src/kinds/ecs/cluster.ts'
import { service } from '../../../src/kinds/ecs/service.ts'
import { mockedContext, readRequest, sandboxContext, tagsFor } from '../../support/context.ts'
import { stubbed } from '../../support/stubbed.ts'
import { describeKindLife, settle, vanish } from '../../support/kind-life.ts'
import { fargateService, token } from './parts.ts'
import { whileInUse } from '../../support/while-in-use.ts'

const address = 'web/cluster'
const tags = tagsFor(address)
const awsTags = Object.entries(tags).map(([key, value]) => ({ key, value }))
const props: ClusterProps = { clusterName: 'shop', containerInsights: 'enhanced' }
const attributes: ClusterAttributes = {
  clusterName: 'shop',
  arn: 'arn:aws:ecs:us-east-1:123456789012:cluster/shop',
}
const shown = {
  clusterName: 'shop',
  clusterArn: attributes.arn,
  status: 'ACTIVE',
  settings: [{ name: 'containerInsights' as const, value: 'enhanced' }],
  tags: awsTags,
}

describeKindLife({
  kind: cluster,
  props: async () => ({ clusterName: 'shop', capacityProviders: ['FARGATE_SPOT', 'FARGATE'] }),
  changes: [{ containerInsights: 'enabled' }, { capacityProviders: ['FARGATE'] }],
})

describe('ecs/cluster', () => {
  it('is created in one call that carries its tags and settings', async () => {
    const ecs = stubbed(ECSClient)
    ecs.on(CreateClusterCommand).resolves({ cluster: shown })
    expect(await cluster.create({ address, props, tags, token }, mockedContext())).toEqual(attributes)
    expect(ecs.calls().map(call => call.args[0].input)).toEqual([
      {
        clusterName: 'shop',
        tags: awsTags,
        settings: [{ name: 'containerInsights', value: 'enhanced' }],
      },
    ])
  })

  it('leaves the insights to the account where none are declared', async () => {
    const ecs = stubbed(ECSClient)
    ecs.on(CreateClusterCommand).resolves({ cluster: shown })
    await cluster.create({ address, props: { clusterName: 'shop' }, tags, token }, mockedContext())
    expect(ecs.calls().map(call => call.args[0].input)).toEqual([{ clusterName: 'shop', tags: awsTags }])
  })

  it('reads many in one call and takes an inactive one for absent', async () => {
    const ecs = stubbed(ECSClient)
    ecs.on(DescribeClustersCommand).resolves({
      clusters: [shown, { ...shown, clusterName: 'old', status: 'INACTIVE' }],
    })
    const found = await cluster.read(
      [readRequest('a', { clusterName: 'old' }), readRequest(address, props, attributes)],
      mockedContext(),
    )
    expect(found.map(one => one?.attributes)).toEqual([undefined, attributes])
    expect(found[1]?.props).toMatchObject(props)
    expect(ecs.calls().map(call => call.args[0].input)).toEqual([
      { clusters: ['old', 'shop'], include: ['TAGS', 'SETTINGS'] },
    ])
  })

  it('shows the tags of a cluster that somebody else made under the same name', async () => {
    const ecs = stubbed(ECSClient)
    ecs
      .on(DescribeClustersCommand)
      .resolves({ clusters: [{ ...shown, tags: [{ key: 'team', value: 'x' }] }] })
    const [found] = await cluster.read([readRequest(address, props)], mockedContext())
    expect(found?.tags).toEqual({ team: 'x' })
  })

  it('changes its insights in one call', async () => {
    const ecs = stubbed(ECSClient)
    ecs.on(UpdateClusterSettingsCommand).resolves({})
    const observed = { ...props, containerInsights: 'disabled' } as const
    await cluster.update!(
      { address, attributes, observed, props, changed: ['containerInsights'] },
      mockedContext(),
    )
    expect(ecs.calls().map(call => call.args[0].input)).toEqual([
      { cluster: 'shop', settings: [{ name: 'containerInsights', value: 'enhanced' }] },
    ])
  })

  it('keeps what still applies of the default strategy when the capacity providers change', async () => {
    const ecs = stubbed(ECSClient)
    const fargate = { capacityProvider: 'FARGATE', base: 1, weight: 1 }
    ecs.on(DescribeClustersCommand).resolves({
      clusters: [
        { ...shown, defaultCapacityProviderStrategy: [fargate, { capacityProvider: 'FARGATE_SPOT' }] },
      ],
    })
    ecs.on(PutClusterCapacityProvidersCommand).resolves({})
    const wanted = { ...props, capacityProviders: ['FARGATE'] }
    await cluster.update!(
      { address, attributes, observed: wanted, props: wanted, changed: ['capacityProviders'] },
      mockedContext(),
    )
    expect(ecs.commandCalls(PutClusterCapacityProvidersCommand).map(call => call.args[0].input)).toEqual([
      { cluster: 'shop', capacityProviders: ['FARGATE'], defaultCapacityProviderStrategy: [fargate] },
    ])
  })

  it('waits while it is being provisioned and fails with it', async () => {
    const ecs = stubbed(ECSClient)
    ecs
      .on(DescribeClustersCommand)
      .resolvesOnce({ clusters: [] })
      .resolvesOnce({ clusters: [{ ...shown, status: 'PROVISIONING' }] })
      .resolvesOnce({ clusters: [{ ...shown, status: 'FAILED' }] })
      .resolves({ clusters: [shown] })
    const look = () => cluster.ready!([attributes], mockedContext())
    expect(await look()).toEqual([{ state: 'waiting', status: 'MISSING' }])
    expect(await look()).toEqual([{ state: 'waiting', status: 'PROVISIONING' }])
    expect(await look()).toEqual([{ state: 'failed', reason: 'the cluster is FAILED' }])
    expect(await look()).toEqual([{ state: 'ready', attributes }])
  })

  it('takes an already deleted cluster for deleted', async () => {
    const ecs = stubbed(ECSClient)
    ecs
      .on(DeleteClusterCommand)
      .rejects(new ClusterNotFoundException({ $metadata: {}, message: 'Cluster not found.' }))
    await cluster.delete({ address, attributes, dataMayGo: false }, mockedContext())
  })

  it('goes once its last service has drained', async () => {
    const context = sandboxContext()
    const wanted = await fargateService(context)
    const made = await service.create({ address: 'web/service', props: wanted, tags, token }, context)
    await settle(service, made, context)
    await service.delete({ address: 'web/service', attributes: made, dataMayGo: false }, context)
    await whileInUse(context.clock, () => cluster.delete({ address, attributes, dataMayGo: false }, context))
    await vanish(cluster, attributes, context)
    expect(context.calls.some(({ error }) => error === 'ClusterContainsServicesException')).toBe(true)
  })
})
