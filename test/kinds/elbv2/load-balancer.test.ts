import {
  AddTagsCommand,
  CreateLoadBalancerCommand,
  DescribeLoadBalancerAttributesCommand,
  DescribeLoadBalancersCommand,
  DescribeTagsCommand,
  ElasticLoadBalancingV2Client,
  ModifyLoadBalancerAttributesCommand,
  SetSecurityGroupsCommand,
  SetSubnetsCommand,
  SetIpAddressTypeCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { describe, expect, it } from 'vitest'
import { loadBalancer } from '../../../src/kinds/elbv2/load-balancer.ts'
import { interfacesIn } from '../../../src/sandbox/ec2/interface.ts'
import { mockedContext, readRequest, sandboxContext, tagsFor } from '../../support/context.ts'
import { describeKindLife, settle, vanish } from '../../support/kind-life.ts'
import { stubbed } from '../../support/stubbed.ts'
import { makeNetwork } from '../../support/network.ts'
import { arnOf, elbFault, makeLoadBalancer } from './parts.ts'

const address = 'traffic/balancer'
const token = '0123456789abcdef0123456789abcdef'
const props = {
  name: 'shop',
  scheme: 'internet-facing' as const,
  subnetIds: ['subnet-b', 'subnet-a'],
  securityGroupIds: ['sg-1'],
}
const attributes = {
  arn: arnOf('loadbalancer/app/shop/0123'),
  dnsName: 'shop-1.us-east-1.elb.amazonaws.com',
  hostedZoneId: 'Z1',
  fullName: 'app/shop/0123',
}
const row = {
  LoadBalancerArn: attributes.arn,
  LoadBalancerName: 'shop',
  DNSName: attributes.dnsName,
  CanonicalHostedZoneId: 'Z1',
  Scheme: 'internet-facing' as const,
  State: { Code: 'active' as const },
  AvailabilityZones: [{ SubnetId: 'subnet-a' }, { SubnetId: 'subnet-b' }],
  SecurityGroups: ['sg-1'],
}

describeKindLife({
  kind: loadBalancer,
  props: async context => {
    const { subnetIds, groupId } = await makeNetwork(context)
    return { ...props, subnetIds, securityGroupIds: [groupId], idleTimeout: 120, deletionProtection: false }
  },
  changes: [{ idleTimeout: 30 }, { deletionProtection: true }, { deletionProtection: false }],
})

describe('elbv2/load-balancer', () => {
  it('is created in one call, whose answer gives all its attributes', async () => {
    const elb = stubbed(ElasticLoadBalancingV2Client)
    elb.on(CreateLoadBalancerCommand).resolves({ LoadBalancers: [row] })
    const request = { address, props, tags: { team: 'blue' }, token }
    expect(await loadBalancer.create(request, mockedContext())).toEqual(attributes)
    await loadBalancer.finish!(request, attributes, mockedContext())
    expect(elb.calls().map(call => call.args[0].input)).toEqual([
      {
        Name: 'shop',
        Type: 'application',
        Scheme: 'internet-facing',
        Subnets: ['subnet-b', 'subnet-a'],
        SecurityGroups: ['sg-1'],
        Tags: [{ Key: 'team', Value: 'blue' }],
      },
    ])
  })

  it('reads no attributes that are not declared, and no tags of a recorded one', async () => {
    const elb = stubbed(ElasticLoadBalancingV2Client)
    elb.on(DescribeLoadBalancersCommand).resolves({ LoadBalancers: [row] })
    const [observed] = await loadBalancer.read([readRequest(address, props, attributes)], mockedContext())
    expect(observed).toEqual({
      attributes,
      props: { ...loadBalancer.normalise!(props), ipAddressType: 'ipv4' },
      tags: undefined,
      pending: undefined,
    })
    expect(elb.calls()).toHaveLength(1)
  })

  it('answers over IPv6 too, from its creation on or later, without being made anew', async () => {
    const elb = stubbed(ElasticLoadBalancingV2Client)
    elb
      .on(CreateLoadBalancerCommand)
      .resolves({ LoadBalancers: [row] })
      .on(SetIpAddressTypeCommand)
      .resolves({})
    const both = { ...props, ipAddressType: 'dualstack' as const }
    await loadBalancer.create({ address, props: both, tags: {}, token }, mockedContext())
    await loadBalancer.update!(
      { address, attributes, observed: props, props: both, changed: ['ipAddressType'] },
      mockedContext(),
    )
    expect(elb.calls().map(call => call.args[0].input)).toEqual([
      expect.objectContaining({ IpAddressType: 'dualstack' }),
      { LoadBalancerArn: attributes.arn, IpAddressType: 'dualstack' },
    ])
  })

  it('reads the attributes that are declared', async () => {
    const elb = stubbed(ElasticLoadBalancingV2Client)
    elb.on(DescribeLoadBalancersCommand).resolves({ LoadBalancers: [row] })
    elb.on(DescribeLoadBalancerAttributesCommand).resolves({
      Attributes: [
        { Key: 'idle_timeout.timeout_seconds', Value: '90' },
        { Key: 'deletion_protection.enabled', Value: 'true' },
      ],
    })
    const declared = { ...props, idleTimeout: 90 }
    const [observed] = await loadBalancer.read([readRequest(address, declared, attributes)], mockedContext())
    expect(observed?.props).toMatchObject({ idleTimeout: 90, deletionProtection: true })
  })

  it('asks for each alone when one of a batch is unknown', async () => {
    const elb = stubbed(ElasticLoadBalancingV2Client)
    const lost = { ...attributes, arn: arnOf('loadbalancer/app/lost/1') }
    elb.on(DescribeLoadBalancersCommand).rejects(elbFault('LoadBalancerNotFoundException'))
    elb
      .on(DescribeLoadBalancersCommand, { LoadBalancerArns: [attributes.arn] }, true)
      .resolves({ LoadBalancers: [row] })
    const found = await loadBalancer.read(
      [readRequest('a', props, lost), readRequest('b', props, attributes)],
      mockedContext(),
    )
    expect(found.map(one => one?.attributes.fullName)).toEqual([undefined, 'app/shop/0123'])
    expect(elb.commandCalls(DescribeLoadBalancersCommand)).toHaveLength(3)
  })

  it('finds many names in one list, because one unknown name would fail a call by names', async () => {
    const elb = stubbed(ElasticLoadBalancingV2Client)
    elb.on(DescribeLoadBalancersCommand).resolvesOnce({ LoadBalancers: [], NextMarker: 'more' })
    elb.on(DescribeLoadBalancersCommand, { Marker: 'more' }).resolves({ LoadBalancers: [row] })
    elb.on(DescribeTagsCommand).resolves({ TagDescriptions: [{ ResourceArn: attributes.arn, Tags: [] }] })
    const found = await loadBalancer.read(
      [readRequest('a', props), readRequest('b', { ...props, name: 'other' })],
      mockedContext(),
    )
    expect(found.map(one => one?.attributes.fullName)).toEqual(['app/shop/0123', undefined])
    expect(elb.calls()).toHaveLength(3)
  })

  it('shows a namesake of another stack with its own tags', async () => {
    const elb = stubbed(ElasticLoadBalancingV2Client)
    const foreign = tagsFor(address, { 'provision:stack': 'other' })
    elb.on(DescribeLoadBalancersCommand, { Names: ['shop'] }).resolves({ LoadBalancers: [row] })
    elb.on(DescribeTagsCommand).resolves({
      TagDescriptions: [
        {
          ResourceArn: attributes.arn,
          Tags: Object.entries(foreign).map(([Key, Value]) => ({ Key, Value })),
        },
      ],
    })
    const [observed] = await loadBalancer.read([readRequest(address, props)], mockedContext())
    expect(observed?.tags).toEqual(foreign)
  })

  it.each([
    ['subnetIds', SetSubnetsCommand, { Subnets: ['subnet-a', 'subnet-c'] }],
    ['securityGroupIds', SetSecurityGroupsCommand, { SecurityGroups: ['sg-2'] }],
    [
      'idleTimeout',
      ModifyLoadBalancerAttributesCommand,
      { Attributes: [{ Key: 'idle_timeout.timeout_seconds', Value: '90' }] },
    ],
  ] as const)('changes %s in one call that says nothing else', async (name, _command, input) => {
    const elb = stubbed(ElasticLoadBalancingV2Client)
    elb.onAnyCommand().resolves({})
    const changed = { subnetIds: ['subnet-a', 'subnet-c'], securityGroupIds: ['sg-2'], idleTimeout: 90 }
    await loadBalancer.update!(
      { address, attributes, observed: props, props: { ...props, ...changed }, changed: [name] },
      mockedContext(),
    )
    expect(elb.calls().map(call => call.args[0].input)).toEqual([
      { LoadBalancerArn: attributes.arn, ...input },
    ])
  })

  it('fails with the reason that AWS gives', async () => {
    const elb = stubbed(ElasticLoadBalancingV2Client)
    const State = { Code: 'failed' as const, Reason: 'no free addresses' }
    elb.on(DescribeLoadBalancersCommand).resolves({ LoadBalancers: [{ ...row, State }] })
    expect(await loadBalancer.ready!([attributes], mockedContext())).toEqual([
      { state: 'failed', reason: 'no free addresses' },
    ])
  })

  it('makes no call for tags that do not change', async () => {
    const elb = stubbed(ElasticLoadBalancingV2Client)
    elb.on(AddTagsCommand).resolves({})
    await loadBalancer.retag!(attributes, { set: { team: 'red' }, remove: [] }, mockedContext())
    expect(elb.calls()).toHaveLength(1)
  })

  it('is gone only when its network interfaces are', async () => {
    const context = sandboxContext()
    const { arn } = await makeLoadBalancer(context)
    const fullName = arn.slice(arn.indexOf('app/'))
    const one = { ...attributes, arn, fullName }
    await settle(loadBalancer, one, context)
    await loadBalancer.delete({ address, attributes: one, dataMayGo: false }, context)
    expect(await loadBalancer.gone!([one], context)).toEqual([
      { state: 'waiting', status: 'releasing network interfaces' },
    ])
    const started = context.clock.now()
    await vanish(loadBalancer, one, context)
    expect(context.clock.now() - started).toBeGreaterThan(50_000)
    expect(interfacesIn(context.world)).toEqual([])
  })
})
