import {
  CreateCacheSubnetGroupCommand,
  DeleteCacheSubnetGroupCommand,
  DescribeCacheSubnetGroupsCommand,
  ElastiCacheClient,
  ListTagsForResourceCommand,
  ModifyCacheSubnetGroupCommand,
} from '@aws-sdk/client-elasticache'
import { describe, expect, it } from 'vitest'
import { tagList } from '../../../src/aws/tags.ts'
import { subnetGroup } from '../../../src/kinds/elasticache/subnet-group.ts'
import { awsFault } from '../../../src/sandbox/fault.ts'
import { mockedContext, readRequest, tagsFor } from '../../support/context.ts'
import { addNetwork, foreignTags } from '../../support/data-network.ts'
import { describeKindLife } from '../../support/kind-life.ts'
import { stubbed } from '../../support/stubbed.ts'
import { whileInUse } from '../../support/while-in-use.ts'

const address = 'cache/subnets'
const props = { name: 'Shop-Test', description: 'shop', subnetIds: ['subnet-b', 'subnet-a'] }
const arn = 'arn:aws:elasticache:us-east-1:123456789012:subnetgroup:shop-test'
const attributes = { name: 'shop-test', arn }
const row = {
  CacheSubnetGroupName: 'shop-test',
  ARN: arn,
  CacheSubnetGroupDescription: 'shop',
  Subnets: [{ SubnetIdentifier: 'subnet-b' }, { SubnetIdentifier: 'subnet-a' }],
}

describeKindLife({
  kind: subnetGroup,
  props: async context => {
    addNetwork(context)
    return props
  },
  changes: [{ description: 'the shop' }, { subnetIds: ['subnet-a', 'subnet-c'] }],
})

describe('elasticache/subnet-group', () => {
  it('is refused other subnets altogether: what stands in them cannot move', () => {
    expect(subnetGroup.refuses!(props, { ...props, subnetIds: ['subnet-c'] })?.why).toContain('cannot move')
    expect(subnetGroup.refuses!(props, { ...props, subnetIds: ['subnet-a', 'subnet-c'] })).toBeUndefined()
  })

  it('is created in one call that carries its tags', async () => {
    const elasticache = stubbed(ElastiCacheClient)
    elasticache.on(CreateCacheSubnetGroupCommand).resolves({ CacheSubnetGroup: row })
    const tags = tagsFor(address)
    const request = { address, props: subnetGroup.normalise!(props), tags, token: '0' }
    expect(await subnetGroup.create(request, mockedContext())).toEqual(attributes)
    expect(elasticache.calls().map(call => call.args[0].input)).toEqual([
      {
        CacheSubnetGroupName: 'shop-test',
        CacheSubnetGroupDescription: 'shop',
        SubnetIds: ['subnet-a', 'subnet-b'],
        Tags: tagList(tags),
      },
    ])
  })

  it('shows no change when read again, and asks for no tags then', async () => {
    const elasticache = stubbed(ElastiCacheClient)
    elasticache.on(DescribeCacheSubnetGroupsCommand).resolves({ CacheSubnetGroups: [row] })
    const [observed] = await subnetGroup.read([readRequest(address, props, attributes)], mockedContext())
    expect(observed).toEqual({ attributes, props: subnetGroup.normalise!(props), tags: undefined })
    expect(elasticache.calls()).toHaveLength(1)
  })

  it('is returned with the tags of the other stack when the name is taken', async () => {
    const elasticache = stubbed(ElastiCacheClient)
    elasticache.on(DescribeCacheSubnetGroupsCommand).resolves({ CacheSubnetGroups: [row] })
    elasticache.on(ListTagsForResourceCommand).resolves({ TagList: tagList(foreignTags) })
    const [observed] = await subnetGroup.read([readRequest(address, props)], mockedContext())
    expect(observed?.tags).toEqual(foreignTags)
  })

  it('changes the description in one request with nothing else in it', async () => {
    const elasticache = stubbed(ElastiCacheClient)
    elasticache.on(ModifyCacheSubnetGroupCommand).resolves({})
    const wished = { ...props, description: 'new' }
    await subnetGroup.update!(
      { address, attributes, observed: props, props: wished, changed: ['description'] },
      mockedContext(),
    )
    expect(elasticache.calls().map(call => call.args[0].input)).toEqual([
      { CacheSubnetGroupName: 'shop-test', CacheSubnetGroupDescription: 'new' },
    ])
  })

  it('waits with its deletion until the last cache has gone', async () => {
    const elasticache = stubbed(ElastiCacheClient)
    const inUse = awsFault('CacheSubnetGroupInUse', 'is currently in use')
    elasticache.on(DeleteCacheSubnetGroupCommand).rejectsOnce(inUse).resolves({})
    const context = mockedContext()
    const started = context.clock.now()
    await whileInUse(context.clock, () =>
      subnetGroup.delete({ address, attributes, dataMayGo: false }, context),
    )
    expect(context.clock.now() - started).toBe(5000)
  })
})
