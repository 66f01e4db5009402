import { describe, expect, it } from 'vitest'
import { problemsOf } from '../support/problems.ts'

const web = { image: 'nginx', port: 80 }

describe('network rules', () => {
  it.each([
    [{ cidr: '10.0.0.0' }, 'network.cidr: "10.0.0.0" is not an IPv4 CIDR block. Write it like 10.0.0.0/16.'],
    [
      { cidr: '10.0.0.5/16' },
      'network.cidr: 10.0.0.5/16 does not begin at its first address. Use 10.0.0.0/16.',
    ],
    [
      { publicSubnets: ['10.1.1.0/24', '10.0.2.0/24'] },
      "network.publicSubnets[0]: 10.1.1.0/24 is not inside the VPC's 10.0.0.0/16. Use a part of 10.0.0.0/16.",
    ],
    [
      { publicSubnets: ['10.0.0.0/20', '10.0.2.0/24'], privateSubnets: [] },
      'network.publicSubnets[1]: 10.0.2.0/24 overlaps 10.0.0.0/20. Give each subnet addresses of its own.',
    ],
    [
      { zones: ['us-east-1a', 'us-east-1b'], publicSubnets: ['10.0.1.0/24'] },
      'network.publicSubnets: has 1 for 2 zones. Give one subnet for each zone.',
    ],
    [
      { cidr: '10.0.0.0/20' },
      'network: 10.0.0.0/20 is not a /16, so its subnets have to be named. Add publicSubnets and privateSubnets.',
    ],
  ])('refuse %j', async (network, problem) => {
    expect(await problemsOf({ network })).toEqual([problem])
  })

  it('want two zones for a load balancer', async () => {
    const network = { publicSubnets: ['10.0.1.0/24'], privateSubnets: [] }
    expect(await problemsOf({ network, services: { web: { ...web, paths: ['/*'] } } })).toEqual([
      'network.publicSubnets: a load balancer needs subnets in two zones. Add a second zone with its subnets.',
    ])
  })
})

describe('service rules', () => {
  it.each([
    [{}, 'services.web: has no image. Add `image` or `repository`.'],
    [
      { image: 'nginx', repository: 'web' },
      'services.web.image: cannot stand beside `repository`. Remove one of them.',
    ],
    [
      { repository: 'bakend' },
      'services.web.repository: there is no repository "bakend". Did you mean "backend"?',
    ],
    [
      { ...web, cpu: 300 },
      'services.web.cpu: Fargate has no 300 CPU units. Use one of 256, 512, 1024, 2048, 4096, 8192, 16384.',
    ],
    [
      { ...web, cpu: 512 },
      'services.web.memory: Fargate does not pair 512 CPU units with 512 MiB. Use one of 1024, 2048, 3072, 4096.',
    ],
    [
      { image: 'nginx', paths: ['/*'] },
      'services.web: has paths but no port. Add `port`, the one its container listens on.',
    ],
    [
      { ...web, logRetentionDays: 31 },
      expect.stringContaining('services.web.logRetentionDays: CloudWatch does not keep logs for 31 days'),
    ],
    [
      { ...web, healthCheck: { timeout: 5 } },
      'services.web.healthCheck.timeout: 5 seconds is not less than the interval of 5. Make the interval longer or the timeout shorter.',
    ],
    [
      {
        ...web,
        paths: ['/*'],
        healthCheck: { gracePeriod: 0 },
        containerHealthCheck: { command: 'true', startPeriod: 90 },
      },
      'services.web.healthCheck.gracePeriod: ECS replaces a task that does not answer the load balancer within 25 seconds of its start, and containerHealthCheck.startPeriod allows it 90: a task that needs them never gets healthy. Set it to 90 or more, or remove it.',
    ],
    [
      { ...web, stickiness: true },
      'services.web.stickiness: means nothing for a service without `paths`. Remove it, or add `paths`.',
    ],
    [
      { ...web, paths: ['/*'], stickiness: { duration: 60 }, deployment: 'canary' },
      'services.web.stickiness: cannot stand beside canary: AWS refuses sticky targets behind a rule that splits the traffic between two target groups. Remove it, or use a rolling deployment.',
    ],
    [
      { ...web, stickiness: { duration: 604_801 } },
      expect.stringMatching(/services\.web\.stickiness.*604800/),
    ],
    [{ ...web, stopTimeout: 121 }, expect.stringMatching(/services\.web\.stopTimeout.*120/)],
    [{ ...web, stopTimeout: 0 }, expect.stringMatching(/services\.web\.stopTimeout.*1/)],
    [
      { ...web, deregistrationDelay: 3601 },
      expect.stringMatching(/services\.web\.deregistrationDelay.*3600/),
    ],
    [
      { ...web, healthCheck: { interval: 4 } },
      expect.stringMatching(/services\.web\.healthCheck\.interval.*5/),
    ],
    [
      { ...web, healthCheck: { unhealthyThreshold: 11 } },
      expect.stringMatching(/services\.web\.healthCheck\.unhealthyThreshold.*10/),
    ],
    [
      { ...web, uses: ['databse'] },
      'services.web.uses[0]: there is nothing to use called "databse". Did you mean "database"?',
    ],
    [
      { ...web, uses: [{ database: '/mnt' }] },
      'services.web.uses[0]: "database" is not a file system. Write only database.',
    ],
    [
      { ...web, environment: { HOST: '${database.hots}' } },
      'services.web.environment.HOST: ${database.hots}: database has no "hots". Did you mean "host"?',
    ],
    [
      { ...web, environment: { URL: '${loadBalancer.url}' } },
      'services.web.environment.URL: ${loadBalancer.url}: there is no "loadBalancer". Use one of database.',
    ],
    [{ ...web, after: ['wbe'] }, 'services.web.after[0]: there is no service "wbe". Did you mean "web"?'],
    [
      { ...web, after: ['web'] },
      'services.web.after: web would wait for itself. Take one service out of the circle.',
    ],
  ])('refuse %j', async (service, problem) => {
    const databases = { database: { engine: 'postgres' } }
    const repositories = { backend: {} }
    expect(await problemsOf({ databases, repositories, services: { web: service } })).toEqual([problem])
  })

  it('refuse a circle of services', async () => {
    const services = {
      a: { ...web, after: ['b'] },
      b: { ...web, after: ['c'] },
      c: { ...web, after: ['a'] },
    }
    expect(await problemsOf({ services })).toEqual([
      'services.a.after: a would wait for itself. Take one service out of the circle.',
    ])
  })

  it('refuse a path, a priority, a default or a name taken twice', async () => {
    const services = {
      a: { ...web, paths: ['/api/*'], priority: 20 },
      b: { ...web, paths: ['/api/*'] },
      c: { ...web, paths: ['/*'] },
      d: { ...web, paths: ['/'], name: 'c' },
    }
    expect(await problemsOf({ services })).toEqual([
      expect.stringContaining('services.b.priority: 20 is already the priority of a'),
      expect.stringContaining('services.b.paths[0]: /api/* already goes to a'),
      expect.stringContaining('services.d: would be called "c" in ECS, as services.c is'),
      expect.stringContaining('services.d.paths: c already takes all other paths'),
    ])
  })
})

