import {
  CreateRuleCommand,
  DeleteRuleCommand,
  DescribeRulesCommand,
  DescribeTagsCommand,
  ElasticLoadBalancingV2Client,
  ModifyRuleCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type {
  CreateRuleCommandInput,
  ModifyRuleCommandInput,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { describe, expect, it } from 'vitest'
import type { RuleProps } from '../../../src/kinds/elbv2/rule.ts'
import { rule } from '../../../src/kinds/elbv2/rule.ts'
import { mockedContext, readRequest } from '../../support/context.ts'
import { describeKindLife } from '../../support/kind-life.ts'
import { stubbed } from '../../support/stubbed.ts'
import { arnOf, elbFault, makeLoadBalancer, makeTargetGroup } from './parts.ts'

const address = 'traffic/api'
const token = '0123456789abcdef0123456789abcdef'
const blue = arnOf('targetgroup/blue/1')
const green = arnOf('targetgroup/green/2')
const attributes = { arn: arnOf('listener-rule/app/shop/0123/4567/89ab') }
const props: RuleProps = {
  listenerArn: arnOf('listener/app/shop/0123/4567'),
  priority: 10,
  pathPatterns: ['/api/*', '/api'],
  targetGroupArn: blue,
}

describeKindLife({
  kind: rule,
  needed: ['pathPatterns'],
  props: async (context): Promise<RuleProps> => {
    const { network, arn } = await makeLoadBalancer(context)
    const targetGroupArn = await makeTargetGroup(context, 'blue', network.vpcId)
    const { Listeners } = await context.aws.elbv2.createListener({
      LoadBalancerArn: arn,
      Port: 80,
      Protocol: 'HTTP',
      DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }],
    })
    return { ...props, listenerArn: Listeners![0]!.ListenerArn!, targetGroupArn }
  },
  changes: [
    { httpHeader: { name: 'x-version', values: ['new'] } },
    { pathPatterns: ['/v2/*'] },
    { hostHeaders: ['api.example.com'] },
    { httpHeader: { name: 'x-provision-test', values: 'generated' } },
    { priority: 20 },
  ],
})

const row = {
  RuleArn: attributes.arn,
  Priority: '10',
  Conditions: [{ Field: 'path-pattern', Values: ['/api/*', '/api'] }],
  Actions: [{ Type: 'forward' as const, TargetGroupArn: blue }],
}

