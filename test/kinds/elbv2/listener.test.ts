import {
  CreateListenerCommand,
  DeleteListenerCommand,
  DescribeListenersCommand,
  DescribeTagsCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { describe, expect, it } from 'vitest'
import type { ListenerProps } from '../../../src/kinds/elbv2/listener.ts'
import { listener } from '../../../src/kinds/elbv2/listener.ts'
import { mockedContext, readRequest } from '../../support/context.ts'
import type { SandboxContext } from '../../support/context.ts'
import { describeKindLife } from '../../support/kind-life.ts'
import { stubbed } from '../../support/stubbed.ts'
import { arnOf, elbFault, makeLoadBalancer, makeTargetGroup } from './parts.ts'

const address = 'traffic/https'
const token = '0123456789abcdef0123456789abcdef'
const blue = arnOf('targetgroup/blue/1')
const green = arnOf('targetgroup/green/2')
const attributes = { arn: arnOf('listener/app/shop/0123/4567') }
const issued = 'arn:aws:acm:us-east-1:123456789012:certificate/1'
const props: ListenerProps = {
  loadBalancerArn: arnOf('loadbalancer/app/shop/0123'),
  port: 443,
  protocol: 'HTTPS',
  certificateArn: issued,
  sslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
  defaultAction: { targetGroupArn: blue },
}

function issue({ world }: SandboxContext, arn: string): void {
  const names = ['example.com']
  world.table('acm/certificate').set(arn, { arn, names, requested: 0, recordsAt: 0, issued: true })
}

describeKindLife({
  kind: listener,
  props: async (context): Promise<ListenerProps> => {
    const { network, arn } = await makeLoadBalancer(context)
    issue(context, issued)
    const targetGroupArn = await makeTargetGroup(context, 'blue', network.vpcId)
    return { loadBalancerArn: arn, port: 80, protocol: 'HTTP', defaultAction: { targetGroupArn } }
  },
  changes: [
    { port: 8080 },
    { protocol: 'HTTPS', certificateArn: issued },
    { sslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06' },
    { defaultAction: { redirect: { protocol: 'HTTPS', port: '443', statusCode: 'HTTP_301' } } },
    { defaultAction: { fixedResponse: { statusCode: '404', contentType: 'text/plain', messageBody: '-' } } },
  ],
})

const row = {
  ListenerArn: attributes.arn,
  LoadBalancerArn: props.loadBalancerArn,
  Port: 443,
  Protocol: 'HTTPS' as const,
  Certificates: [{ CertificateArn: props.certificateArn }],
  SslPolicy: props.sslPolicy,
}

const weighted = (...groups: (readonly [string, number])[]) => [
  {
    Type: 'forward' as const,
    ForwardConfig: { TargetGroups: groups.map(([TargetGroupArn, Weight]) => ({ TargetGroupArn, Weight })) },
  },
]

describe('elbv2/listener', () => {
  it('is created in one call', async () => {
    const elb = stubbed(ElasticLoadBalancingV2Client)
    elb.on(CreateListenerCommand).resolves({ Listeners: [{ ListenerArn: attributes.arn }] })
    const tags = { team: 'blue' }
    expect(await listener.create({ address, props, tags, token }, mockedContext())).toEqual(attributes)
    expect(elb.calls().map(call => call.args[0].input)).toEqual([
      {
        LoadBalancerArn: props.loadBalancerArn,
        Port: 443,
        Protocol: 'HTTPS',
        Certificates: [{ CertificateArn: props.certificateArn }],
        SslPolicy: props.sslPolicy,
        DefaultActions: [{ Type: 'forward', TargetGroupArn: blue }],
        Tags: [{ Key: 'team', Value: 'blue' }],
      },
    ])
  })

  it.each([
    ['takes the weights of a release for no change', weighted([blue, 10], [green, 90]), blue],
    ['sees a release that has left the declared group behind', weighted([green, 1]), green],
  ])('%s', async (_title, DefaultActions, targetGroupArn) => {
    const elb = stubbed(ElasticLoadBalancingV2Client)
    elb.on(DescribeListenersCommand).resolves({ Listeners: [{ ...row, DefaultActions }] })
    const [observed] = await listener.read([readRequest(address, props, attributes)], mockedContext())
    expect(observed?.props).toEqual({ ...props, defaultAction: { targetGroupArn } })
    expect(elb.calls()).toHaveLength(1)
  })

  it('changes its certificate without touching where requests go', async () => {
    const elb = stubbed(ElasticLoadBalancingV2Client)
    elb.onAnyCommand().resolves({})
    const changed = { ...props, certificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/2' }
    await listener.update!(
      { address, attributes, observed: props, props: changed, changed: ['certificateArn'] },
      mockedContext(),
    )
    expect(elb.calls().map(call => call.args[0].input)).toEqual([
      { ListenerArn: attributes.arn, Certificates: [{ CertificateArn: changed.certificateArn }] },
    ])
  })

  it('shows what stands on its port with the tags of its owner', async () => {
    const elb = stubbed(ElasticLoadBalancingV2Client)
    elb.on(DescribeListenersCommand, { LoadBalancerArn: props.loadBalancerArn }).resolves({
      Listeners: [{ ...row, ListenerArn: 'other', Port: 80 }, row],
    })
    elb.on(DescribeTagsCommand, { ResourceArns: [attributes.arn] }).resolves({
      TagDescriptions: [{ ResourceArn: attributes.arn, Tags: [{ Key: 'owner', Value: 'them' }] }],
    })
    const [observed] = await listener.read([readRequest(address, props)], mockedContext())
    expect(observed?.tags).toEqual({ owner: 'them' })
  })

  it('is absent when its load balancer is', async () => {
    const elb = stubbed(ElasticLoadBalancingV2Client)
    elb.on(DescribeListenersCommand).rejects(elbFault('LoadBalancerNotFoundException'))
    expect(await listener.read([readRequest(address, props)], mockedContext())).toEqual([undefined])
  })

  it('takes an already deleted listener for deleted', async () => {
    const elb = stubbed(ElasticLoadBalancingV2Client)
    elb.on(DeleteListenerCommand).rejects(elbFault('ListenerNotFoundException'))
    await listener.delete({ address, attributes, dataMayGo: false }, mockedContext())
  })
})
