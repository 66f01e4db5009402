import { describe, expect, it } from 'vitest'
import { loadConfig } from '../../src/config/load.ts'
import type { Resource } from '../../src/resources/resource.ts'
import { describeStack } from '../../src/steps/index.ts'
import { facts } from '../support/facts.ts'
import { memoryFiles } from '../support/memory-files.ts'

const api = { image: 'nginx', port: 81, paths: ['/api/*'] }
const web = { image: 'nginx', port: 80, paths: ['/*'] }

async function stackOf(stack: object): Promise<Resource[]> {
  const whole = { stack: 'shop', environment: 'dev', region: 'us-east-1', services: { api, web }, ...stack }
  const files = memoryFiles({ '/work/provision.json': JSON.stringify(whole) })
  const { config } = await loadConfig({ files, cwd: '/work' })
  return describeStack(config, facts())
}

const propsAt = (stack: Resource[], address: string) =>
  stack.find(resource => resource.address === address)?.props
const addresses = (stack: Resource[], prefix: string) =>
  stack.flatMap(({ address }) => (address.startsWith(prefix) ? [address] : []))
const portsOf = (stack: Resource[]) =>
  (propsAt(stack, 'security-groups/alb')!['ingress'] as { fromPort: number }[]).map(rule => rule.fromPort)

describe('the front door', () => {
  it('opens only the port it listens on', async () => {
    expect(portsOf(await stackOf({}))).toEqual([80])
    expect(portsOf(await stackOf({ domain: { name: 'example.com' } }))).toEqual([80, 443])
    expect(portsOf(await stackOf({ loadBalancer: { openPorts: [80, 443] } }))).toEqual([80, 443])
  })

  it('waits for the certificate to be issued before it speaks TLS', async () => {
    const stack = await stackOf({ domain: { name: 'example.com' } })
    expect(propsAt(stack, 'load-balancer/https')).toMatchObject({
      certificateArn: { reference: 'domain/validation', attribute: 'certificateArn' },
      sslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
    })
    expect(propsAt(stack, 'domain/certificate')).toEqual({
      domainName: 'example.com',
      alternativeNames: ['*.example.com'],
    })
  })

  it('serves on both ports when browsers are not to be redirected', async () => {
    const stack = await stackOf({ domain: { name: 'example.com' }, loadBalancer: { redirect: false } })
    expect(propsAt(stack, 'load-balancer/http')?.['defaultAction']).toEqual(
      propsAt(stack, 'load-balancer/https')?.['defaultAction'],
    )
    expect(addresses(stack, 'load-balancer/api.')).toEqual([
      'load-balancer/api.targets',
      'load-balancer/api.rule',
      'load-balancer/api.http-rule',
    ])
  })

  it('uses an existing zone and certificate as they are', async () => {
    const certificate = 'arn:aws:acm:us-east-1:123456789012:certificate/1'
    const stack = await stackOf({
      domain: { name: 'example.com' },
      existing: { zone: 'Z0123', certificate },
    })
    expect(addresses(stack, 'domain/')).toEqual(['domain/a'])
    expect(propsAt(stack, 'domain/a')).toMatchObject({ zoneId: 'Z0123', inSharedZone: true })
    expect(propsAt(stack, 'load-balancer/https')?.['certificateArn']).toBe(certificate)
  })

  it('tells the parent zone the name servers of the new one', async () => {
    const stack = await stackOf({ domain: { name: 'dev.example.com', delegateFrom: 'Z0123' } })
    expect(propsAt(stack, 'domain/delegation')).toMatchObject({
      zoneId: 'Z0123',
      name: 'dev.example.com',
      type: 'NS',
      values: { reference: 'domain/zone', attribute: 'nameServers' },
    })
  })

  it('puts a firewall with the usual rules before the load balancer when asked to', async () => {
    const stack = await stackOf({ loadBalancer: { waf: true } })
    const rules = propsAt(stack, 'load-balancer/web-acl')?.['rules'] as { name: string; count: boolean }[]
    expect(rules.map(({ name }) => name)).toContain('AWSManagedRulesCommonRuleSet')
    expect(rules.every(({ count }) => !count)).toBe(true)
    expect(stack.find(({ type }) => type === 'wafv2/association')?.after).toEqual([
      { address: 'load-balancer/alb', needs: 'ready' },
    ])
  })
})

describe('a bucket behind CloudFront', () => {
  const domain = { name: 'example.com' }

  it('is read by its distribution alone, and its address is known to services', async () => {
    const stack = await stackOf({
      buckets: { media: { cdn: true } },
      services: { web: { ...web, environment: { MEDIA: '${media.url}' } } },
    })
    expect(propsAt(stack, 'cdn/media.bucket-policy')).toMatchObject({
      policy: {
        Statement: [
          {
            Action: 's3:GetObject',
            Condition: { StringEquals: { 'AWS:SourceArn': { reference: 'cdn/media', attribute: 'arn' } } },
          },
        ],
      },
    })
    expect(propsAt(stack, 'services/web.task')?.['containers']).toMatchObject([
      {
        environment: {
          MEDIA: { template: ['https://', { reference: 'cdn/media', attribute: 'domainName' }] },
        },
      },
    ])
  })

  it('shares the load balancer’s certificate in us-east-1, and has one there elsewhere', async () => {
    const more = { domain, buckets: { media: { cdn: { alias: 'static' } } } }
    const near = await stackOf(more)
    expect(propsAt(near, 'cdn/media')).toMatchObject({
      aliases: ['static.example.com'],
      certificateArn: { reference: 'domain/validation' },
    })
    expect(addresses(near, 'domain/cdn')).toEqual(['domain/cdn.media-a', 'domain/cdn.media-aaaa'])
    const far = await stackOf({ ...more, region: 'eu-west-1' })
    expect(propsAt(far, 'cdn/media')?.['certificateArn']).toMatchObject({
      reference: 'domain/cdn-validation',
    })
    expect(propsAt(far, 'domain/cdn-certificate')).toMatchObject({ region: 'us-east-1' })
  })
})
