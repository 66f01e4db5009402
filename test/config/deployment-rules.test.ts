import { describe, expect, it } from 'vitest'
import { loadConfig } from '../../src/config/load.ts'
import { memoryFiles } from '../support/memory-files.ts'

async function problemsOf(service: object, rest: object = {}): Promise<string> {
  const web = { image: 'nginx', port: 80, paths: ['/*'], ...service }
  const source = JSON.stringify({
    stack: 'shop',
    environment: 'dev',
    region: 'us-east-1',
    services: { web },
    ...rest,
  })
  const files = memoryFiles({ '/work/provision.json': source })
  return loadConfig({ files, cwd: '/work' }).then(
    () => '',
    (error: unknown) => (error as Error).message,
  )
}

describe('the deployment of a service', () => {
  it.each([
    'rolling',
    'blue-green',
    'canary',
    'linear',
    { strategy: 'canary', canaryPercent: 0.5, stepMinutes: 3, bakeMinutes: 0 },
    { strategy: 'linear', stepPercent: 25, alarms: ['checkout-errors'] },
    { strategy: 'blue-green', testHeader: { name: 'x-version', value: 'new' } },
    { strategy: 'canary', testHeader: { name: 'x-version' } },
    { strategy: 'blue-green', testPort: 9001, testAccess: ['203.0.113.0/24', '2001:db8::/32'] },
    { strategy: 'blue-green', testPort: 9001, testAccess: [] },
    { strategy: 'rolling', maximumPercent: 200, minimumHealthyPercent: 50, circuitBreaker: false },
    { strategy: 'canary', steps: [0.1, 5, 25, 100], stepMinutes: 5 },
    { strategy: 'canary', steps: [5, 100], pause: [{ at: 'before-production-traffic' }] },
    { circuitBreaker: { threshold: { type: 'count', value: 5 }, resetOnHealthyTask: false } },
    { strategy: 'canary', analysis: true },
    { strategy: 'blue-green', analysis: { minutes: 10, onInconclusive: 'rollback' }, scan: 'high' },
    { scan: 'critical' },
    { strategy: 'blue-green', pause: [{ at: 'after-test-traffic', timeoutMinutes: 5 }] },
  ])('may be %j', async deployment => {
    expect(await problemsOf({ deployment })).toBe('')
  })

  it.each([
    ['green-blue', 'must be rolling, blue-green, canary, linear'],
    [{ strategy: 'canary', stepPercent: 10 }, 'means nothing for canary deployments'],
    [{ strategy: 'rolling', bakeMinutes: 5 }, 'means nothing for rolling deployments'],
    [{ strategy: 'blue-green', maximumPercent: 150 }, 'means nothing for blue-green deployments'],
    [{ maximumPercent: 100 }, 'leaves no room at any number of tasks'],
    [{ minimumHealthyPercent: 33.3 }, 'must be a whole number'],
    [{ strategy: 'blue-green', testPort: 80 }, '80 is where the load balancer serves everybody'],
    [{ strategy: 'blue-green', testPort: 9001 }, '9001 would be open to nobody'],
    [{ strategy: 'blue-green', testAccess: ['10.0.0.0/8'] }, 'opens `testPort`, and there is none'],
    [{ strategy: 'blue-green', testPort: 9001, testAccess: ['10.0.0.0'] }, '"10.0.0.0" is not a CIDR block'],
    [{ testAccess: ['10.0.0.0/8'] }, 'means nothing for rolling deployments'],
    [{ strategy: 'blue-green', testHeader: { name: 'Host' } }, 'and not Host'],
    [{ strategy: 'blue-green', testHeader: { name: 'x test' } }, 'must be letters, digits'],
    [
      { strategy: 'blue-green', testPort: 9002, testHeader: { name: 'x', value: 'y' } },
      'cannot stand beside `testPort`',
    ],
    [{ pause: [{ at: 'after-test-traffic' }] }, 'has no after-test-traffic'],
    [
      { strategy: 'linear', pause: [{ at: 'after-scale-up' }, { at: 'after-scale-up' }] },
      'already pauses at after-scale-up',
    ],
    [{ strategy: 'linear', stepPercent: 1 }, '3'],
    [{ strategy: 'linear', steps: [1, 5, 100] }, 'means nothing for linear deployments'],
    [{ strategy: 'canary', steps: [1, 5, 100], canaryPercent: 1 }, 'cannot stand beside `canaryPercent`'],
    [{ strategy: 'canary', steps: [5, 1, 100] }, 'must ascend and end with 100'],
    [{ strategy: 'canary', steps: [1, 5, 25] }, 'must ascend and end with 100'],
    [{ strategy: 'canary', steps: [0.15, 5, 100] }, '0.15 is finer than a tenth of a percent'],
    [{ strategy: 'canary', steps: [1, 5, 100], stepMinutes: 1440 }, 'take longer than the day'],
    [
      { strategy: 'canary', steps: [1, 5, 100], pause: [{ at: 'before-production-traffic' }] },
      'is where the steps of the release are taken',
    ],
    [{ circuitBreaker: 3 }, 'must be true, false, or an object with `threshold`'],
    [{ circuitBreaker: { threshold: { type: 'count', value: 0 } } }, '1'],
    [{ analysis: true }, 'a rolling deployment has both versions in one'],
    [{ scan: 'severe' }, 'critical'],
    [{ strategy: 'canary', analysis: false }, 'must be true or an object such as { minutes: 10 }'],
  ])('may not be %j', async (deployment, problem) => {
    expect(await problemsOf({ deployment })).toContain(problem)
  })

  it('needs paths for a strategy that moves the traffic of a load balancer in steps', async () => {
    const headless = { paths: undefined, port: undefined }
    expect(await problemsOf({ ...headless, deployment: 'canary' })).toContain('has no paths')
    expect(await problemsOf({ ...headless, deployment: 'blue-green' })).toBe('')
    expect(await problemsOf({ ...headless, deployment: { alarms: true } })).toContain('has no paths')
  })

  it('may have five paths beside a generated header value, and four beside one of the config', async () => {
    const paths = ['/a', '/b', '/c', '/d', '/e']
    const deployment = { strategy: 'blue-green', testHeader: { name: 'x', value: 'y' } }
    expect(await problemsOf({ deployment, paths })).toContain('is one value too many')
    expect(await problemsOf({ deployment, paths: paths.slice(1) })).toBe('')
    expect(await problemsOf({ deployment: 'blue-green', paths })).toBe('')
  })

  it('needs a free priority for its test rule', async () => {
    const first = { deployment: 'blue-green', paths: ['/a'], priority: 1 }
    expect(await problemsOf(first)).toContain('no lower priority is free')
    expect(await problemsOf({ ...first, priority: 2 })).toBe('')
    const port = { strategy: 'blue-green', testPort: 9001, testAccess: [] }
    expect(await problemsOf({ ...first, deployment: port })).toBe('')
  })

  it('moves the traffic of one listener only', async () => {
    const tls = {
      existing: {
        certificate: `arn:aws:acm:us-east-1:123456789012:certificate/${'a'.repeat(8)}-${'b'.repeat(4)}-${'c'.repeat(4)}-${'d'.repeat(4)}-${'e'.repeat(12)}`,
      },
      loadBalancer: { redirect: false },
    }
    expect(await problemsOf({ deployment: 'blue-green' }, tls)).toContain('makes two of them serve')
    expect(await problemsOf({ deployment: 'rolling' }, tls)).toBe('')
  })
})

describe('the comparison of metrics', () => {
  it('needs a load balancer', async () => {
    const deployment = { strategy: 'blue-green', analysis: true }
    expect(await problemsOf({ paths: undefined, port: undefined, deployment })).toContain(
      "compares the load balancer's metrics of both versions, and the service has no paths",
    )
  })
})
