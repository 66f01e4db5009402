import {
  CreateReplicationGroupCommand,
  DeleteReplicationGroupCommand,
  DescribeCacheClustersCommand,
  DescribeReplicationGroupsCommand,
  ElastiCacheClient,
  IncreaseReplicaCountCommand,
  ListTagsForResourceCommand,
  ModifyReplicationGroupCommand,
} from '@aws-sdk/client-elasticache'
import type { CacheCluster, ReplicationGroup } from '@aws-sdk/client-elasticache'
import { describe, expect, it } from 'vitest'
import { tagList } from '../../../src/aws/tags.ts'
import { replicationGroup } from '../../../src/kinds/elasticache/replication-group.ts'
import type { ReplicationGroupProps } from '../../../src/kinds/elasticache/replication-group.ts'
import { subnetGroup } from '../../../src/kinds/elasticache/subnet-group.ts'
import { awsFault } from '../../../src/sandbox/fault.ts'
import { mockedContext, readRequest, sandboxContext, tagsFor } from '../../support/context.ts'
import type { SandboxContext } from '../../support/context.ts'
import { addNetwork, foreignTags } from '../../support/data-network.ts'
import { describeKindLife } from '../../support/kind-life.ts'
import { stubbed } from '../../support/stubbed.ts'

const address = 'step/thing'
const tags = tagsFor(address)
const props: ReplicationGroupProps = {
  replicationGroupId: 'Shop-Test',
  description: 'shop',
  engine: 'redis',
  engineVersion: '7.1',
  nodeType: 'cache.t4g.micro',
  numCacheClusters: 2,
  port: 6379,
  subnetGroupName: 'shop-test',
  securityGroupIds: ['sg-2', 'sg-1'],
  automaticFailover: true,
  maintenanceWindow: 'Mon:04:30-Mon:05:30',
}
const normal = replicationGroup.normalise!(props)
const arn = 'arn:aws:elasticache:us-east-1:123456789012:replicationgroup:shop-test'
const attributes = { replicationGroupId: 'shop-test', arn, host: 'shop.cache', port: 6379 }
const row: ReplicationGroup = {
  ReplicationGroupId: 'shop-test',
  ARN: arn,
  Description: 'shop',
  Status: 'available',
  MemberClusters: ['shop-test-001', 'shop-test-002'],
  NodeGroups: [{ PrimaryEndpoint: { Address: 'shop.cache', Port: 6379 } }],
  AutomaticFailover: 'enabled',
  MultiAZ: 'disabled',
  CacheNodeType: 'cache.t4g.micro',
}
const member: CacheCluster = {
  CacheClusterId: 'shop-test-001',
  ReplicationGroupId: 'shop-test',
  Engine: 'redis',
  EngineVersion: '7.1.0',
  CacheSubnetGroupName: 'shop-test',
  SecurityGroups: [{ SecurityGroupId: 'sg-2' }, { SecurityGroupId: 'sg-1' }],
  PreferredMaintenanceWindow: 'mon:04:30-mon:05:30',
}

async function prepare(context: SandboxContext): Promise<ReplicationGroupProps> {
  addNetwork(context)
  const group = { name: 'shop-test', description: 'shop', subnetIds: ['subnet-a', 'subnet-b'] }
  await subnetGroup.create({ address, props: group, tags: tagsFor('cache/subnets'), token: '0' }, context)
  return props
}

describeKindLife({
  kind: replicationGroup,
  props: prepare,
  changes: [
    { description: 'the shop' },
    { numCacheClusters: 3 },
    { multiAz: true },
    { multiAz: false, automaticFailover: false, numCacheClusters: 1 },
    { engine: 'valkey', engineVersion: '8.0' },
    { transitEncryption: 'preferred' },
    { transitEncryption: true },
    { nodeType: 'cache.t4g.small' },
    { securityGroupIds: ['sg-1'] },
    { snapshotRetentionDays: 3 },
    { snapshotWindow: '01:00-02:00' },
    { maintenanceWindow: 'tue:04:30-tue:05:30' },
    { autoMinorVersionUpgrade: false },
    { parameterGroupName: 'default.redis7' },
  ],
})

function showing(group: ReplicationGroup, members: CacheCluster[] = [member]) {
  const elasticache = stubbed(ElastiCacheClient)
  elasticache.on(DescribeReplicationGroupsCommand).resolves({ ReplicationGroups: [group] })
  elasticache.on(DescribeCacheClustersCommand).resolves({ CacheClusters: members })
  return elasticache
}

