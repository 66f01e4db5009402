import { describe, expect, it } from 'vitest'
import type { Resource } from '../../src/resources/resource.ts'
import { problemsOf, resourcesOf } from '../support/stacks.ts'

const vpc = { id: 'vpc-0a1b2c3d', publicSubnets: ['subnet-0a1b2c3d', 'subnet-1a1b2c3d'] }
const existing = { vpc, loadBalancer: { name: 'front' } }
const services = { web: { image: 'nginx', port: 80, paths: ['/*'] } }
const find = (stack: readonly Resource[], address: string) =>
  stack.find(resource => resource.address === address)

describe('behind an existing load balancer', () => {
  it('is a rule for every service, for all names and for our own where there is a domain', async () => {
    const bare = await resourcesOf({ existing, services })
    expect(find(bare, 'load-balancer/web.rule')?.props).toMatchObject({
      listenerArn: { reference: 'existing/listener' },
      pathPatterns: ['/*'],
    })
    expect(find(bare, 'load-balancer/web.rule')?.props['hostHeaders']).toBeUndefined()
    const domain = { name: 'example.com', aliases: ['www'] }
    const named = await resourcesOf({ existing: { ...existing, zone: 'Z0123' }, domain, services })
    expect(find(named, 'load-balancer/web.rule')?.props['hostHeaders']).toEqual([
      'example.com',
      'www.example.com',
    ])
    expect(find(named, 'domain/a')?.props['alias']).toMatchObject({
      dnsName: { reference: 'existing/load-balancer' },
    })
    expect(named.some(({ type }) => type.startsWith('acm/'))).toBe(false)
  })

  it('is a second rule for test traffic, with a header that nobody can guess', async () => {
    const web = { ...services.web, priority: 300, deployment: 'blue-green' }
    const stack = await resourcesOf({ existing, services: { web } })
    expect(find(stack, 'load-balancer/web.test-header-rule')?.props).toMatchObject({
      listenerArn: { reference: 'existing/listener' },
      priority: 299,
      pathPatterns: ['/*'],
      httpHeader: { name: 'x-provision-test', values: 'generated' },
    })
    expect(stack.some(({ type }) => type === 'elbv2/listener' || type === 'elbv2/load-balancer')).toBe(false)
  })

  it.each([
    [
      'with paths and hosts',
      ['/a', '/b'],
      { pathPatterns: ['/a', '/b'], hostHeaders: ['example.com', 'www.example.com'] },
    ],
    [
      'with hosts alone where AWS takes no more',
      ['/a', '/b', '/c'],
      { hostHeaders: ['example.com', 'www.example.com'] },
    ],
  ])('is a test rule %s', async (_, paths, conditions) => {
    const domain = { name: 'example.com', aliases: ['www'] }
    const web = { ...services.web, paths, deployment: 'blue-green' }
    const stack = await resourcesOf({ existing: { ...existing, zone: 'Z0123' }, domain, services: { web } })
    const { pathPatterns, hostHeaders } = find(stack, 'load-balancer/web.test-header-rule')!.props
    expect({ pathPatterns, hostHeaders }).toEqual({ pathPatterns: undefined, ...conditions })
  })

  it.each([
    [
      { existing: { loadBalancer: { name: 'front' } }, services },
      'existing.loadBalancer: stands in a VPC that is there already, and the stack would make one of its own. Add existing.vpc with the VPC and subnets around it.',
    ],
    [
      { existing },
      'existing.loadBalancer: no service has paths that it could lead to. Add paths to one, or remove it.',
    ],
    [
      { existing, services, loadBalancer: { waf: true } },
      'loadBalancer.waf: belongs to a load balancer that the stack makes, and existing.loadBalancer is not changed. Remove it, or remove existing.loadBalancer.',
    ],
    [
      {
        existing,
        services: {
          web: { ...services.web, deployment: { strategy: 'blue-green', testPort: 9001, testAccess: [] } },
        },
      },
      'services.web.deployment.testPort: is a listener more, and the stack adds none to existing.loadBalancer. Remove it: test traffic is then known by a header.',
    ],
    [
      { existing, services, domain: { name: 'example.com', certificate: { names: ['example.com'] } } },
      'domain.certificate: is for a listener that the stack makes, and that of existing.loadBalancer has its own. Remove it.',
    ],
  ])('is refused with %j', async (stack, problem) => {
    expect(await problemsOf(stack)).toEqual([problem])
  })
})
