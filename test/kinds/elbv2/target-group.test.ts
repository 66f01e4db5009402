import {
  CreateTargetGroupCommand,
  DeleteTargetGroupCommand,
  DescribeTargetGroupsCommand,
  DescribeTagsCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { describe, expect, it } from 'vitest'
import { targetGroup } from '../../../src/kinds/elbv2/target-group.ts'
import { blueGreen } from '../../support/blue-green.ts'
import { mockedContext, readRequest, sandboxContext } from '../../support/context.ts'
import { describeKindLife } from '../../support/kind-life.ts'
import { stubbed } from '../../support/stubbed.ts'
import { makeNetwork } from '../../support/network.ts'
import { arnOf, elbFault } from './parts.ts'
import { whileInUse } from '../../support/while-in-use.ts'

const address = 'traffic/web'
const token = '0123456789abcdef0123456789abcdef'
const props = {
  name: 'shop-web-1a2b',
  protocol: 'HTTP' as const,
  port: 8080,
  vpcId: 'vpc-1',
  targetType: 'ip' as const,
  healthCheckPath: '/health',
}
const attributes = {
  arn: arnOf('targetgroup/shop-web-1a2b/0123'),
  fullName: 'targetgroup/shop-web-1a2b/0123',
}

describeKindLife({
  kind: targetGroup,
  props: async context => ({
    ...props,
    vpcId: (await makeNetwork(context)).vpcId,
    matcher: '200-299',
    deregistrationDelay: 30,
  }),
  changes: [
    { healthCheckPath: '/up' },
    { healthCheckInterval: 10 },
    { healthyThreshold: 2 },
    { matcher: '200' },
    { deregistrationDelay: 60 },
    { stickiness: 3600 },
    { stickiness: 60 },
    { stickiness: 0 },
  ],
})

describe('elbv2/target-group', () => {
  it('is created in one call that leaves AWS its defaults', async () => {
    const elb = stubbed(ElasticLoadBalancingV2Client)
    elb.on(CreateTargetGroupCommand).resolves({ TargetGroups: [{ TargetGroupArn: attributes.arn }] })
    const request = { address, props: { ...props, deregistrationDelay: 300 }, tags: {}, token }
    expect(await targetGroup.create(request, mockedContext())).toEqual(attributes)
    await targetGroup.finish!(request, attributes, mockedContext())
    expect(elb.calls().map(call => call.args[0].input)).toEqual([
      {
        Name: 'shop-web-1a2b',
        Protocol: 'HTTP',
        Port: 8080,
        VpcId: 'vpc-1',
        TargetType: 'ip',
        HealthCheckPath: '/health',
        Tags: [],
      },
    ])
  })

  it('sets draining and stickiness in one call', async () => {
    const elb = stubbed(ElasticLoadBalancingV2Client)
    elb.onAnyCommand().resolves({})
    const request = {
      address,
      props: { ...props, deregistrationDelay: 5, stickiness: 3600 },
      tags: {},
      token,
    }
    await targetGroup.finish!(request, attributes, mockedContext())
    const off = { ...request.props, stickiness: undefined }
    const changed = ['stickiness'] as const
    await targetGroup.update!(
      { address, attributes, observed: request.props, props: off, changed },
      mockedContext(),
    )
    expect(elb.calls().map(call => call.args[0].input)).toEqual([
      {
        TargetGroupArn: attributes.arn,
        Attributes: [
          { Key: 'deregistration_delay.timeout_seconds', Value: '5' },
          { Key: 'stickiness.enabled', Value: 'true' },
          { Key: 'stickiness.type', Value: 'lb_cookie' },
          { Key: 'stickiness.lb_cookie.duration_seconds', Value: '3600' },
        ],
      },
      { TargetGroupArn: attributes.arn, Attributes: [{ Key: 'stickiness.enabled', Value: 'false' }] },
    ])
  })

  it('cannot keep clients on a target behind a rule that splits the traffic', async () => {
    const context = sandboxContext()
    const bg = await blueGreen(context)
    const request = {
      address,
      attributes: { arn: bg.blue, fullName: '' },
      observed: props,
      changed: ['stickiness'] as const,
    }
    await expect(
      targetGroup.update!({ ...request, props: { ...props, stickiness: 60 } }, context),
    ).rejects.toThrow('You must enable group stickiness before enabling target stickiness')
  })

  it('changes one member of the health check without naming the others', async () => {
    const elb = stubbed(ElasticLoadBalancingV2Client)
    elb.onAnyCommand().resolves({})
    const changed = { ...props, healthCheckInterval: 10, matcher: '200-399' }
    await targetGroup.update!(
      { address, attributes, observed: props, props: changed, changed: ['matcher'] },
      mockedContext(),
    )
    expect(elb.calls().map(call => call.args[0].input)).toEqual([
      { TargetGroupArn: attributes.arn, Matcher: { HttpCode: '200-399' } },
    ])
  })

  it('reads a recorded one in one call', async () => {
    const elb = stubbed(ElasticLoadBalancingV2Client)
    elb.on(DescribeTargetGroupsCommand, { TargetGroupArns: [attributes.arn] }).resolves({
      TargetGroups: [
        {
          TargetGroupArn: attributes.arn,
          TargetGroupName: props.name,
          Protocol: 'HTTP',
          Port: 8080,
          VpcId: 'vpc-1',
          TargetType: 'ip',
          HealthCheckPath: '/health',
        },
      ],
    })
    const [observed] = await targetGroup.read([readRequest(address, props, attributes)], mockedContext())
    expect(observed?.props).toMatchObject(props)
    expect(elb.calls()).toHaveLength(1)
  })

  it('shows a namesake of another stack with its own tags', async () => {
    const elb = stubbed(ElasticLoadBalancingV2Client)
    elb
      .on(DescribeTargetGroupsCommand, { Names: [props.name] })
      .resolves({ TargetGroups: [{ TargetGroupArn: attributes.arn, TargetGroupName: props.name }] })
    elb.on(DescribeTagsCommand).resolves({
      TagDescriptions: [{ ResourceArn: attributes.arn, Tags: [{ Key: 'owner', Value: 'them' }] }],
    })
    const [observed] = await targetGroup.read([readRequest(address, props)], mockedContext())
    expect(observed?.tags).toEqual({ owner: 'them' })
  })

  it('keeps trying to delete one that a listener has only just let go', async () => {
    const elb = stubbed(ElasticLoadBalancingV2Client)
    elb.on(DeleteTargetGroupCommand).rejectsOnce(elbFault('ResourceInUseException')).resolves({})
    const context = mockedContext()
    await whileInUse(context.clock, () =>
      targetGroup.delete({ address, attributes, dataMayGo: false }, context),
    )
    expect(elb.commandCalls(DeleteTargetGroupCommand)).toHaveLength(2)
  })
})
