import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { loadConfig } from '../../src/config/load.ts'
import type { Resource } from '../../src/resources/resource.ts'
import { describeStack } from '../../src/steps/index.ts'
import { facts } from '../support/facts.ts'
import { memoryFiles } from '../support/memory-files.ts'

const file = '/work/provision.yaml'
const source = readFileSync(new URL('../../examples/apranova/provision.yaml', import.meta.url), 'utf8')
const { config } = await loadConfig({ files: memoryFiles({ [file]: source }), cwd: '/work' })
const stack = describeStack(config, facts({ images: { backend: true, frontend: true } }))

function at(address: string): Resource {
  const resource = stack.find(resource => resource.address === address)
  expect(resource, address).toBeDefined()
  return resource!
}

function ofType(type: string): Resource[] {
  return stack.filter(resource => resource.type === type)
}

const ref = (reference: string, attribute: string, holds = true) => ({ reference, attribute, holds })

describe('the apranova example', () => {
  it('D1: carries the names of the document', () => {
    expect(stack.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'production-vpc',
        'production-igw',
        'production-nat',
        'production-alb',
        'production-cluster',
        'production-apranova-db',
        'production-redis',
      ]),
    )
    expect(at('network/vpc').tags).toEqual({ project: 'apranova', Name: 'production-vpc' })
  })

  it('D2: has a VPC with two public and two private subnets and one NAT gateway', () => {
    expect(at('network/vpc').props).toMatchObject({ cidrBlock: '10.0.0.0/16' })
    expect(
      ofType('ec2/subnet').map(({ address, props }) => [
        address,
        props['cidrBlock'],
        props['availabilityZone'],
      ]),
    ).toEqual([
      ['network/public-subnet-a', '10.0.1.0/24', 'us-east-1a'],
      ['network/public-subnet-b', '10.0.2.0/24', 'us-east-1b'],
      ['network/private-subnet-a', '10.0.11.0/24', 'us-east-1a'],
      ['network/private-subnet-b', '10.0.12.0/24', 'us-east-1b'],
    ])
    expect(ofType('ec2/elastic-ip')).toHaveLength(1)
    expect(ofType('ec2/nat-gateway').map(({ props }) => props)).toEqual([
      {
        subnetId: ref('network/public-subnet-a', 'subnetId'),
        allocationId: ref('network/nat-address', 'allocationId'),
      },
    ])
    expect(at('network/private-routes').props).toMatchObject({
      routes: [
        { destinationCidrBlock: '0.0.0.0/0', natGatewayId: ref('network/nat-gateway', 'natGatewayId') },
      ],
      subnetIds: [ref('network/private-subnet-a', 'subnetId'), ref('network/private-subnet-b', 'subnetId')],
    })
  })

  it('D3: lets each layer in only from the one before', () => {
    const ingress = Object.fromEntries(
      ofType('ec2/security-group').map(({ address, props }) => [address, props['ingress']]),
    )
    const tcp = (port: number, from: object) => ({ protocol: 'tcp', fromPort: port, toPort: port, ...from })
    const tasks = { groupId: ref('security-groups/ecs', 'groupId') }
    expect(ingress).toEqual({
      'security-groups/alb': [tcp(80, { cidr: '0.0.0.0/0' }), tcp(443, { cidr: '0.0.0.0/0' })],
      'security-groups/ecs': [{ protocol: '-1', groupId: ref('security-groups/alb', 'groupId') }],
      'security-groups/database': [tcp(5432, tasks)],
      'security-groups/cache': [tcp(6379, tasks)],
      'security-groups/files': [tcp(2049, tasks)],
    })
  })

  it.each([
    ['backend', 8000, '512', '1024'],
    ['frontend', 3000, '256', '512'],
  ])('D4: runs %s on Fargate in the private subnets', (service, port, cpu, memory) => {
    expect(at(`services/${service}.task`).props).toMatchObject({
      requiresCompatibilities: ['FARGATE'],
      cpu,
      memory,
      containers: [{ name: service, ports: [port] }],
    })
    expect(at(`services/${service}`).props).toMatchObject({
      serviceName: service,
      launchType: 'FARGATE',
      desiredCount: 1,
      assignPublicIp: false,
      subnetIds: [ref('network/private-subnet-a', 'subnetId'), ref('network/private-subnet-b', 'subnetId')],
      securityGroupIds: [ref('security-groups/ecs', 'groupId')],
    })
  })

  it('D5: sends /api/* and /admin/* to the backend and the rest to the frontend', () => {
    expect(at('load-balancer/http').props).toMatchObject({
      port: 80,
      protocol: 'HTTP',
      defaultAction: { targetGroupArn: ref('load-balancer/frontend.targets', 'arn') },
    })
    expect(ofType('elbv2/rule').map(({ props }) => props)).toEqual([
      {
        listenerArn: ref('load-balancer/http', 'arn'),
        priority: 10,
        pathPatterns: ['/api/*', '/admin/*'],
        targetGroupArn: ref('load-balancer/backend.targets', 'arn'),
      },
    ])
  })

  it('D6: has the PostgreSQL instance of the document', () => {
    expect(at('data/database').props).toMatchObject({
      identifier: 'production-apranova-db',
      engine: 'postgres',
      instanceClass: 'db.t3.micro',
      allocatedStorage: 20,
      port: 5432,
      databaseName: 'apranova_db',
      publiclyAccessible: false,
    })
  })

  it('D7: has one Redis node', () => {
    expect(at('data/cache').props).toMatchObject({
      replicationGroupId: 'production-redis',
      engine: 'redis',
      nodeType: 'cache.t3.micro',
      numCacheClusters: 1,
      port: 6379,
    })
  })

  it('D8: mounts the file system into the backend, encrypted and by the rights of its role', () => {
    expect(ofType('efs/mount-target').map(({ props }) => props['subnetId'])).toEqual([
      ref('network/private-subnet-a', 'subnetId'),
      ref('network/private-subnet-b', 'subnetId'),
    ])
    expect(at('services/backend.task').props).toMatchObject({
      taskRoleArn: ref('identity/backend.task-role', 'arn', false),
      volumes: [{ name: 'files', efs: { transitEncryption: true, iam: true } }],
      containers: [{ mountPoints: [{ volume: 'files', path: '/workspace' }] }],
    })
    expect(at('identity/backend.task-role').props['inlinePolicies']).toMatchObject({
      task: {
        Statement: [
          {
            Action: ['elasticfilesystem:ClientMount', 'elasticfilesystem:ClientWrite'],
            Resource: ref('data/files', 'arn', false),
            Condition: {
              StringEquals: {
                'elasticfilesystem:AccessPointArn': ref('data/files.access-point', 'arn', false),
              },
            },
          },
        ],
      },
    })
    expect(at('services/frontend.task').props).toMatchObject({ volumes: [] })
  })

  it('D9: has repositories, log groups and alarms', () => {
    expect(ofType('ecr/repository').map(({ name }) => name)).toEqual([
      'apranova/backend',
      'apranova/frontend',
    ])
    expect(ofType('logs/log-group').map(({ name }) => name)).toEqual(['/ecs/backend', '/ecs/frontend'])
    expect(ofType('cloudwatch/alarm').map(({ name }) => name)).toEqual([
      'production-apranova-backend-cpu-high',
      'production-apranova-backend-memory-high',
      'production-apranova-frontend-cpu-high',
      'production-apranova-frontend-memory-high',
      'production-apranova-database-cpu-high',
    ])
  })

  it('D10: starts the backend after its data, and the frontend after the backend', () => {
    const needed = (address: string) =>
      at(address)
        .after.filter(({ needs }) => needs === 'ready')
        .map(after => after.address)
    expect(needed('services/backend')).toEqual(
      expect.arrayContaining(['data/database', 'data/cache', 'data/files.mount-a', 'data/files.mount-b']),
    )
    expect(needed('services/frontend')).toContain('services/backend')
    expect(needed('services/frontend')).not.toContain('data/database')
  })

  it('D10: tells the backend where its data is, and never its password', () => {
    const [container] = at('services/backend.task').props['containers'] as [Record<string, unknown>]
    expect(container['environment']).toEqual({
      DATABASE_HOST: ref('data/database', 'host', false),
      DATABASE_PORT: '5432',
      DATABASE_NAME: 'apranova_db',
      CACHE_HOST: ref('data/cache', 'host', false),
      CACHE_PORT: '6379',
    })
    expect(container['secrets']).toEqual({
      DATABASE_USERNAME: { template: [ref('data/database', 'secretArn', false), ':username::'] },
      DATABASE_PASSWORD: { template: [ref('data/database', 'secretArn', false), ':password::'] },
    })
    expect(at('identity/backend.execution-role').props['inlinePolicies']).toMatchObject({
      execution: {
        Statement: expect.arrayContaining([
          {
            Effect: 'Allow',
            Action: 'secretsmanager:GetSecretValue',
            Resource: ref('data/database', 'secretArn', false),
          },
        ]),
      },
    })
  })

  it('lets each service pull its own image and write its own log, and nothing else', () => {
    expect(at('identity/frontend.execution-role').props).toMatchObject({
      managedPolicyArns: [],
      inlinePolicies: {
        execution: {
          Statement: [
            { Action: 'ecr:GetAuthorizationToken', Resource: '*' },
            {
              Action: ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
              Resource: ref('registry/frontend', 'arn', false),
            },
            {
              Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
              Resource: { template: [ref('observability/frontend.logs', 'arn', false), ':*'] },
            },
          ],
        },
      },
    })
  })

  it('Z5: tags everything with the tags of the user', () => {
    for (const { tags } of stack) expect(tags).toMatchObject({ project: 'apranova' })
  })
})
