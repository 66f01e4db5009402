import { expect, it } from 'vitest'
import type { Document, Subject } from './document.ts'
import { documentOf, withValue } from './document.ts'
import { edited } from './edit.ts'
import { editsOf } from './generator.ts'
import type { Verdict } from './matrix.ts'
import { baseOf, build } from './base.ts'
import { live } from './matrix.ts'

const network = { natGateways: 'none', privateSubnets: [] }
const web = { image: 'nginx:1.27', port: 80, paths: ['/*'] }
const api = { image: 'public.ecr.aws/docker/library/httpd:2.4', port: 8080, paths: ['/api/*'] }
const shop: Document = {
  stack: 'shop',
  environment: 'dev',
  region: 'us-east-1',
  network,
  services: { web },
}
const twoServices: Document = { ...shop, services: { web, api } }
const database = { engine: 'postgres', version: '16' }
const cache = { engine: 'redis', version: '7.1', parameters: { 'maxmemory-policy': 'allkeys-lru' } }

/** The edit of that name among all that there are for this config. */
function named(document: Document, id: string) {
  const edit = editsOf(document).find(one => one.id === id)
  if (!edit) throw new Error(`there is no edit ${id}`)
  return edit
}

const portfolio = { example: 'portfolio', environment: 'dev' }

it.each<[string, Subject, string, Verdict]>([
  [
    'the parameters of a cache, whose group could then not be deleted',
    portfolio,
    'caches.cache.parameters removed',
    'executed',
  ],
  [
    'what a database does about TLS, with the same end',
    { example: 'fargate-observability', environment: 'production' },
    'databases.database.forceTls removed',
    'executed',
  ],
  [
    'subnets with IPv6 addresses, whose blocks could not be given to the new ones',
    portfolio,
    'network.publicSubnets = ["10.0.101.0/24","10.0.102.0/24"]',
    'announced',
  ],
  [
    'the subnets of a database, which AWS keeps',
    { example: 'ecs-on-ec2', environment: 'production' },
    'network.privateSubnets removed',
    'refused',
  ],
])('an edit that once went wrong: %s', async (_what, subject, id, verdict) => {
  const result = await live(await baseOf(subject), named(documentOf(subject), id))
  expect([result.findings, result.verdict]).toEqual([[], verdict])
})

it.each<[string, Document, readonly string[], Document[string], readonly Verdict[]]>([
  [
    'F1: another prefix of a stack with a database',
    { ...shop, databases: { database }, services: { web: { ...web, uses: ['database'] } } },
    ['prefix'],
    'acme-shop',
    ['executed'],
  ],
  [
    'F2: another network of a stack without data',
    shop,
    ['network', 'cidr'],
    '10.7.0.0/16',
    ['refused', 'announced', 'executed'],
  ],
  [
    'F3: a service with paths under another name',
    twoServices,
    ['services'],
    { web, backend: api },
    ['executed'],
  ],
  [
    'F3: one service taken out and another put in its place, blue/green',
    { ...shop, services: { web, bb: { ...api, deployment: 'blue-green' } } },
    ['services'],
    { web, dd: { ...api, deployment: 'blue-green' } },
    ['executed'],
  ],
  ['F4: another container port, rolling', twoServices, ['services', 'api', 'port'], 9090, ['executed']],
  [
    'F4: another container port, blue/green',
    withValue(twoServices, ['services', 'api', 'deployment'], 'blue-green'),
    ['services', 'api', 'port'],
    9090,
    ['executed'],
  ],
  [
    'F7: Valkey in place of Redis, under the default name',
    { ...shop, caches: { cache }, services: { web: { ...web, uses: ['cache'] } } },
    ['caches', 'cache'],
    { ...cache, engine: 'valkey', version: '8.0' },
    ['executed', 'one-way'],
  ],
  [
    'F10: storage that is to grow by itself no more',
    { ...shop, databases: { database: { ...database, maxAllocatedStorage: 100 } } },
    ['databases', 'database', 'maxAllocatedStorage'],
    undefined,
    ['executed'],
  ],
  [
    'one service added, one removed and several moved in one edit',
    { ...shop, services: { web, api, docs: { ...api, paths: ['/docs/*'] } } },
    ['services'],
    {
      shop: { ...api, paths: ['/shop/*'] },
      docs: { ...api, paths: ['/docs/*', '/api/*'] },
      web,
    },
    ['executed'],
  ],
])('%s', async (_what, document, path, value, verdicts) => {
  const result = await live(await build(document), edited(document, path, value))
  expect(result.findings).toEqual([])
  expect(verdicts).toContain(result.verdict)
})

it('F10: growth that has been taken out of the config is over in AWS too', async () => {
  const grown: Document = {
    ...shop,
    databases: { database: { ...database, maxAllocatedStorage: 100 } },
  }
  const { stack } = await build(grown)
  const most = () =>
    stack.world
      .table<{ readonly settings: { readonly MaxAllocatedStorage?: number } }>('rds/instance')
      .list()
      .map(({ settings }) => settings.MaxAllocatedStorage)
  expect(most()).toEqual([100])
  stack.document = withValue(grown, ['databases', 'database', 'maxAllocatedStorage'], undefined)
  expect(await stack.up()).toMatchObject({ code: 0 })
  expect(most()).not.toEqual([100])
})