describe('data rules', () => {
  it('refuse one name for two things', async () => {
    const stack = { databases: { main: { engine: 'postgres' } }, caches: { main: { engine: 'redis' } } }
    expect(await problemsOf(stack)).toEqual([
      'caches.main: "main" is already a name under databases. Use another name.',
    ])
  })

  it('refuse two things that would have one name in AWS', async () => {
    const databases = { database: { engine: 'postgres' }, db: { engine: 'postgres' } }
    const services = { a: { ...web, logGroup: '/logs' }, b: { ...web, logGroup: '/logs' } }
    expect(await problemsOf({ databases, services })).toEqual([
      expect.stringContaining('databases.db: would be called "dev-shop-db" in RDS, as databases.database is'),
      expect.stringContaining('services.b: would be called "/logs" in CloudWatch Logs, as services.a is'),
    ])
  })

  it.each([
    [
      { databases: { d: { engine: 'postgres', storageType: 'io2' } } },
      'databases.d.allocatedStorage: io2 storage begins at 100 GiB. Use 100 or more.',
    ],
    [
      { databases: { d: { engine: 'postgres', enabledLogExports: ['slowquery'] } } },
      expect.stringContaining('databases.d.enabledLogExports[0]: postgres has no log of this name'),
    ],
    [
      { caches: { c: { engine: 'redis', automaticFailover: true } } },
      'caches.c.automaticFailover: needs a replica to fail over to. Set nodes to 2 or more.',
    ],
    [
      { caches: { c: { engine: 'redis', version: '8.0' } } },
      'caches.c.version: ElastiCache has no redis 8.0. Use 4.0 to 7.1, such as "7.1"; newer versions have the engine valkey.',
    ],
    [
      { caches: { c: { engine: 'valkey', version: '7.1' } } },
      'caches.c.version: ElastiCache has no valkey 7.1. Use 7.2 or later, such as "8.0".',
    ],
    [
      { fileSystems: { f: { path: '/a/b/c/d/e' } } },
      'fileSystems.f.path: has more than four levels or 100 characters. Use a shorter path.',
    ],
  ])('refuse %j', async (stack, problem) => {
    expect(await problemsOf(stack)).toEqual([problem])
  })
})
