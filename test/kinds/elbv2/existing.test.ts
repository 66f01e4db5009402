import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { describe, expect, it } from 'vitest'
import { existingListener } from '../../../src/kinds/elbv2/existing-listener.ts'
import { existingLoadBalancer } from '../../../src/kinds/elbv2/existing-load-balancer.ts'
import { mockedContext, readRequest } from '../../support/context.ts'
import { stubbed } from '../../support/stubbed.ts'
import { arnOf, elbFault } from './parts.ts'

const arn = arnOf('loadbalancer/app/front/0123')
const row = {
  LoadBalancerArn: arn,
  LoadBalancerName: 'front',
  Type: 'application' as const,
  Scheme: 'internet-facing' as const,
  VpcId: 'vpc-1',
  DNSName: 'front-1.us-east-1.elb.amazonaws.com',
  CanonicalHostedZoneId: 'Z1',
  SecurityGroups: ['sg-2', 'sg-1'],
  AvailabilityZones: [{ SubnetId: 'subnet-b' }, { SubnetId: 'subnet-a' }],
}
const props = { name: 'front', vpcId: 'vpc-1' }

describe('elbv2/existing-load-balancer', () => {
  it('is found by its name, with what leads to it and one of its security groups', async () => {
    const elb = stubbed(ElasticLoadBalancingV2Client)
    elb.on(DescribeLoadBalancersCommand).resolves({ LoadBalancers: [row] })
    const [found] = await existingLoadBalancer.read([readRequest('a', props)], mockedContext())
    expect(found).toEqual({
      attributes: {
        arn,
        dnsName: row.DNSName,
        hostedZoneId: 'Z1',
        fullName: 'app/front/0123',
        securityGroupId: 'sg-1',
      },
      props: { ...props, scheme: 'internet-facing', subnetIds: ['subnet-a', 'subnet-b'] },
      tags: undefined,
    })
    expect(elb.calls().map(call => call.args[0].input)).toEqual([{ Names: ['front'] }])
  })

  it.each([
    ['stands in another VPC', { ...row, VpcId: 'vpc-9' }],
    ['is a Network Load Balancer', { ...row, Type: 'network' as const }],
  ])('is as good as absent when it %s', async (_why, other) => {
    const elb = stubbed(ElasticLoadBalancingV2Client)
    elb.on(DescribeLoadBalancersCommand).resolves({ LoadBalancers: [other] })
    expect(await existingLoadBalancer.read([readRequest('a', props)], mockedContext())).toEqual([undefined])
  })

  it('may not be there', async () => {
    const elb = stubbed(ElasticLoadBalancingV2Client)
    elb.on(DescribeLoadBalancersCommand).rejects(elbFault('LoadBalancerNotFound'))
    expect(await existingLoadBalancer.read([readRequest('a', props)], mockedContext())).toEqual([undefined])
  })

  it('is neither made nor deleted', async () => {
    const elb = stubbed(ElasticLoadBalancingV2Client)
    const request = { address: 'a', props, tags: {}, token: '' }
    await expect(existingLoadBalancer.create(request, mockedContext())).rejects.toThrow(
      'not this stack’s to make',
    )
    const attributes = { arn, dnsName: '', hostedZoneId: '', fullName: '', securityGroupId: '' }
    await existingLoadBalancer.delete({ address: 'a', attributes, dataMayGo: true }, mockedContext())
    expect(elb.calls()).toEqual([])
  })
})

describe('elbv2/existing-listener', () => {
  const at = (Port: number) => ({
    ListenerArn: `${arn}/${Port}`,
    LoadBalancerArn: arn,
    Port,
    Protocol: 'HTTPS' as const,
  })

  it('is found by its port, two of one load balancer in one call', async () => {
    const elb = stubbed(ElasticLoadBalancingV2Client)
    elb.on(DescribeListenersCommand).resolves({ Listeners: [at(443), at(8443)] })
    const found = await existingListener.read(
      [443, 80].map(port => readRequest('a', { loadBalancerArn: arn, port })),
      mockedContext(),
    )
    expect(found).toEqual([
      {
        attributes: { arn: `${arn}/443` },
        props: { loadBalancerArn: arn, port: 443, protocol: 'HTTPS' },
        tags: undefined,
      },
      undefined,
    ])
    expect(elb.calls()).toHaveLength(1)
  })
})
