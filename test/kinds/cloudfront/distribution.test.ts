import {
  CloudFrontClient,
  GetDistributionCommand,
  UpdateDistributionCommand,
} from '@aws-sdk/client-cloudfront'
import { describe, expect, it } from 'vitest'
import { changed, configOf } from '../../../src/kinds/cloudfront/distribution-config.ts'
import type { DistributionProps } from '../../../src/kinds/cloudfront/distribution.ts'
import { distribution } from '../../../src/kinds/cloudfront/distribution.ts'
import { originAccessControl } from '../../../src/kinds/cloudfront/origin-access-control.ts'
import { mockedContext, readRequest, sandboxContext, tagsFor } from '../../support/context.ts'
import type { SandboxContext } from '../../support/context.ts'
import { describeKindLife, settle } from '../../support/kind-life.ts'
import { stubbed } from '../../support/stubbed.ts'
import { whileInUse } from '../../support/while-in-use.ts'

const address = 'cdn/media'
const token = '0123456789abcdef0123456789abcdef'
const props: DistributionProps = {
  originDomainName: 'media.s3.us-east-1.amazonaws.com',
  originAccessControlId: 'E1',
  aliases: [],
  defaultRootObject: 'index.html',
  priceClass: 'PriceClass_100',
  comment: 'test-shop-media',
}
const attributes = {
  id: 'E2',
  arn: 'arn:aws:cloudfront::123456789012:distribution/E2',
  domainName: 'd2.cloudfront.net',
  hostedZoneId: 'Z2FDTNDATAQYW2',
}

async function propsIn(context: SandboxContext): Promise<DistributionProps> {
  const access = { name: 'test-shop-media', description: 'shop/test' }
  const { id } = await originAccessControl.create(
    { address: 'cdn/media.access', props: access, tags: {}, token },
    context,
  )
  return { ...props, originAccessControlId: id }
}

describeKindLife({
  kind: distribution,
  props: propsIn,
  changes: [{ defaultRootObject: 'home.html' }, { priceClass: 'PriceClass_All' }],
})

describeKindLife({
  kind: originAccessControl,
  props: async () => ({ name: 'test-shop-media', description: 'shop/test' }),
  changes: [],
})

describe('cloudfront/distribution', () => {
  it('changes what is declared in the version it was read in, and leaves the rest', async () => {
    const cloudfront = stubbed(CloudFrontClient)
    const before = { ...configOf(props, token), WebACLId: 'theirs' }
    cloudfront
      .on(GetDistributionCommand)
      .resolves({ ETag: 'v7', Distribution: { DistributionConfig: before } as never })
    cloudfront.on(UpdateDistributionCommand).resolves({})
    const wish = { ...props, defaultRootObject: 'home.html' }
    await distribution.update!(
      { address, attributes, observed: props, props: wish, changed: ['defaultRootObject'] },
      mockedContext(),
    )
    expect(cloudfront.commandCalls(UpdateDistributionCommand).map(call => call.args[0].input)).toEqual([
      { Id: 'E2', IfMatch: 'v7', DistributionConfig: { ...before, DefaultRootObject: 'home.html' } },
    ])
  })

  it('is updated with all of its origin, also with what AWS has filled in and others have set', async () => {
    const cloudfront = stubbed(CloudFrontClient)
    const complete = {
      OriginPath: '/site',
      CustomHeaders: { Quantity: 1, Items: [{ HeaderName: 'x-from', HeaderValue: 'cdn' }] },
      ConnectionAttempts: 3,
      ConnectionTimeout: 10,
      OriginShield: { Enabled: false },
    }
    const made = configOf(props, token)
    const [origin] = made.Origins!.Items!
    const second = { ...complete, Id: 'theirs', DomainName: 'other.example.com' }
    const before = { ...made, Origins: { Quantity: 2, Items: [{ ...complete, ...origin! }, second] } }
    cloudfront
      .on(GetDistributionCommand)
      .resolves({ ETag: 'v7', Distribution: { DistributionConfig: before } as never })
    cloudfront.on(UpdateDistributionCommand).resolves({})
    const wish = { ...props, originDomainName: 'new.s3.us-east-1.amazonaws.com' }
    await distribution.update!(
      { address, attributes, observed: props, props: wish, changed: ['originDomainName'] },
      mockedContext(),
    )
    const [call] = cloudfront.commandCalls(UpdateDistributionCommand)
    expect(call!.args[0].input.DistributionConfig!.Origins).toEqual({
      Quantity: 2,
      Items: [{ ...complete, ...origin!, DomainName: 'new.s3.us-east-1.amazonaws.com' }, second],
    })
  })

  it('keeps the TLS version that others have chosen, as long as its certificate stays', async () => {
    const certificateArn = 'arn:aws:acm:us-east-1:123456789012:certificate/1'
    const own = { ...props, certificateArn, aliases: ['media.example.com'] }
    const made = configOf(own, token)
    const chosen = { ...made.ViewerCertificate!, MinimumProtocolVersion: 'TLSv1.3_2025' as never }
    const before = { ...made, ViewerCertificate: chosen }
    expect(changed(before, { ...own, priceClass: 'PriceClass_All' }).ViewerCertificate).toEqual(chosen)
    const other = { ...own, certificateArn: `${certificateArn}0` }
    expect(changed(before, other).ViewerCertificate).toEqual(configOf(other, token).ViewerCertificate)
    const none = { ...own, certificateArn: null, aliases: [] }
    expect(changed(before, none).ViewerCertificate).toEqual({ CloudFrontDefaultCertificate: true })
  })

  it('is switched off everywhere before it is deleted', async () => {
    const context = sandboxContext()
    const wish = await propsIn(context)
    const made = await distribution.create({ address, props: wish, tags: tagsFor(address), token }, context)
    await settle(distribution, made, context)
    await distribution.delete({ address, attributes: made, dataMayGo: false }, context)
    expect(await distribution.gone!([made], context)).toEqual([{ state: 'waiting', status: 'switching off' }])
    await context.clock.sleep(300_000)
    expect(await distribution.gone!([made], context)).toEqual([{ state: 'gone' }])
    expect(context.calls.filter(({ operation }) => operation === 'DeleteDistribution')).toHaveLength(1)
    expect(await distribution.read([readRequest(address, wish, made)], context)).toEqual([undefined])
  })

  it('keeps its origin access control from being deleted', async () => {
    const context = sandboxContext()
    const wish = await propsIn(context)
    await distribution.create({ address, props: wish, tags: tagsFor(address), token }, context)
    let refused = 0
    context.world.faults.before = ({ operation }) => {
      if (operation === 'DeleteOriginAccessControl' && ++refused === 2)
        for (const { id } of context.world.table<{ id: string }>('cloudfront/distribution').list())
          context.world.table('cloudfront/distribution').delete(id)
    }
    const attributes = { id: wish.originAccessControlId }
    await whileInUse(context.clock, () =>
      originAccessControl.delete({ address, attributes, dataMayGo: false }, context),
    )
    expect(context.calls.map(({ error }) => error)).toContain('OriginAccessControlInUse')
  })

  it('is known to be somebody else’s when its access control says so', async () => {
    const context = sandboxContext()
    await propsIn(context)
    const wish = { name: 'test-shop-media', description: 'other/test' }
    const [found] = await originAccessControl.read([readRequest(address, wish)], context)
    expect(originAccessControl.proves!(wish, found!.props)).toBe(false)
  })
})