describe('elbv2/rule', () => {
  it('is created in one call', async () => {
    const elb = stubbed(ElasticLoadBalancingV2Client)
    elb.on(CreateRuleCommand).resolves({ Rules: [{ RuleArn: attributes.arn }] })
    expect(await rule.create({ address, props, tags: {}, token }, mockedContext())).toEqual(attributes)
    expect(elb.calls().map(call => call.args[0].input)).toEqual([
      {
        ListenerArn: props.listenerArn,
        Priority: 10,
        Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/api/*', '/api'] } }],
        Actions: [{ Type: 'forward', TargetGroupArn: blue }],
        Tags: [],
      },
    ])
  })

  it('reads a recorded one in one call, and finds nothing changed', async () => {
    const elb = stubbed(ElasticLoadBalancingV2Client)
    elb.on(DescribeRulesCommand, { RuleArns: [attributes.arn] }).resolves({ Rules: [row] })
    const [observed] = await rule.read([readRequest(address, props, attributes)], mockedContext())
    expect(observed?.props).toEqual(rule.normalise!(props))
    expect(elb.calls()).toHaveLength(1)
  })

  it('begins with all traffic on the first of two groups', async () => {
    const elb = stubbed(ElasticLoadBalancingV2Client)
    elb.on(CreateRuleCommand).resolves({ Rules: [{ RuleArn: attributes.arn }] })
    const httpHeader = { name: 'x-version', values: ['new'] }
    const pair = { ...props, httpHeader, alternateTargetGroupArn: green }
    await rule.create({ address, props: pair, tags: {}, token }, mockedContext())
    expect(elb.commandCalls(CreateRuleCommand)[0]!.args[0].input).toMatchObject({
      Conditions: [
        { Field: 'path-pattern' },
        { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'x-version', Values: ['new'] } },
      ],
      Actions: [
        {
          Type: 'forward',
          ForwardConfig: {
            TargetGroups: [
              { TargetGroupArn: blue, Weight: 100 },
              { TargetGroupArn: green, Weight: 0 },
            ],
          },
        },
      ],
    })
  })

  describe('with the weights of a release', () => {
    const readAfterRelease = async (wish: RuleProps) => {
      const elb = stubbed(ElasticLoadBalancingV2Client)
      const TargetGroups = [
        { TargetGroupArn: green, Weight: 100 },
        { TargetGroupArn: blue, Weight: 0 },
      ]
      elb.on(DescribeRulesCommand).resolves({
        Rules: [{ ...row, Actions: [{ Type: 'forward', ForwardConfig: { TargetGroups } }] }],
      })
      const [observed] = await rule.read([readRequest(address, wish, attributes)], mockedContext())
      return observed!
    }
    const pair: RuleProps = { ...props, alternateTargetGroupArn: green, weights: [100, 0] }

    it('shows them, and yields to them even when the last run did not finish', async () => {
      const observed = await readAfterRelease(pair)
      expect(observed.props).toMatchObject({
        targetGroupArn: blue,
        alternateTargetGroupArn: green,
        weights: [0, 100],
      })
      expect(rule.yields!(pair, observed, undefined).weights).toEqual([0, 100])
    })

    it('yields nothing when it is to forward to other groups', async () => {
      const other = { ...pair, alternateTargetGroupArn: arnOf('targetgroup/other/3') }
      expect(rule.yields!(other, await readAfterRelease(other), other).weights).toEqual([100, 0])
    })

    it('is a change where the second group is no longer wanted', async () => {
      const observed = await readAfterRelease(props)
      expect(observed.props.alternateTargetGroupArn).toBe(green)
      expect(rule.normalise!(props).alternateTargetGroupArn).toBe('')
    })
  })

  describe('with a generated header value', () => {
    const secret = '00112233445566778899aabbccddeeff'
    const httpHeader = { name: 'x-provision-test', values: 'generated' } as const
    const wish: RuleProps = { ...props, httpHeader }
    const headerIs = (name: string, ...Values: string[]) => ({
      Field: 'http-header',
      HttpHeaderConfig: { HttpHeaderName: name, Values },
    })
    const paths = { Field: 'path-pattern', PathPatternConfig: { Values: ['/api/*', '/api'] } }
    const stands = (elb: ReturnType<typeof stubbed>, condition: object) =>
      elb
        .on(DescribeRulesCommand)
        .resolves({ Rules: [{ ...row, Conditions: [...row.Conditions, condition] }] })
    const valueIn = (input: ModifyRuleCommandInput | CreateRuleCommandInput) =>
      input.Conditions!.find(({ Field }) => Field === 'http-header')!.HttpHeaderConfig!.Values![0]!

    it('is created with one of 32 hexadecimal digits, another one for each rule', async () => {
      const elb = stubbed(ElasticLoadBalancingV2Client)
      elb.on(CreateRuleCommand).resolves({ Rules: [{ RuleArn: attributes.arn }] })
      const context = mockedContext()
      expect(await rule.create({ address, props: wish, tags: {}, token }, context)).toEqual(attributes)
      await rule.create({ address, props: wish, tags: {}, token }, context)
      const [first, second] = elb.commandCalls(CreateRuleCommand).map(({ args }) => args[0].input)
      expect(first!.Conditions).toEqual([paths, headerIs('x-provision-test', valueIn(first!))])
      expect(valueIn(first!)).toMatch(/^[0-9a-f]{32}$/)
      expect(valueIn(second!)).not.toBe(valueIn(first!))
      expect(JSON.stringify(first!.Tags)).not.toContain(valueIn(first!))
    })

    it('is created as it is beside others, since nobody can send what it asks for', async () => {
      const elb = stubbed(ElasticLoadBalancingV2Client)
      elb.on(DescribeRulesCommand).resolves({ Rules: [] })
      elb.on(CreateRuleCommand).resolves({ Rules: [{ RuleArn: attributes.arn }] })
      await rule.joining!.create({ address, props: wish, tags: {}, token }, mockedContext(), true)
      const { input } = elb.commandCalls(CreateRuleCommand)[0]!.args[0]
      expect(input.Conditions).toEqual([paths, headerIs('x-provision-test', valueIn(input))])
    })

    it('is read without it, and is nothing to change', async () => {
      const elb = stubbed(ElasticLoadBalancingV2Client)
      stands(elb, headerIs('x-provision-test', secret))
      const [observed] = await rule.read([readRequest(address, wish, attributes)], mockedContext())
      expect(observed?.props).toEqual(rule.normalise!(wish))
    })

    it('is read without it by whoever declares another value, and with what is no secret', async () => {
      const elb = stubbed(ElasticLoadBalancingV2Client)
      const read = async (values: readonly string[]) => {
        const declared = { ...props, httpHeader: { name: 'x-provision-test', values } }
        const [observed] = await rule.read([readRequest(address, declared, attributes)], mockedContext())
        return observed?.props.httpHeader?.values
      }
      stands(elb, headerIs('x-provision-test', secret))
      expect([await read(['next']), await read([secret])]).toEqual(['generated', [secret]])
      stands(elb, headerIs('x-provision-test', 'next'))
      expect(await read([secret])).toEqual(['next'])
    })

    it.each([
      ['keeps it where other conditions change', headerIs('X-Provision-Test', secret), true],
      ['gets another one where the header has another name', headerIs('x-version', secret), false],
      [
        'gets one where somebody has set a value that can be guessed',
        headerIs('x-provision-test', '*'),
        false,
      ],
    ])('%s', async (_, condition, isKept) => {
      const elb = stubbed(ElasticLoadBalancingV2Client)
      stands(elb, condition)
      elb.on(ModifyRuleCommand).resolves({})
      await rule.update!(
        { address, attributes, observed: props, props: wish, changed: ['pathPatterns'] },
        mockedContext(),
      )
      const { input } = elb.commandCalls(ModifyRuleCommand)[0]!.args[0]
      expect(input).toEqual({
        RuleArn: attributes.arn,
        Conditions: [paths, headerIs('x-provision-test', valueIn(input))],
      })
      expect(valueIn(input)).toMatch(/^[0-9a-f]{32}$/)
      expect(valueIn(input) === secret).toBe(isKept)
    })
  })

  it.each([
    [
      'hostHeaders',
      {
        RuleArn: attributes.arn,
        Conditions: [
          { Field: 'path-pattern', PathPatternConfig: { Values: ['/api/*', '/api'] } },
          { Field: 'host-header', HostHeaderConfig: { Values: ['example.com'] } },
        ],
      },
    ],
    ['priority', { RulePriorities: [{ RuleArn: attributes.arn, Priority: 20 }] }],
  ] as const)('changes %s in one call that says nothing of where requests go', async (name, input) => {
    const elb = stubbed(ElasticLoadBalancingV2Client)
    elb.onAnyCommand().resolves({})
    const changed = { ...props, hostHeaders: ['example.com'], priority: 20 }
    await rule.update!(
      { address, attributes, observed: props, props: changed, changed: [name] },
      mockedContext(),
    )
    const writes = elb.calls().filter(call => !(call.args[0] instanceof DescribeRulesCommand))
    expect(writes.map(call => call.args[0].input)).toEqual([input])
  })

  it('shows what has its priority with the tags of its owner', async () => {
    const elb = stubbed(ElasticLoadBalancingV2Client)
    elb.on(DescribeRulesCommand, { ListenerArn: props.listenerArn }).resolves({ Rules: [row] })
    elb.on(DescribeTagsCommand).resolves({
      TagDescriptions: [{ ResourceArn: attributes.arn, Tags: [{ Key: 'owner', Value: 'them' }] }],
    })
    const [observed] = await rule.read([readRequest(address, props)], mockedContext())
    expect(observed?.tags).toEqual({ owner: 'them' })
  })

  it('takes an already deleted rule for deleted', async () => {
    const elb = stubbed(ElasticLoadBalancingV2Client)
    elb.on(DeleteRuleCommand).rejects(elbFault('RuleNotFoundException'))
    await rule.delete({ address, attributes, dataMayGo: false }, mockedContext())
  })
})
