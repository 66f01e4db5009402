import {
  CreateDBSubnetGroupCommand,
  DeleteDBSubnetGroupCommand,
  DescribeDBSubnetGroupsCommand,
  ListTagsForResourceCommand,
  ModifyDBSubnetGroupCommand,
  RDSClient,
} from '@aws-sdk/client-rds'
import { describe, expect, it } from 'vitest'
import { tagList } from '../../../src/aws/tags.ts'
import { subnetGroup } from '../../../src/kinds/rds/subnet-group.ts'
import { awsFault } from '../../../src/sandbox/fault.ts'
import { mockedContext, readRequest, sandboxContext, tagsFor } from '../../support/context.ts'
import { addNetwork, foreignTags } from '../../support/data-network.ts'
import { describeKindLife } from '../../support/kind-life.ts'
import { stubbed } from '../../support/stubbed.ts'
import { whileInUse } from '../../support/while-in-use.ts'

const address = 'database/subnets'
const props = { name: 'Shop-Test', description: 'shop', subnetIds: ['subnet-b', 'subnet-a'] }
const attributes = { name: 'shop-test', arn: 'arn:aws:rds:us-east-1:123456789012:subgrp:shop-test' }
const row = {
  DBSubnetGroupName: 'shop-test',
  DBSubnetGroupArn: attributes.arn,
  DBSubnetGroupDescription: 'shop',
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

describe('rds/subnet-group', () => {
  it('is refused other subnets altogether: what stands in them cannot move', () => {
    expect(subnetGroup.refuses!(props, { ...props, subnetIds: ['subnet-c'] })?.why).toContain('cannot move')
    expect(subnetGroup.refuses!(props, { ...props, subnetIds: ['subnet-a', 'subnet-c'] })).toBeUndefined()
  })

  it('is created in one call that carries its tags', async () => {
    const rds = stubbed(RDSClient)
    rds.on(CreateDBSubnetGroupCommand).resolves({ DBSubnetGroup: row })
    const tags = tagsFor(address)
    const request = { address, props: subnetGroup.normalise!(props), tags, token: '0' }
    expect(await subnetGroup.create(request, mockedContext())).toEqual(attributes)
    expect(rds.calls().map(call => call.args[0].input)).toEqual([
      {
        DBSubnetGroupName: 'shop-test',
        DBSubnetGroupDescription: 'shop',
        SubnetIds: ['subnet-a', 'subnet-b'],
        Tags: tagList(tags),
      },
    ])
  })

  it('shows no change when read again, and asks for no tags then', async () => {
    const rds = stubbed(RDSClient)
    rds.on(DescribeDBSubnetGroupsCommand).resolves({ DBSubnetGroups: [row] })
    const [observed] = await subnetGroup.read([readRequest(address, props, attributes)], mockedContext())
    expect(observed).toEqual({ attributes, props: subnetGroup.normalise!(props), tags: undefined })
    expect(rds.calls()).toHaveLength(1)
  })

  it('is returned with the tags of the other stack when the name is taken', async () => {
    const rds = stubbed(RDSClient)
    rds.on(DescribeDBSubnetGroupsCommand).resolves({ DBSubnetGroups: [row] })
    rds.on(ListTagsForResourceCommand).resolves({ TagList: tagList(foreignTags) })
    const [observed] = await subnetGroup.read([readRequest(address, props)], mockedContext())
    expect(observed?.tags).toEqual(foreignTags)
  })

  it('keeps the subnets that AWS has when only the description changes', async () => {
    const rds = stubbed(RDSClient)
    rds.on(ModifyDBSubnetGroupCommand).resolves({})
    const observed = { ...props, name: 'shop-test', subnetIds: ['subnet-a', 'subnet-x'] }
    const wished = { ...props, description: 'new' }
    await subnetGroup.update!(
      { address, attributes, observed, props: wished, changed: ['description'] },
      mockedContext(),
    )
    expect(rds.calls().map(call => call.args[0].input)).toEqual([
      {
        DBSubnetGroupName: 'shop-test',
        DBSubnetGroupDescription: 'new',
        SubnetIds: ['subnet-a', 'subnet-x'],
      },
    ])
  })

  it('waits with its deletion until the last instance has gone', async () => {
    const rds = stubbed(RDSClient)
    const inUse = awsFault(
      'InvalidDBSubnetGroupStateFault',
      'at least one database instance is still using it',
    )
    rds.on(DeleteDBSubnetGroupCommand).rejectsOnce(inUse).resolves({})
    const context = mockedContext()
    const started = context.clock.now()
    await whileInUse(context.clock, () =>
      subnetGroup.delete({ address, attributes, dataMayGo: false }, context),
    )
    expect(context.clock.now() - started).toBe(5000)
  })

  it('is refused by the embedded AWS in a single availability zone', async () => {
    const context = sandboxContext()
    addNetwork(context)
    const request = {
      address,
      props: { ...props, subnetIds: ['subnet-a'] },
      tags: tagsFor(address),
      token: '0',
    }
    await expect(subnetGroup.create(request, context)).rejects.toThrow('at least 2 AZs')
  })
})
