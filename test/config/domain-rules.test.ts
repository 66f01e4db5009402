import { describe, expect, it } from 'vitest'
import { problemsOf } from '../support/problems.ts'

const services = { web: { image: 'nginx', port: 80, paths: ['/*'] } }
const domain = { name: 'example.com' }

describe('domain rules', () => {
  it.each([
    ['a plain domain', { domain, services }],
    ['a wildcard that covers an alias', { domain: { ...domain, aliases: ['www'] }, services }],
    ['IPv6 where the network has it', { domain, network: { ipv6: true }, services }],
    ['an existing zone', { domain, existing: { zone: 'Z0123' }, services }],
    [
      'mail records at the top',
      {
        domain: { ...domain, records: [{ name: '@', type: 'MX', values: ['10 mx.example.org'] }] },
        services,
      },
    ],
  ])('take %s', async (_title, stack) => {
    expect(await problemsOf(stack)).toEqual([])
  })

  it.each([
    [
      { existing: { zone: 'Z0123' } },
      'existing.zone: there is no domain that would stand in it. Add domain: { name: … }, or remove it.',
    ],
    [
      { domain: { ...domain, ipv6: true }, services },
      'domain.ipv6: the load balancer has no IPv6 addresses that an AAAA record could lead to. Add network: { ipv6: true }, or remove it.',
    ],
    [
      { domain: { ...domain, aliases: ['www'] } },
      'domain.aliases: there is no load balancer that they could lead to. Give a service paths, or remove them.',
    ],
    [
      { domain: { ...domain, delegateFrom: 'Z1' }, existing: { zone: 'Z2' }, services },
      'domain.delegateFrom: is for a zone that the stack makes, but existing.zone names one that is there. Remove one of them.',
    ],
    [
      { domain: { ...domain, aliases: ['www'], certificate: { names: ['example.com'] } }, services },
      'domain.aliases[0]: the certificate does not cover www.example.com. Add www.example.com to domain.certificate.names.',
    ],
    [
      { domain: { ...domain, certificate: { names: ['example.com', '*.example.org'] } }, services },
      'domain.certificate.names[1]: *.example.org is not in the zone of example.com, so the certificate could never be validated. Use example.com and names below it, or name a certificate that you have made yourself: existing: { certificate: … }.',
    ],
    [
      { domain: { ...domain, records: [{ name: '@', type: 'A', values: ['192.0.2.1'] }] }, services },
      'domain.records[0]: @ has an A record already. Put all values into one record, or remove one of them.',
    ],
    [
      {
        domain: { ...domain, aliases: ['www'], records: [{ name: 'www', type: 'TXT', values: ['"x"'] }] },
        services,
      },
      'domain.records[0]: beside a CNAME, www can have no other record. Use another name or type.',
    ],
  ])('refuse %j', async (stack, problem) => {
    expect(await problemsOf(stack)).toEqual([problem])
  })
})

describe('front door rules', () => {
  const arn = (region: string) => `arn:aws:acm:${region}:123456789012:certificate/1`
  it.each([
    [
      { loadBalancer: { tlsPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06' }, services },
      'loadBalancer.tlsPolicy: there is no certificate, so nothing speaks TLS. Add domain: { name: … } or existing: { certificate: … }, or remove it.',
    ],
    [
      { loadBalancer: { openPorts: [443] }, services },
      'loadBalancer.openPorts: leaves out 80, where the load balancer listens. Add 80.',
    ],
    [
      { existing: { certificate: arn('eu-west-1') }, services },
      'existing.certificate: is in eu-west-1, but a load balancer takes certificates of its own region only. Name a certificate in us-east-1.',
    ],
    [
      {
        domain: { ...domain, certificate: { names: ['example.com'] } },
        existing: { certificate: arn('us-east-1') },
        services,
      },
      'domain.certificate: cannot stand beside existing.certificate. Remove one of them.',
    ],
  ])('refuse %j', async (stack, problem) => {
    expect(await problemsOf(stack)).toEqual([problem])
  })
})

describe('CloudFront rules', () => {
  const media = { cdn: { alias: 'static' } }
  it.each([
    [
      { buckets: { media } },
      'buckets.media.cdn.alias: there is no domain that it could stand below. Add domain: { name: … }, or remove it.',
    ],
    [
      { buckets: { media, more: media }, domain, services },
      'buckets.more.cdn.alias: static already leads to buckets.media. Use another name.',
    ],
    [
      { buckets: { media }, domain: { ...domain, certificate: { names: ['example.com'] } }, services },
      'buckets.media.cdn.alias: the certificate does not cover static.example.com. Add static.example.com to domain.certificate.names.',
    ],
  ])('refuse %j', async (stack, problem) => {
    expect(await problemsOf(stack)).toEqual([problem])
  })
})
