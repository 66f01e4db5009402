import { describe, expect, it } from 'vitest'
import { loadConfig } from '../../src/config/load.ts'
import type { Resource } from '../../src/resources/resource.ts'
import { describeStack } from '../../src/steps/index.ts'
import { facts } from '../support/facts.ts'
import { memoryFiles } from '../support/memory-files.ts'
import { resourcesOf } from '../support/stacks.ts'

async function stackOf(services: object, environment = 'dev'): Promise<Resource[]> {
  const source = JSON.stringify({ stack: 'shop', environment, region: 'us-east-1', services })
  const files = memoryFiles({ '/work/provision.json': source })
  const { config } = await loadConfig({ files, cwd: '/work' })
  return describeStack(config, facts())
}

const web = { image: 'nginx', port: 80, paths: ['/*'] }
const find = (stack: Resource[], address: string) => stack.find(resource => resource.address === address)
const addresses = (stack: Resource[]) => stack.map(({ address }) => address)

describe('a rolling deployment', () => {
  it('is what a service gets that says nothing: 200 % and 100 %, with a circuit breaker that goes back', async () => {
    const stack = await stackOf({ web })
    expect(find(stack, 'services/web')?.props).toMatchObject({
      strategy: 'ROLLING',
      maximumPercent: 200,
      minimumHealthyPercent: 100,
      circuitBreaker: { enable: true, rollback: true },
      pauses: [],
      rollbackAlarms: [],
    })
    expect(addresses(stack).filter(address => /targets-b$|test|rule|infrastructure/.test(address))).toEqual(
      [],
    )
  })
})

describe('the circuit breaker', () => {
  const breaker = { enable: true, rollback: true }
  it.each([
    [true, breaker],
    [false, { enable: false, rollback: false }],
    [{}, breaker],
    [{ threshold: { value: 50 } }, breaker],
    [{ threshold: { value: 20 } }, { ...breaker, threshold: { type: 'BOUNDED_PERCENT', value: 20 } }],
    [
      { threshold: { type: 'count', value: 5 }, resetOnHealthyTask: false },
      { ...breaker, threshold: { type: 'COUNT', value: 5 }, keepsCount: true },
    ],
    [
      { threshold: { type: 'unbounded-percent', value: 50 } },
      { ...breaker, threshold: { type: 'UNBOUNDED_PERCENT', value: 50 } },
    ],
  ])('%j is told to AWS where it is not what AWS does anyway', async (circuitBreaker, told) => {
    const stack = await stackOf({ web: { ...web, deployment: { circuitBreaker } } })
    expect(find(stack, 'services/web')?.props['circuitBreaker']).toEqual(told)
  })
})

