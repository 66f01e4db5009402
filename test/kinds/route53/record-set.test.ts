import {
  ChangeResourceRecordSetsCommand,
  ListResourceRecordSetsCommand,
  Route53Client,
} from '@aws-sdk/client-route-53'
import { describe, expect, it } from 'vitest'
import type { RecordSetAttributes, RecordSetProps } from '../../../src/kinds/route53/record-set.ts'
import { recordSet } from '../../../src/kinds/route53/record-set.ts'
import { allRecords } from '../../../src/kinds/route53/records.ts'
import { mockedContext, readRequest, sandboxContext, tagsFor } from '../../support/context.ts'
import type { SandboxContext } from '../../support/context.ts'
import { describeKindLife } from '../../support/kind-life.ts'
import { stubbed } from '../../support/stubbed.ts'

const address = 'domain/a'
const token = '0123456789abcdef0123456789abcdef'
const tags = tagsFor(address)
const alias = { dnsName: 'alb-1.elb.amazonaws.com', zoneId: 'Z35', evaluateTargetHealth: true }
const props: RecordSetProps = { zoneId: 'Z1', name: 'example.com', type: 'A', alias }
const attributes = {
  zoneId: 'Z1',
  name: 'example.com',
  type: 'A' as const,
  target: 'alb-1.elb.amazonaws.com',
}
const row = {
  Name: 'example.com.',
  Type: 'A' as const,
  AliasTarget: { DNSName: 'ALB-1.elb.amazonaws.com.', HostedZoneId: 'Z35', EvaluateTargetHealth: true },
}

async function zoneIn({ aws }: SandboxContext): Promise<string> {
  const { HostedZone } = await aws.route53.createHostedZone({ Name: 'example.com', CallerReference: 'x' })
  return HostedZone!.Id!.split('/').at(-1)!
}

describeKindLife({
  kind: recordSet,
  props: async (context): Promise<RecordSetProps> => ({
    zoneId: await zoneIn(context),
    name: '*.example.com',
    type: 'TXT',
    values: ['"b"', '"a"'],
  }),
  changes: [{ ttl: 60 }, { values: ['"c"'] }],
})

describe('route53/record-set', () => {
  it('is created without writing over what stands there', async () => {
    const route53 = stubbed(Route53Client)
    route53.on(ChangeResourceRecordSetsCommand).resolves({
      ChangeInfo: { Id: '/change/C1', Status: 'PENDING', SubmittedAt: new Date(0) },
    })
    expect(await recordSet.create({ address, props, tags, token }, mockedContext())).toEqual({
      ...attributes,
      changeId: 'C1',
    })
    expect(route53.calls().map(call => call.args[0].input)).toEqual([
      {
        HostedZoneId: 'Z1',
        ChangeBatch: {
          Changes: [
            {
              Action: 'CREATE',
              ResourceRecordSet: {
                Name: 'example.com',
                Type: 'A',
                AliasTarget: {
                  DNSName: 'alb-1.elb.amazonaws.com',
                  HostedZoneId: 'Z35',
                  EvaluateTargetHealth: true,
                },
              },
            },
          ],
        },
      },
    ])
  })

  it('sees no change in how Route 53 spells names', async () => {
    const route53 = stubbed(Route53Client)
    route53.on(ListResourceRecordSetsCommand).resolves({ ResourceRecordSets: [row] })
    const [found] = await recordSet.read([readRequest(address, props, attributes)], mockedContext())
    expect(found?.props).toEqual(recordSet.normalise!(props))
  })

  it('reads a zone to its end, and not again and again', async () => {
    const route53 = stubbed(Route53Client)
    const { aws } = mockedContext()
    const page = (name: string, next?: string) => ({
      ResourceRecordSets: [{ Name: name, Type: 'A' }],
      IsTruncated: next !== undefined,
      NextRecordName: next,
    })
    const list = route53.on(ListResourceRecordSetsCommand)
    list.resolvesOnce(page('a.', 'b.') as never).resolvesOnce(page('b.') as never)
    expect((await allRecords('Z1', aws))?.map(({ Name }) => Name)).toEqual(['a.', 'b.'])
    list.resolves(page('b.', 'b.') as never)
    await expect(allRecords('Z1', aws)).rejects.toThrow(/came back/)
    list.rejects(Object.assign(new Error('no'), { name: 'NoSuchHostedZone' }))
    expect(await allRecords('Z1', aws)).toBeUndefined()
  })

  it('asks alone for what is not on the first page of a large zone', async () => {
    const route53 = stubbed(Route53Client)
    route53
      .on(ListResourceRecordSetsCommand)
      .resolves({ ResourceRecordSets: [], IsTruncated: true, NextRecordName: 'b.' } as never)
      .on(ListResourceRecordSetsCommand, { MaxItems: 1 })
      .resolves({ ResourceRecordSets: [row] })
    const [found] = await recordSet.read([readRequest(address, props, attributes)], mockedContext())
    expect(found?.attributes).toEqual(attributes)
    expect(route53.calls().map(call => call.args[0].input)).toEqual([
      { HostedZoneId: 'Z1' },
      { HostedZoneId: 'Z1', StartRecordName: 'example.com', StartRecordType: 'A', MaxItems: 1 },
    ])
  })

  it.each([
    ['an alias to our own load balancer is ours anywhere', { ...props, inSharedZone: true }, row, true],
    [
      'an alias to another load balancer is foreign',
      { ...props, alias: { ...alias, dnsName: 'other' } },
      row,
      false,
    ],
    [
      'equal values in a zone of our own are ours',
      { zoneId: 'Z1', name: 'example.com', type: 'TXT' as const, values: ['x'] },
      { Name: 'example.com.', Type: 'TXT' as const, TTL: 60, ResourceRecords: [{ Value: 'x' }] },
      true,
    ],
    [
      'equal values in a zone of others are foreign',
      { zoneId: 'Z1', name: 'example.com', type: 'TXT' as const, values: ['x'], inSharedZone: true },
      { Name: 'example.com.', Type: 'TXT' as const, TTL: 60, ResourceRecords: [{ Value: 'x' }] },
      false,
    ],
  ])('%s', async (_title, wish: RecordSetProps, there, ours) => {
    const route53 = stubbed(Route53Client)
    route53.on(ListResourceRecordSetsCommand).resolves({ ResourceRecordSets: [there] })
    const [found] = await recordSet.read(
      [readRequest<RecordSetProps, RecordSetAttributes>(address, wish)],
      mockedContext(),
    )
    expect(recordSet.proves!(recordSet.normalise!(wish), found!.props)).toBe(ours)
  })

  it('is left alone by its deletion when it has been pointed elsewhere since', async () => {
    const context = sandboxContext()
    const zoneId = await zoneIn(context)
    const wish: RecordSetProps = { zoneId, name: 'www.example.com', type: 'CNAME', values: ['example.com'] }
    const made = await recordSet.create({ address, props: wish, tags, token }, context)
    await recordSet.update!(
      {
        address,
        attributes: made,
        observed: wish,
        props: { ...wish, values: ['elsewhere.org'] },
        changed: ['values'],
      },
      context,
    )
    await recordSet.delete({ address, attributes: made, dataMayGo: false }, context)
    const [found] = await recordSet.read([readRequest(address, wish, made)], context)
    expect(found?.props.values).toEqual(['elsewhere.org'])
  })
})
