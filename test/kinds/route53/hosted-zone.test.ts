import {
  ChangeTagsForResourceCommand,
  CreateHostedZoneCommand,
  DeleteHostedZoneCommand,
  GetHostedZoneCommand,
  ListHostedZonesByNameCommand,
  ListTagsForResourcesCommand,
  Route53Client,
  Route53ServiceException,
} from '@aws-sdk/client-route-53'
import { describe, expect, it } from 'vitest'
import { HoldsData } from '../../../src/errors.ts'
import { hostedZone } from '../../../src/kinds/route53/hosted-zone.ts'
import { mockedContext, readRequest, sandboxContext, tagsFor } from '../../support/context.ts'
import { describeKindLife } from '../../support/kind-life.ts'
import { stubbed } from '../../support/stubbed.ts'

const address = 'domain/zone'
const props = { name: 'example.com' }
const tags = tagsFor(address)
const token = '0123456789abcdef0123456789abcdef'
const attributes = { zoneId: 'Z1', nameServers: ['ns-1.awsdns-1.com', 'ns-2.awsdns-2.net'] }
const fault = (name: string) =>
  new Route53ServiceException({ name, $fault: 'client', $metadata: {}, message: name })

describeKindLife({ kind: hostedZone, props: async () => props, changes: [] })

describe('route53/hosted-zone', () => {
  it('is created with a reference that says whose it is', async () => {
    const route53 = stubbed(Route53Client)
    route53.on(CreateHostedZoneCommand).resolves({
      HostedZone: { Id: '/hostedzone/Z1', Name: 'example.com.', CallerReference: '-' },
      DelegationSet: { NameServers: attributes.nameServers },
    })
    expect(await hostedZone.create({ address, props, tags, token }, mockedContext())).toEqual(attributes)
    expect(route53.calls().map(call => call.args[0].input)).toEqual([
      { Name: 'example.com', CallerReference: `shop test domain/zone ${token}` },
    ])
  })

  it('is tagged ten tags at a time', async () => {
    const route53 = stubbed(Route53Client)
    route53.on(ChangeTagsForResourceCommand).resolves({})
    const many = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`tag-${index}`, 'x']))
    await hostedZone.finish!({ address, props, tags: many, token }, attributes, mockedContext())
    expect(
      route53.commandCalls(ChangeTagsForResourceCommand).map(call => call.args[0].input.AddTags?.length),
    ).toEqual([10, 2])
  })

  it('is known again by its reference when it was killed before it could be tagged', async () => {
    const context = sandboxContext()
    const made = await hostedZone.create({ address, props, tags, token }, context)
    const [found] = await hostedZone.read([readRequest(address, props)], context)
    expect(found).toMatchObject({ attributes: made, ours: true })
  })

  it('is foreign when somebody else has made a zone of that name', async () => {
    const route53 = stubbed(Route53Client)
    const zone = { Id: '/hostedzone/Z9', Name: 'example.com.', CallerReference: 'console' }
    route53.on(ListHostedZonesByNameCommand).resolves({ HostedZones: [zone] })
    route53.on(ListTagsForResourcesCommand).resolves({ ResourceTagSets: [{ ResourceId: 'Z9', Tags: [] }] })
    route53.on(GetHostedZoneCommand).resolves({ HostedZone: zone, DelegationSet: { NameServers: [] } })
    const [found] = await hostedZone.read([readRequest(address, props)], mockedContext())
    expect(found).toMatchObject({ ours: false, tags: {} })
    expect(hostedZone.foreignHint!(found!.attributes)).toContain('existing: { zone: Z9 }')
  })

  it('is read by its id in one call', async () => {
    const route53 = stubbed(Route53Client)
    route53.on(GetHostedZoneCommand).resolves({
      HostedZone: { Id: '/hostedzone/Z1', Name: 'example.com.', CallerReference: '-' },
      DelegationSet: { NameServers: attributes.nameServers },
    })
    const [found] = await hostedZone.read([readRequest(address, props, attributes)], mockedContext())
    expect(found).toEqual({ attributes, props, tags: undefined })
    expect(route53.calls()).toHaveLength(1)
  })

  it('stays while it holds records of others, and goes with them when they are let go', async () => {
    const context = sandboxContext()
    const made = await hostedZone.create({ address, props, tags, token }, context)
    await context.aws.route53.changeResourceRecordSets({
      HostedZoneId: made.zoneId,
      ChangeBatch: {
        Changes: [
          {
            Action: 'CREATE',
            ResourceRecordSet: {
              Name: '*.example.com',
              Type: 'TXT',
              TTL: 60,
              ResourceRecords: [{ Value: '"theirs"' }],
            },
          },
        ],
      },
    })
    const request = { address, attributes: made }
    await expect(hostedZone.delete({ ...request, dataMayGo: false }, context)).rejects.toThrow(HoldsData)
    await hostedZone.delete({ ...request, dataMayGo: true }, context)
    expect(await hostedZone.read([readRequest(address, props, made)], context)).toEqual([undefined])
  })

  it('takes an already deleted zone for deleted', async () => {
    const route53 = stubbed(Route53Client)
    route53.on(DeleteHostedZoneCommand).rejects(fault('NoSuchHostedZone'))
    await hostedZone.delete({ address, attributes, dataMayGo: false }, mockedContext())
    expect(route53.calls()).toHaveLength(1)
  })
})