describe('a deployment that moves traffic', () => {
  it('adds to a rolling one and changes nothing that is there, so that the strategy can change in place', async () => {
    const before = await stackOf({ web })
    const after = await stackOf({ web: { ...web, deployment: 'blue-green' } })
    for (const address of ['load-balancer/web.targets', 'load-balancer/http', 'services/web.task'])
      expect(find(after, address)).toEqual(find(before, address))
    expect(addresses(after).filter(address => !addresses(before).includes(address))).toEqual([
      'load-balancer/web.targets-b',
      'load-balancer/web.rule',
      'load-balancer/web.test-header-rule',
      'identity/ecs.infrastructure-role',
    ])
  })

  it('names both groups and both rules, and the role by which ECS changes them', async () => {
    const stack = await stackOf({ web: { ...web, deployment: 'blue-green' } })
    expect(find(stack, 'services/web')?.props['loadBalancers']).toMatchObject([
      {
        targetGroupArn: { reference: 'load-balancer/web.targets' },
        shift: {
          alternateTargetGroupArn: { reference: 'load-balancer/web.targets-b' },
          productionListenerRule: { reference: 'load-balancer/web.rule' },
          testListenerRule: { reference: 'load-balancer/web.test-header-rule' },
          roleArn: { reference: 'identity/ecs.infrastructure-role' },
        },
      },
    ])
    expect(find(stack, 'identity/ecs.infrastructure-role')?.props).toMatchObject({
      roleName: 'dev-shop-ecs-infrastructure',
      managedPolicyArns: ['arn:aws:iam::aws:policy/AmazonECSInfrastructureRolePolicyForLoadBalancers'],
    })
  })

  it('begins with all traffic on the first group, in the last rule for what no other takes', async () => {
    const stack = await stackOf({ web: { ...web, deployment: 'canary' } })
    expect(find(stack, 'load-balancer/web.rule')?.props).toMatchObject({
      priority: 50_000,
      pathPatterns: ['/*'],
      weights: [100, 0],
    })
  })

  it('receives test traffic on the production listener, by a header that nobody can guess', async () => {
    const api = { ...web, paths: ['/api/*'], deployment: 'linear' }
    const stack = await stackOf({ api, web: { ...web, deployment: 'blue-green' } })
    expect(find(stack, 'load-balancer/api.test-header-rule')?.props).toMatchObject({
      listenerArn: { reference: 'load-balancer/http' },
      priority: 9,
      pathPatterns: ['/api/*'],
      httpHeader: { name: 'x-provision-test', values: 'generated' },
      weights: [100, 0],
    })
    expect(find(stack, 'load-balancer/web.test-header-rule')?.props).toMatchObject({ priority: 49_999 })
    expect(find(stack, 'security-groups/alb')?.props['ingress']).toMatchObject([{ fromPort: 80 }])
    expect(addresses(stack).filter(address => address.startsWith('load-balancer/test-'))).toEqual([])
  })

  it('receives it on the listener with the certificate', async () => {
    const certificate = 'arn:aws:acm:us-east-1:123456789012:certificate/aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee'
    const stack = await resourcesOf({
      existing: { certificate },
      services: { web: { ...web, deployment: 'canary' } },
    })
    expect(find(stack, 'load-balancer/web.test-header-rule')?.props['listenerArn']).toMatchObject({
      reference: 'load-balancer/https',
    })
  })

  it('has test rules on free priorities, each as close before its own as possible', async () => {
    const on = (path: string, priority: number) => ({
      ...web,
      paths: [path],
      priority,
      deployment: 'blue-green',
    })
    const stack = await stackOf({
      a: on('/a', 5),
      b: on('/b', 6),
      c: { ...on('/c', 4), deployment: 'rolling' },
    })
    const prioritiesOf = (rule: string) =>
      ['a', 'b'].map(name => find(stack, `load-balancer/${name}.${rule}`)?.props['priority'])
    expect([prioritiesOf('rule'), prioritiesOf('test-header-rule')]).toEqual([
      [5, 6],
      [2, 3],
    ])
  })

  it('tests by the header alone where its paths leave no room beside it', async () => {
    const paths = ['/a', '/b', '/c', '/d', '/e']
    const stack = await stackOf({ web: { ...web, paths, deployment: 'blue-green' } })
    expect(find(stack, 'load-balancer/web.rule')?.props).toMatchObject({ pathPatterns: paths })
    const { pathPatterns, httpHeader } = find(stack, 'load-balancer/web.test-header-rule')!.props
    expect([pathPatterns, httpHeader]).toEqual([undefined, { name: 'x-provision-test', values: 'generated' }])
  })

  it('shares one test port between services that ask for it, closed but for those who test', async () => {
    const on = (testAccess: string[]) => ({ strategy: 'blue-green', testPort: 9001, testAccess })
    const api = { ...web, paths: ['/api/*'], deployment: on(['203.0.113.0/24', '2001:db8::/32']) }
    const stack = await stackOf({ api, web: { ...web, deployment: on(['203.0.113.0/24']) } })
    const listener = { reference: 'load-balancer/test-9001' }
    expect(find(stack, 'load-balancer/api.test-rule')?.props).toMatchObject({
      listenerArn: listener,
      priority: 10,
      pathPatterns: ['/api/*'],
    })
    expect(find(stack, 'load-balancer/web.test-rule')?.props).toMatchObject({ listenerArn: listener })
    expect(find(stack, 'security-groups/alb')?.props['ingress']).toMatchObject([
      { fromPort: 80, cidr: '0.0.0.0/0' },
      { fromPort: 9001, cidr: '203.0.113.0/24' },
      { fromPort: 9001, cidr: '2001:db8::/32' },
    ])
    expect(find(stack, 'load-balancer/test-9001')?.props).toMatchObject({ protocol: 'HTTP' })
  })

  it('keeps a test port closed where nobody is named, and speaks TLS on it where there is a certificate', async () => {
    const certificate = 'arn:aws:acm:us-east-1:123456789012:certificate/aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee'
    const deployment = { strategy: 'blue-green', testPort: 9001, testAccess: [] }
    const stack = await resourcesOf({
      existing: { certificate },
      loadBalancer: { openPorts: [80, 443] },
      services: { web: { ...web, deployment } },
    })
    expect(find(stack, 'security-groups/alb')?.props['ingress']).toMatchObject([
      { fromPort: 80 },
      { fromPort: 443 },
    ])
    expect(find(stack, 'load-balancer/test-9001')?.props).toMatchObject({
      port: 9001,
      protocol: 'HTTPS',
      certificateArn: certificate,
      sslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
    })
    expect(find(stack, 'load-balancer/web.test-rule')?.props['listenerArn']).toMatchObject({
      reference: 'load-balancer/test-9001',
    })
  })

  it.each([
    [
      { name: 'x-version', value: 'new' },
      { name: 'x-version', values: ['new'] },
    ],
    [{ name: 'x-version' }, { name: 'x-version', values: 'generated' }],
    [{ value: 'new' }, { name: 'x-provision-test', values: ['new'] }],
  ])('is tested by the header %j of the config', async (testHeader, httpHeader) => {
    const stack = await stackOf({ web: { ...web, deployment: { strategy: 'blue-green', testHeader } } })
    expect(find(stack, 'load-balancer/web.test-header-rule')?.props).toMatchObject({ httpHeader })
  })

  it('fills in what AWS would, so that nothing is left to chance', async () => {
    const propsOf = async (deployment: unknown) =>
      find(await stackOf({ web: { ...web, deployment } }), 'services/web')?.props
    expect(await propsOf('canary')).toMatchObject({
      strategy: 'CANARY',
      bakeMinutes: 5,
      canary: { percent: 5, minutes: 10 },
    })
    expect(await propsOf({ strategy: 'linear', bakeMinutes: 0 })).toMatchObject({
      strategy: 'LINEAR',
      bakeMinutes: 0,
      linear: { percent: 10, minutes: 6 },
    })
    expect(
      await propsOf({ strategy: 'blue-green', pause: [{ at: 'before-production-traffic' }] }),
    ).toMatchObject({
      pauses: [{ stages: ['PRE_PRODUCTION_TRAFFIC_SHIFT'], timeoutMinutes: 60, onTimeout: 'ROLLBACK' }],
    })
  })

  it('is rolled back by alarms on both groups, from one line', async () => {
    const stack = await stackOf({ web: { ...web, deployment: { strategy: 'canary', alarms: true } } })
    expect(find(stack, 'services/web')?.props['rollbackAlarms']).toMatchObject([
      { reference: 'observability/web.release-errors' },
      { reference: 'observability/web.release-errors-b' },
    ])
    expect(find(stack, 'observability/web.release-errors-b')?.props['dimensions']).toMatchObject({
      TargetGroup: { reference: 'load-balancer/web.targets-b' },
    })
  })

  it('is rolled back by the alarms that are named', async () => {
    const deployment = { strategy: 'canary', alarms: ['checkout', 'latency'] }
    const stack = await stackOf({ web: { ...web, deployment } })
    expect(find(stack, 'services/web')?.props['rollbackAlarms']).toEqual(['checkout', 'latency'])
  })

  it('has names of its own in each environment', async () => {
    const names = async (environment: string) =>
      (
        await stackOf({ web: { ...web, deployment: { strategy: 'canary', alarms: true } } }, environment)
      ).flatMap(({ address, name }) =>
        /targets-b$|infrastructure|release-errors/.test(address) ? [name] : [],
      )
    const [dev, prod] = [await names('dev'), await names('prod')]
    expect(dev).toHaveLength(4)
    expect(dev.filter(name => prod.includes(name))).toEqual([])
  })
})
