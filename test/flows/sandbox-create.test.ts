import { describe, expect, it } from 'vitest'
import { sandboxCreate } from '../../src/commands/sandbox-create.ts'
import type { Life } from '../support/life.ts'
import { liveIn } from '../support/life.ts'

const create = (life: Life) => life.run(sandboxCreate)

const head = `stack: shop
environment: production
region: us-east-1
`

const network = `  vpc:
    id: vpc-0123456789abcdef0
    publicSubnets: [subnet-0000000000000000a, subnet-0000000000000000b]
    privateSubnets: [subnet-0000000000000000c, subnet-0000000000000000d]
`

const behindLoadBalancer = `${head}existing:
${network}  cluster: shared
  loadBalancer: { name: front, port: 443 }
services:
  web: { image: 'nginx:1.27', port: 80, paths: ['/*'] }
`

const withDomain = `${head}existing:
${network}  zone: Z0123456789ABCDEFGHIJ
  certificate: arn:aws:acm:us-east-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef
domain: { name: shop.example.com }
services:
  web:
    image: nginx:1.27
    port: 80
    paths: ['/*']
    deployment: { strategy: canary, alarms: [errors, latency] }
`

const withData = `${head}domain: { name: shop.example.com, delegateFrom: Z00PARENT }
databases:
  database: { engine: postgres, version: '15', snapshotIdentifier: before-the-move }
caches:
  cache: { engine: redis, version: '7.1', parameterGroup: tuned }
services:
  web: { image: 'nginx:1.27', port: 80, paths: ['/*'], uses: [database, cache] }
  worker: { image: '123456789012.dkr.ecr.us-east-1.amazonaws.com/tools/worker:7' }
`

describe('sandbox create', () => {
  it.each([
    {
      what: 'VPC, subnets, cluster and load balancer',
      yaml: behindLoadBalancer,
      missing: 'existing VPC vpc-0123456789abcdef0 is not there',
      created: [
        'VPC vpc-0123456789abcdef0 (172.31.0.0/16)',
        'public subnet subnet-0000000000000000a (172.31.0.0/24, us-east-1a)',
        'public subnet subnet-0000000000000000b (172.31.1.0/24, us-east-1b)',
        'private subnet subnet-0000000000000000c (172.31.2.0/24, us-east-1c)',
        'private subnet subnet-0000000000000000d (172.31.3.0/24, us-east-1a)',
        'load balancer front',
        'listener front:443 (HTTPS)',
        'ECS cluster shared',
      ],
    },
    {
      what: 'zone, certificate and alarms',
      yaml: withDomain,
      missing: 'existing VPC vpc-0123456789abcdef0 is not there',
      created: [
        expect.stringContaining('VPC '),
        ...Array.from({ length: 4 }, () => expect.stringContaining('subnet ')),
        'certificate arn:aws:acm:us-east-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef (shop.example.com)',
        'hosted zone Z0123456789ABCDEFGHIJ (shop.example.com)',
        'alarm errors',
        'alarm latency',
      ],
    },
    {
      what: 'parent zone, parameter group, snapshot and image',
      yaml: withData,
      missing: undefined,
      created: [
        'hosted zone Z00PARENT (example.com)',
        'cache parameter group tuned (redis7)',
        'database snapshot before-the-move (postgres 15.3)',
        'ECR repository tools/worker',
        'image tools/worker:7',
      ],
    },
  ])('creates $what, once; then up, a second up and teardown work', async ({ yaml, missing, created }) => {
    const life = liveIn(yaml)
    if (missing !== undefined)
      expect((await life.up()).error).toMatchObject({
        message: expect.stringContaining(missing),
        hint: expect.stringContaining('provision sandbox create'),
      })
    const first = await create(life)
    expect([first.code, first.out.trimEnd().split('\n')]).toEqual([
      0,
      created.map(one =>
        typeof one === 'string'
          ? `created ${one}`
          : expect.stringMatching(/^created (?:VPC|public subnet|private subnet) /),
      ),
    ])
    expect(first.err).toBe('Next: provision up -c /work/provision.yaml -e production --sandbox\n')

    const before = life.tables()
    const second = await create(life)
    expect([second.code, second.out]).toEqual([0, ''])
    expect(second.err).toContain('Nothing to create')
    expect(life.tables()).toEqual(before)

    const { code, err, error } = await life.up()
    expect([code, error?.message, err]).toEqual([0, undefined, err])
    expect((await life.up()).writes).toEqual([])
    const gone = await life.teardown({ deleteData: ['all'] })
    expect([gone.code, gone.err]).toEqual([0, gone.err])
    // What was created stays, as it is somebody else's.
    expect((await create(life)).out).toBe('')
  })

  it('adds what the config names later', async () => {
    const life = liveIn(behindLoadBalancer)
    await create(life)
    life.edit('subnet-0000000000000000d]', 'subnet-0000000000000000d, subnet-0000000000000000e]')
    life.edit('port: 443', 'port: 80')
    expect((await create(life)).out).toBe(
      'created private subnet subnet-0000000000000000e (172.31.4.0/24, us-east-1b)\n' +
        'created listener front:80 (HTTP)\n',
    )
  })

  it('creates nothing for a config that names nothing of others', async () => {
    const life = liveIn(`${head}services: { web: { image: 'nginx:1.27', port: 80, paths: ['/*'] } }\n`)
    expect(await create(life)).toMatchObject({ code: 0, out: '' })
    expect((await life.up()).code).toBe(0)
  })
})
