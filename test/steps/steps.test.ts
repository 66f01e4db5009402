import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { loadConfig } from '../../src/config/load.ts'
import { referencesIn } from '../../src/resources/reference.ts'
import type { Resource } from '../../src/resources/resource.ts'
import { describeStack } from '../../src/steps/index.ts'
import { facts } from '../support/facts.ts'
import { memoryFiles } from '../support/memory-files.ts'

async function stackOf(stack: object, more = {}): Promise<Resource[]> {
  const source = JSON.stringify({ stack: 'shop', environment: 'dev', region: 'us-east-1', ...stack })
  const { config } = await loadConfig({
    files: memoryFiles({ '/work/provision.json': source }),
    cwd: '/work',
  })
  return describeStack(config, facts(more))
}

const web = { image: 'nginx', port: 80, paths: ['/*'] }
const find = (stack: Resource[], address: string) => stack.find(resource => resource.address === address)

describe('describeStack', () => {
  it('declares nothing twice and refers only to what it has declared before', async () => {
    const source = readFileSync(new URL('../../examples/apranova/provision.yaml', import.meta.url), 'utf8')
    const { config } = await loadConfig({ files: memoryFiles({ '/w/provision.yaml': source }), cwd: '/w' })
    const declared = new Set<string>()
    for (const { address, props, after } of describeStack(config, facts())) {
      for (const { reference } of referencesIn(props)) expect(declared, address).toContain(reference)
      for (const other of after) expect(declared, address).toContain(other.address)
      expect(declared, address).not.toContain(address)
      declared.add(address)
    }
  })

  it('describes the minimal example in the fewest resources', async () => {
    const source = readFileSync(new URL('../../examples/minimal/provision.yaml', import.meta.url), 'utf8')
    const { config } = await loadConfig({ files: memoryFiles({ '/w/provision.yaml': source }), cwd: '/w' })
    const stack = describeStack(config, facts())
    expect(stack.map(({ type }) => type).filter(type => /^(rds|elasticache|efs|ecr)/.test(type))).toEqual([])
    expect(find(stack, 'services/web.task')?.props['containers']).toMatchObject([{ image: 'nginx:1.27' }])
  })

  it('is the same each time', async () => {
    expect(await stackOf({ services: { web } })).toEqual(await stackOf({ services: { web } }))
  })

  it('says where in the config a resource comes from', async () => {
    const stack = await stackOf({ services: { web } })
    expect(find(stack, 'services/web')?.origin).toBe('services.web')
  })
})

describe('the network step', () => {
  it('takes the first zones of the region', async () => {
    const stack = await stackOf({})
    expect(find(stack, 'network/public-subnet-b')?.props).toMatchObject({
      availabilityZone: 'us-east-1b',
      cidrBlock: '10.0.2.0/24',
    })
  })

  it('gives each zone its own way out when asked', async () => {
    const stack = await stackOf({ network: { natGateways: 'per-zone' } })
    expect(stack.filter(({ type }) => type === 'ec2/nat-gateway').map(({ address }) => address)).toEqual([
      'network/nat-gateway-a',
      'network/nat-gateway-b',
    ])
    expect(find(stack, 'network/private-routes-b')?.props['subnetIds']).toMatchObject([
      { reference: 'network/private-subnet-b' },
    ])
  })

  it('runs tasks in the public subnets where there is no NAT gateway', async () => {
    const stack = await stackOf({ network: { natGateways: 'none' }, services: { web } })
    expect(find(stack, 'services/web')?.props).toMatchObject({
      assignPublicIp: true,
      subnetIds: [{ reference: 'network/public-subnet-a' }, { reference: 'network/public-subnet-b' }],
    })
  })
})

describe('the services step', () => {
  it('makes a service at zero tasks while its image has not been pushed', async () => {
    const config = {
      repositories: { web: { name: 'shop/web' } },
      services: { web: { repository: 'web', tag: 'v1', desiredCount: 3 } },
    }
    const before = find(await stackOf(config), 'services/web')
    expect(before).toMatchObject({ awaits: ['a push of shop/web:v1'], props: { desiredCount: 0 } })
    const after = find(await stackOf(config, { images: { web: true } }), 'services/web')
    expect(after?.props).toMatchObject({ desiredCount: 3 })
    expect(after).not.toHaveProperty('awaits')
  })

  it('makes no load balancer for services without paths', async () => {
    const stack = await stackOf({ services: { worker: { image: 'nginx' } } })
    expect(stack.filter(({ type }) => type.startsWith('elbv2/'))).toEqual([])
    expect(find(stack, 'security-groups/ecs')?.props['ingress']).toEqual([])
  })

  it('gives no role to an application that needs none', async () => {
    const stack = await stackOf({ services: { web } })
    expect(find(stack, 'services/web.task')?.props).not.toHaveProperty('taskRoleArn')
  })

  it('fills in references in variables and leaves $${ alone', async () => {
    const stack = await stackOf({
      databases: { main: { engine: 'postgres' } },
      services: {
        web: { ...web, environment: { URL: 'pg://${main.host}:${main.port}/${main.name}', RAW: '$${x}' } },
      },
    })
    expect(find(stack, 'services/web.task')?.props['containers']).toMatchObject([
      {
        environment: {
          URL: {
            template: [
              'pg://',
              { reference: 'data/main', attribute: 'host', holds: false },
              ':',
              '5432',
              '/',
              'shop',
            ],
          },
          RAW: '${x}',
        },
      },
    ])
  })

  it('lets a variable of the user win over one of `uses`', async () => {
    const stack = await stackOf({
      caches: { cache: { engine: 'redis' } },
      services: { web: { ...web, uses: ['cache'], environment: { CACHE_HOST: 'localhost' } } },
    })
    expect(find(stack, 'services/web.task')?.props['containers']).toMatchObject([
      { environment: { CACHE_HOST: 'localhost', CACHE_PORT: '6379' } },
    ])
  })
})

describe('the load-balancer step', () => {
  it('answers 404 where no service takes the rest', async () => {
    const stack = await stackOf({ services: { api: { ...web, paths: ['/api/*'] } } })
    expect(find(stack, 'load-balancer/http')?.props).toMatchObject({
      defaultAction: { fixedResponse: { statusCode: '404' } },
    })
  })

  it('has a service wait until its target group gets traffic', async () => {
    const stack = await stackOf({ services: { web } })
    expect(find(stack, 'services/web')?.after).toContainEqual({ address: 'load-balancer/http', needs: 'id' })
  })
})
