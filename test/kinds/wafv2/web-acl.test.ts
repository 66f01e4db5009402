import {
  CreateWebACLCommand,
  GetWebACLCommand,
  UpdateWebACLCommand,
  WAFV2Client,
  WAFV2ServiceException,
} from '@aws-sdk/client-wafv2'
import { describe, expect, it } from 'vitest'
import type { WebAclProps } from '../../../src/kinds/wafv2/web-acl.ts'
import { webAcl } from '../../../src/kinds/wafv2/web-acl.ts'
import { mockedContext, readRequest } from '../../support/context.ts'
import { describeKindLife } from '../../support/kind-life.ts'
import { stubbed } from '../../support/stubbed.ts'

const address = 'load-balancer/web-acl'
const group = { name: 'common', managedGroup: 'AWSManagedRulesCommonRuleSet', count: false }
const limit = { name: 'rate-limit', rateLimit: 2000, count: true }
const props: WebAclProps = { name: 'dev-shop-alb', rules: [limit, group] }
const attributes = { arn: 'arn:aws:wafv2:…/webacl/dev-shop-alb/1', id: '1', name: 'dev-shop-alb' }
const token = '0123456789abcdef0123456789abcdef'

describeKindLife({
  kind: webAcl,
  props: async () => props,
  changes: [{ rules: [group] }, { rules: [{ ...group, count: true }] }, { rules: [] }],
})

describe('wafv2/web-acl', () => {
  it('is created in one call: groups with an override, limits with an action', async () => {
    const waf = stubbed(WAFV2Client)
    waf.on(CreateWebACLCommand).resolves({ Summary: { ARN: attributes.arn, Id: '1', Name: props.name } })
    const request = { address, props, tags: { team: 'blue' }, token }
    expect(await webAcl.create(request, mockedContext())).toEqual(attributes)
    const visibility = (MetricName: string) => ({
      SampledRequestsEnabled: true,
      CloudWatchMetricsEnabled: true,
      MetricName,
    })
    expect(waf.calls().map(call => call.args[0].input)).toEqual([
      {
        Name: 'dev-shop-alb',
        Scope: 'REGIONAL',
        DefaultAction: { Allow: {} },
        Rules: [
          {
            Name: 'rate-limit',
            Priority: 0,
            Statement: { RateBasedStatement: { Limit: 2000, AggregateKeyType: 'IP' } },
            Action: { Count: {} },
            VisibilityConfig: visibility('rate-limit'),
          },
          {
            Name: 'common',
            Priority: 1,
            Statement: {
              ManagedRuleGroupStatement: { VendorName: 'AWS', Name: 'AWSManagedRulesCommonRuleSet' },
            },
            OverrideAction: { None: {} },
            VisibilityConfig: visibility('common'),
          },
        ],
        VisibilityConfig: visibility('dev-shop-alb'),
        Tags: [{ Key: 'team', Value: 'blue' }],
      },
    ])
  })

  it('is changed with the lock of the version it was read in', async () => {
    const waf = stubbed(WAFV2Client)
    waf.on(GetWebACLCommand).resolves({ LockToken: 'lock-7', WebACL: {} as never })
    waf.on(UpdateWebACLCommand).resolves({})
    await webAcl.update!({ address, attributes, observed: props, props, changed: ['rules'] }, mockedContext())
    expect(waf.commandCalls(UpdateWebACLCommand).map(call => call.args[0].input.LockToken)).toEqual([
      'lock-7',
    ])
  })

  it('shows a rule that somebody added by hand', async () => {
    const waf = stubbed(WAFV2Client)
    waf.on(GetWebACLCommand).resolves({
      WebACL: {
        ARN: attributes.arn,
        Id: '1',
        Name: props.name,
        Rules: [
          { Name: 'by-hand', Priority: 0, Statement: { GeoMatchStatement: {} }, Action: { Block: {} } },
        ],
      } as never,
    })
    const [found] = await webAcl.read([readRequest(address, props, attributes)], mockedContext())
    expect(found?.props.rules).toEqual([{ name: 'by-hand', count: false }])
    expect(waf.calls()).toHaveLength(1)
  })

  it('takes an already deleted web ACL for deleted', async () => {
    const waf = stubbed(WAFV2Client)
    waf.on(GetWebACLCommand).rejects(
      new WAFV2ServiceException({
        name: 'WAFNonexistentItemException',
        $fault: 'client',
        $metadata: {},
        message: 'gone',
      }),
    )
    await webAcl.delete({ address, attributes, dataMayGo: false }, mockedContext())
  })
})