const update = (change: Partial<ReplicationGroupProps>) => ({
  address,
  attributes,
  observed: normal,
  props: replicationGroup.normalise!({ ...props, ...change }),
  changed: Object.keys(change) as (keyof ReplicationGroupProps)[],
})

describe('elasticache/replication-group', () => {
  it('is created in one call that carries its tags', async () => {
    const elasticache = stubbed(ElastiCacheClient)
    elasticache.on(CreateReplicationGroupCommand).resolves({ ReplicationGroup: { ...row, NodeGroups: [] } })
    const request = { address, props: normal, tags, token: '0' }
    expect(await replicationGroup.create(request, mockedContext())).toEqual({
      ...attributes,
      host: '',
      port: 0,
    })
    expect(JSON.parse(JSON.stringify(elasticache.calls().map(call => call.args[0].input)))).toEqual([
      {
        Port: 6379,
        ReplicationGroupId: 'shop-test',
        ReplicationGroupDescription: 'shop',
        Engine: 'redis',
        EngineVersion: '7.1',
        CacheNodeType: 'cache.t4g.micro',
        NumCacheClusters: 2,
        CacheSubnetGroupName: 'shop-test',
        SecurityGroupIds: ['sg-1', 'sg-2'],
        AutomaticFailoverEnabled: true,
        PreferredMaintenanceWindow: 'mon:04:30-mon:05:30',
        Tags: tagList(tags),
      },
    ])
  })

  it('shows no change when read again, in two calls and without its tags', async () => {
    const elasticache = showing(row)
    const [observed] = await replicationGroup.read([readRequest(address, props, attributes)], mockedContext())
    expect(observed).toMatchObject({ attributes, props: normal })
    expect(observed?.tags).toBeUndefined()
    expect(elasticache.calls()).toHaveLength(2)
  })

  it('has nothing to wait for while its nightly snapshot is taken', async () => {
    showing({ ...row, Status: 'snapshotting' })
    const [observed] = await replicationGroup.read([readRequest(address, props, attributes)], mockedContext())
    expect(observed).toMatchObject({ busy: 'snapshotting' })
    expect(observed?.pending).toBeUndefined()
    const [readiness] = await replicationGroup.ready!([attributes], mockedContext())
    expect(readiness).toEqual({ state: 'ready', attributes, busy: 'snapshotting' })
  })

  it('is taken to be as wished where AWS lists no member that would show it', async () => {
    showing(row, [])
    const [observed] = await replicationGroup.read(
      [readRequest(address, normal, attributes)],
      mockedContext(),
    )
    expect(observed?.props).toMatchObject(normal)
  })

  it('is returned with the tags of the other stack when the name is taken', async () => {
    showing(row)
      .on(ListTagsForResourceCommand)
      .resolves({ TagList: tagList(foreignTags) })
    const [observed] = await replicationGroup.read([readRequest(address, props)], mockedContext())
    expect(observed?.tags).toEqual(foreignTags)
  })

  it('is recognised by the tagging API while it is still being created', async () => {
    const context = sandboxContext()
    const wished = replicationGroup.normalise!(await prepare(context))
    await replicationGroup.create({ address, props: wished, tags, token: '0' }, context)
    const [observed] = await replicationGroup.read([readRequest(address, wished)], context)
    expect(observed).toMatchObject({ tags, pending: 'creating' })
  })

  it('changes one prop in one request with nothing else in it', async () => {
    const elasticache = stubbed(ElastiCacheClient)
    elasticache.on(ModifyReplicationGroupCommand).resolves({})
    await replicationGroup.update!(update({ nodeType: 'cache.m7g.large' }), mockedContext())
    expect(elasticache.calls().map(call => call.args[0].input)).toEqual([
      { ReplicationGroupId: 'shop-test', CacheNodeType: 'cache.m7g.large', ApplyImmediately: true },
    ])
  })

  it('adds replicas before it switches on what needs them', async () => {
    const elasticache = stubbed(ElastiCacheClient)
    elasticache.on(IncreaseReplicaCountCommand).resolves({})
    elasticache.on(ModifyReplicationGroupCommand).resolves({})
    await replicationGroup.update!(update({ multiAz: true, numCacheClusters: 3 }), mockedContext())
    expect(elasticache.calls().map(call => call.args[0].input)).toEqual([
      { ReplicationGroupId: 'shop-test', NewReplicaCount: 2, ApplyImmediately: true },
      { ReplicationGroupId: 'shop-test', MultiAZEnabled: true, ApplyImmediately: true },
    ])
  })

  it.each<[Partial<ReplicationGroupProps>, Partial<ReplicationGroupProps>]>([
    [{ engine: 'valkey' }, { engine: 'redis' }],
    [{ engineVersion: '7.1' }, { engineVersion: '7.0' }],
  ])('refuses to go from %j to %j', (before, after) => {
    expect(replicationGroup.refuses!({ ...normal, ...before }, { ...normal, ...after })?.why).toContain(
      'go back',
    )
  })

  it.each<[Partial<ReplicationGroupProps>, object]>([
    [{ engine: 'valkey', engineVersion: '8.0' }, { TransitEncryptionEnabled: false }],
    [{ engine: 'valkey', engineVersion: '8.0', transitEncryption: true }, { TransitEncryptionEnabled: true }],
    [{ engine: 'redis' }, { TransitEncryptionEnabled: undefined }],
    [
      { transitEncryption: 'preferred' },
      { TransitEncryptionEnabled: true, TransitEncryptionMode: 'preferred' },
    ],
  ])('says of TLS at its creation what AWS wants to be told: %j', async (change, input) => {
    const elasticache = stubbed(ElastiCacheClient)
    elasticache.on(CreateReplicationGroupCommand).resolves({ ReplicationGroup: row })
    const wish = { ...normal, ...change }
    await replicationGroup.create({ address, props: wish, tags, token: '0' }, mockedContext())
    expect(elasticache.calls()[0]!.args[0].input).toMatchObject(input)
  })

  it.each([
    [false, true, 'preferred'],
    ['preferred', true, 'preferred'],
    [false, 'preferred', 'preferred'],
    [true, 'preferred', 'preferred'],
    [true, true, true],
  ] as const)('from TLS %s to %s, it has %s until its users have moved', (from, to, wide) => {
    const [before, after] = [from, to].map(transitEncryption => ({ ...normal, transitEncryption }))
    expect(replicationGroup.wide!(before!, after!)).toMatchObject({ transitEncryption: wide })
  })

  it.each<[Partial<ReplicationGroupProps>, Partial<ReplicationGroupProps>, string]>([
    [{ transitEncryption: true }, { transitEncryption: false }, 'would take away the endpoint'],
    [
      { engineVersion: '6.2', transitEncryption: false },
      { engineVersion: '6.2', transitEncryption: true },
      'switches TLS on for Redis 7',
    ],
  ])('refuses to go from %j to %j, and nothing else', (before, after, why) => {
    expect(replicationGroup.refuses!({ ...normal, ...before }, { ...normal, ...after })).toMatchObject({
      why: expect.stringContaining(why),
      blocks: ['transitEncryption'],
    })
  })

  it.each<[Partial<ReplicationGroup>, object]>([
    [{}, { state: 'ready', attributes }],
    [
      { Status: 'creating', NodeGroups: [] },
      { state: 'waiting', status: 'creating' },
    ],
    [{ AutomaticFailover: 'enabling' }, { state: 'waiting', status: 'modifying' }],
    [{ Status: 'create-failed' }, { state: 'failed', reason: 'create-failed' }],
  ])('with %j is %j', async (change, readiness) => {
    showing({ ...row, ...change })
    expect(await replicationGroup.ready!([attributes], mockedContext())).toEqual([readiness])
  })

  it('goes with a final snapshot, and is deleted when it is being deleted already', async () => {
    const elasticache = stubbed(ElastiCacheClient)
    const already = awsFault(
      'InvalidReplicationGroupStateFault',
      'Replication group shop-test has status deleting which is not valid for deletion.',
    )
    elasticache.on(DeleteReplicationGroupCommand).resolvesOnce({}).rejects(already)
    const context = mockedContext()
    const started = context.clock.now()
    const request = { address, attributes, dataMayGo: false, finalSnapshot: 'last' }
    await replicationGroup.delete(request, context)
    await replicationGroup.delete(request, context)
    expect(elasticache.calls()[0]?.args[0].input).toEqual({
      ReplicationGroupId: 'shop-test',
      FinalSnapshotIdentifier: 'last',
    })
    expect(context.clock.now()).toBe(started)
  })
})
