import { describe, expect, it } from 'vitest'
import type { Life } from '../support/life.ts'
import { liveIn } from '../support/life.ts'

const withDatabase = `
stack: shop
environment: dev
region: us-east-1
network: { natGateways: none, privateSubnets: [] }
databases: { database: { engine: postgres, version: '16' } }
caches: { cache: { engine: redis, version: '7.1', parameters: { maxmemory-policy: allkeys-lru } } }
fileSystems: { uploads: { path: /uploads } }
services: { web: { image: nginx:1.27, port: 80, paths: [/*], uses: [database, cache, uploads] } }
`

const twoServices = `
stack: shop
environment: dev
region: us-east-1
services:
  web: { image: nginx:1.27, port: 80, paths: [/*] }
  api: { image: public.ecr.aws/docker/library/httpd:2.4, port: 8080, paths: [/api/*] }
`

async function standing(yaml: string): Promise<Life> {
  const life = liveIn(yaml)
  expect(await life.up()).toMatchObject({ code: 0 })
  return life
}

async function done(life: Life): Promise<readonly string[]> {
  const { code, err, error, writes } = await life.up()
  expect([code, error?.message, code === 0 ? '' : err]).toEqual([0, undefined, ''])
  expect(await life.planned()).toEqual([])
  return writes
}

describe('names that the tool generated', () => {
  it('stay as they are when `prefix` changes: nothing is replaced or deleted', async () => {
    const life = await standing(withDatabase)
    life.edit('environment: dev', 'environment: dev\nprefix: acme-shop')
    const actions = new Set((await life.planned()).map(({ action }) => action))
    expect([...actions]).toEqual(['update'])
    const writes = await done(life)
    expect(writes.filter(name => /^(Create|Delete)(?!Tags)/.test(name))).toEqual([])
  })

  it('are found by their tags when the ledger is lost as well', async () => {
    const life = await standing(withDatabase)
    life.edit('environment: dev', 'environment: dev\nprefix: acme-shop')
    life.loseLedger()
    const actions = new Set((await life.planned()).map(({ action }) => action))
    expect([...actions].toSorted()).toEqual(['adopt', 'update'])
    const writes = await done(life)
    expect(writes.filter(name => /^(Create|Delete)(?!Tags)/.test(name))).toEqual([])
  })

  it('stay as they are when the engine of a cache changes', async () => {
    const life = await standing(withDatabase)
    life.edit("engine: redis, version: '7.1'", "engine: valkey, version: '8.0'")
    expect(await life.up()).toMatchObject({ error: { message: expect.stringContaining('interrupts web') } })
    const { code } = await life.up({ allowInterruption: ['web'] })
    expect(code).toBe(0)
    expect(await life.planned()).toEqual([])
    expect(life.tables()['elasticache/replication-group']).toHaveLength(1)
  })
})

describe('what has to stay in its VPC', () => {
  it('refuses another address range before anything is changed, and says what to do instead', async () => {
    const life = await standing(twoServices)
    life.edit('services:', 'network: { cidr: 10.7.0.0/16 }\nservices:')
    const { error, writes } = await life.up()
    expect(writes).toEqual([])
    expect(error?.hint).toContain('second environment')
  })
})

describe('a service that is renamed', () => {
  it('is served by its old version until the new one is healthy, under the same priority', async () => {
    const life = await standing(twoServices)
    life.edit('  api:', '  backend:')
    await done(life)
    expect(life.tables()['elbv2/rule']).toMatchObject([{ priority: 20 }])
  })
})

describe('a changed container port', () => {
  it('needs no other target group', async () => {
    const life = await standing(twoServices)
    life.edit('port: 8080', 'port: 9090')
    const writes = await done(life)
    expect(writes.filter(name => name !== 'CreateTags')).toEqual([
      'RegisterTaskDefinition',
      'UpdateService',
      'DeregisterTaskDefinition',
    ])
  })
})
