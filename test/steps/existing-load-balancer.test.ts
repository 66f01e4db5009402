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

  it('is a second rule for requests that try a new version', async () => {
    const deployment = { strategy: 'blue-green', testHeader: { name: 'x-version', value: 'next' } }
    const stack = await resourcesOf({ existing, services: { web: { ...services.web, deployment } } })
    expect(find(stack, 'load-balancer/web.test-rule')?.props).toMatchObject({
      listenerArn: { reference: 'existing/listener' },
      httpHeader: { name: 'x-version', values: ['next'] },
    })
    expect(stack.some(({ type }) => type === 'elbv2/listener' || type === 'elbv2/load-balancer')).toBe(false)
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
      { existing, services: { web: { ...services.web, deployment: 'blue-green' } } },
      'services.web.deployment: would try new versions on a port of its own, and the stack opens none on existing.loadBalancer. Try them by a header: testHeader: { name: x-version, value: next }.',
    ],
    [
      { existing, services, domain: { name: 'example.com', certificate: { names: ['example.com'] } } },
      'domain.certificate: is for a listener that the stack makes, and that of existing.loadBalancer has its own. Remove it.',
    ],
  ])('is refused with %j', async (stack, problem) => {
    expect(await problemsOf(stack)).toEqual([problem])
  })
})
