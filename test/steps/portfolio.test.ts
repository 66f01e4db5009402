import { describe, expect, it } from 'vitest'
import { exampleOf, ref } from '../support/example.ts'

const images = { backend: true, frontend: true }
const environments = {
  dev: await exampleOf('portfolio', { environment: 'dev', images }),
  prod: await exampleOf('portfolio', { environment: 'prod', images }),
}

describe.each(['dev', 'prod'] as const)('the portfolio example in %s', environment => {
  const { at, ofType, stack } = environments[environment]
  const inDev = environment === 'dev'
  const domain = inDev ? 'dev.therpiproject.com' : 'therpiproject.com'

  it('E1: is of its own environment, from one file', () => {
    expect(ofType('rds/instance')[0]!.props['identifier']).toBe(`${environment}-portfolio-db`)
    for (const { tags } of stack) expect(tags).toMatchObject({ project: 'portfolio' })
  })

  it('E2: has a NAT gateway and private routes in each zone', () => {
    expect(ofType('ec2/subnet').map(({ props }) => props['cidrBlock'])).toEqual([
      '10.0.1.0/24',
      '10.0.2.0/24',
      '10.0.10.0/24',
      '10.0.11.0/24',
    ])
    for (const zone of ['a', 'b']) {
      expect(at(`network/nat-gateway-${zone}`).props['subnetId']).toEqual(
        ref(`network/public-subnet-${zone}`, 'subnetId'),
      )
      expect(at(`network/private-routes-${zone}`).props['subnetIds']).toEqual([
        ref(`network/private-subnet-${zone}`, 'subnetId'),
      ])
    }
  })

  it('E3: answers under its domain, and under www', () => {
    expect(at('domain/zone').props['name']).toBe(domain)
    expect(ofType('route53/record-set').map(({ props }) => [props['type'], props['name']])).toEqual(
      expect.arrayContaining([
        ['A', domain],
        ['AAAA', domain],
        ['CNAME', `www.${domain}`],
      ]),
    )
    expect(at('load-balancer/alb').props['ipAddressType']).toBe('dualstack')
  })

  it('E4: ends TLS 1.3 with a wildcard certificate of the domain, and sends port 80 there', () => {
    expect(at('domain/certificate').props).toMatchObject({
      domainName: domain,
      alternativeNames: [`*.${domain}`],
    })
    expect(at('load-balancer/https').props).toMatchObject({
      port: 443,
      sslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
      certificateArn: ref('domain/validation', 'certificateArn'),
    })
    expect(at('load-balancer/http').props['defaultAction']).toMatchObject({
      redirect: { protocol: 'HTTPS', port: '443' },
    })
  })

  it('E5: sends /api/* to the backend and the rest to the frontend', () => {
    expect(at('load-balancer/backend.rule').props).toMatchObject({ pathPatterns: ['/api/*'] })
    expect(at('load-balancer/backend.targets').props['healthCheckPath']).toBe('/api/v1/health')
    expect(at('load-balancer/frontend.targets').props['healthCheckPath']).toBe('/')
  })

  it('E6: has Container Insights, and tasks of a quarter vCPU and 512 MB', () => {
    expect(at('cluster/cluster').props['containerInsights']).toBe('enabled')
    for (const { props } of ofType('ecs/task-definition'))
      expect(props).toMatchObject({ cpu: '256', memory: '512' })
  })

  it('E7: rolls with twice the tasks for a moment and never fewer, and back when they do not start', () => {
    for (const { props } of ofType('ecs/service'))
      expect(props).toMatchObject({
        strategy: 'ROLLING',
        maximumPercent: 200,
        minimumHealthyPercent: 100,
        circuitBreaker: { enable: true, rollback: true },
      })
  })

  it('E8: has the PostgreSQL of its environment', () => {
    expect(at('data/database').props).toMatchObject({
      engineVersion: '16.3',
      instanceClass: inDev ? 'db.t4g.micro' : 'db.t4g.small',
      allocatedStorage: inDev ? 20 : 50,
      storageType: 'gp3',
      multiAz: !inDev,
      deletionProtection: true,
      storageEncrypted: true,
      backupRetentionDays: 7,
      backupWindow: '03:00-04:00',
      maintenanceWindow: 'mon:04:00-mon:05:00',
      monitoringInterval: 60,
      enabledLogExports: ['postgresql', 'upgrade'],
    })
    expect(ofType('rds/read-replica')).toHaveLength(inDev ? 0 : 1)
  })

  it('E9: has the Redis of its environment, which forgets what was used least', () => {
    expect(at('data/cache').props).toMatchObject({
      engineVersion: '7.1',
      nodeType: inDev ? 'cache.t4g.micro' : 'cache.t4g.small',
      numCacheClusters: inDev ? 1 : 2,
      ...(inDev ? {} : { automaticFailover: true }),
      atRestEncryption: true,
      snapshotRetentionDays: 5,
      snapshotWindow: '03:00-05:00',
    })
    expect(JSON.stringify(ofType('elasticache/parameter-group')[0]?.props)).toContain('allkeys-lru')
  })

  it('E10: keeps ten images tagged v*, and drops untagged ones after a week', () => {
    for (const service of ['backend', 'frontend']) {
      const { props } = at(`registry/${service}`)
      expect(props).toMatchObject({
        repositoryName: `portfolio-${environment}-${service}`,
        scanOnPush: true,
        encryption: 'AES256',
      })
      const rules = JSON.stringify(props['lifecyclePolicy'])
      expect(rules).toContain('"tagPrefixList":["v"]')
      expect(rules).toContain('"countNumber":10')
      expect(rules).toContain('"countNumber":7')
    }
  })
})
