import { describe, expect, it } from 'vitest'
import { exampleOf, ref } from '../support/example.ts'

const { at, ofType } = await exampleOf('ecs-on-ec2', { images: { app: true } })

describe('the ecs-on-ec2 example', () => {
  it('B1: has public subnets for load balancer and instances, private ones for the database, in two zones', () => {
    expect(ofType('ec2/subnet').map(({ props }) => [props['cidrBlock'], props['availabilityZone']])).toEqual([
      ['10.0.1.0/24', 'us-east-1a'],
      ['10.0.2.0/24', 'us-east-1b'],
      ['10.0.3.0/24', 'us-east-1a'],
      ['10.0.4.0/24', 'us-east-1b'],
    ])
    expect(at('data/database.subnets').props['subnetIds']).toEqual([
      ref('network/private-subnet-a', 'subnetId'),
      ref('network/private-subnet-b', 'subnetId'),
    ])
  })

  it('gives its tasks a way to the internet, which they have from private subnets only', () => {
    expect(at('services/app').props).toMatchObject({
      subnetIds: [ref('network/private-subnet-a', 'subnetId'), ref('network/private-subnet-b', 'subnetId')],
      assignPublicIp: false,
    })
    expect(at('network/private-routes').props['routes']).toEqual([
      { destinationCidrBlock: '0.0.0.0/0', natGatewayId: ref('network/nat-gateway', 'natGatewayId') },
    ])
    expect(at('cluster/hosts').props['subnetIds']).toEqual([
      ref('network/public-subnet-a', 'subnetId'),
      ref('network/public-subnet-b', 'subnetId'),
    ])
  })

  it('B3: listens on 80 and sends to port 3000, where /api/health is asked', () => {
    expect(at('load-balancer/http').props).toMatchObject({ port: 80, protocol: 'HTTP' })
    expect(at('load-balancer/app.targets').props).toMatchObject({
      port: 3000,
      healthCheckPath: '/api/health',
    })
  })

  it('B6: runs tasks of half a vCPU and 1 GB on port 3000, with a health check of the container', () => {
    expect(at('services/app.task').props).toMatchObject({
      cpu: '512',
      memory: '1024',
      networkMode: 'awsvpc',
      containers: [{ ports: [3000], healthCheck: { startPeriod: 30 } }],
    })
    expect(at('scaling/app.cpu').props['targetValue']).toBe(70)
    expect(at('scaling/app.memory').props['targetValue']).toBe(80)
  })

  it('B7: has the PostgreSQL instance of the document', () => {
    expect(at('data/database').props).toMatchObject({
      engine: 'postgres',
      engineVersion: '15.4',
      instanceClass: 'db.t3.micro',
      allocatedStorage: 20,
      storageType: 'gp2',
      backupRetentionDays: 7,
      multiAz: false,
      storageEncrypted: true,
    })
  })

  it('B8: scans what is pushed and keeps the newest images only', () => {
    expect(at('registry/app').props).toMatchObject({
      scanOnPush: true,
      lifecyclePolicy: {
        rules: [{ selection: { tagPrefixList: ['provision.'] } }, { selection: { countNumber: 20 } }],
      },
    })
  })

  it('B10: gives ECS one role and the instances another, and each only what it needs', () => {
    const roles = ofType('iam/role').map(({ props }) => props['roleName'])
    expect(roles).toEqual(['production-portal-hosts-instance', 'production-portal-app-execution'])
    const { Statement } = (
      at('identity/app.execution-role').props['inlinePolicies'] as {
        execution: { Statement: readonly { Action: unknown; Resource: unknown }[] }
      }
    ).execution
    // To log in to the registry is all that no resource can narrow.
    expect(Statement.filter(({ Resource }) => Resource === '*').map(({ Action }) => Action)).toEqual([
      'ecr:GetAuthorizationToken',
    ])
  })

  it('B11: keeps logs for a while, and has alarms on CPU, memory and failed requests', () => {
    expect(ofType('logs/log-group').every(({ props }) => Number(props['retentionInDays']) > 0)).toBe(true)
    expect(ofType('cloudwatch/alarm').map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'production-portal-app-cpu-high',
        'production-portal-app-memory-high',
        'production-portal-alb-error-rate-high',
      ]),
    )
  })
})
