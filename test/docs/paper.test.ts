import { describe, expect, it } from 'vitest'
import { paperOf } from '../../src/docs/paper.ts'
import type { Block, Paper } from '../../src/docs/paper.ts'
import { pictureOf } from '../../src/docs/picture.ts'
import { svgOf } from '../../src/docs/svg.ts'
import { subjectOf } from './documents.ts'

const stack = {
  databases: { main: { engine: 'postgres', instanceClass: 'db.t3.micro', allocatedStorage: 20 } },
  caches: { sessions: { engine: 'redis', nodeType: 'cache.t3.micro' } },
  services: {
    api: { image: 'api:1', port: 8000, paths: ['/api/*'], uses: ['main'] },
    web: { image: 'web:1', port: 3000, paths: ['/*'], after: ['api'] },
  },
}

const blocksOf = ({ sections }: Paper, id: string) => sections.find(section => section.id === id)!.blocks
const rowsOf = (blocks: readonly Block[], first: string) =>
  blocks.flatMap(block => (block.kind === 'table' && block.head[0] === first ? block.rows : []))

describe('the architecture document', () => {
  it('has the parts of the one it replaces, in this order', async () => {
    const { sections, subtitle } = paperOf(await subjectOf(stack))
    expect(sections.map(({ title }) => title)).toEqual([
      'Summary',
      'Architecture',
      'Traffic flow',
      'Security layers',
      'Availability zones',
      'Service dependencies',
      'Resources',
      'Cost in a month',
      'AWS console',
    ])
    expect(subtitle).toBe(
      'AWS account 123456789012, us-east-1, 2026-01-31: as planned: nothing of it is made yet',
    )
  })

  it('tells test traffic by the name of its header, and leaves it out of what everybody gets', async () => {
    const [api, web] = [stack.services.api, stack.services.web]
    const paths = ['/1', '/2', '/3', '/4', '/5']
    const paper = paperOf(
      await subjectOf({
        ...stack,
        services: { api: { ...api, paths, deployment: 'canary' }, web: { ...web, deployment: 'blue-green' } },
      }),
    )
    const matches = rowsOf(blocksOf(paper, 'traffic'), 'Listener').map(row => row[1])
    expect(matches).toEqual([
      'header x-provision-test',
      '/1, /2, /3, /4, /5',
      '/* and header x-provision-test',
      '/*',
      'everything else',
    ])
    const text = JSON.stringify(blocksOf(paper, 'dependencies'))
    expect(text).toContain('gets /1, /2, /3, /4, /5 from the load balancer')
    expect(text).not.toContain('header')
  })

  it('tells what stands in which zone: the database, its replica, the cache and the services', async () => {
    const replicated = {
      ...stack,
      databases: { main: { ...stack.databases.main, replicas: 1 } },
    }
    const rows = rowsOf(blocksOf(paperOf(await subjectOf(replicated)), 'zones'), 'Zone')
    expect(rows.map(([zone, , , access]) => [zone, access])).toEqual([
      ['us-east-1a', 'public'],
      ['us-east-1a', 'private'],
      ['us-east-1b', 'public'],
      ['us-east-1b', 'private'],
    ])
    const standing = (access: string) =>
      rows.filter(row => row[3] === access).map(row => String(row[4]).split(', ').toSorted())
    for (const zone of standing('private'))
      expect(zone).toEqual([
        'ECS service api',
        'ECS service web',
        'cache dev-shop-sessions',
        'database dev-shop-main',
        'read replica dev-shop-main-replica-1',
      ])
    for (const zone of standing('public')) expect(zone).toContain('load balancer dev-shop-alb')
  })

  it('tells which listener leads to which service', async () => {
    const rows = rowsOf(blocksOf(paperOf(await subjectOf(stack)), 'traffic'), 'Listener')
    expect(rows).toEqual([
      ['HTTP 80', '/api/*', 'api', '8000', '/'],
      ['HTTP 80', 'everything else', 'web', '3000', '/'],
    ])
  })

  it('tells who may reach whom', async () => {
    const rows = rowsOf(blocksOf(paperOf(await subjectOf(stack)), 'security'), 'Security group')
    expect(rows.map(([group, , from, ports]) => [group, from, ports])).toEqual([
      ['dev-shop-alb', 'the internet', 'tcp 80'],
      ['dev-shop-ecs', 'dev-shop-alb', 'all'],
      ['dev-shop-main', 'dev-shop-ecs', 'tcp 5432'],
      ['dev-shop-sessions', 'nobody', 'none'],
    ])
  })

  it('tells what is reached without a load balancer', async () => {
    const instances = { box: { instanceType: 't3.micro', ports: [80] } }
    const blocks = blocksOf(paperOf(await subjectOf({ instances })), 'traffic')
    expect(blocks.at(-1)).toMatchObject({ entries: ['dev-shop-box at an address that AWS will give it'] })
    const inward = blocksOf(paperOf(await subjectOf({ databases: stack.databases })), 'traffic')
    expect(inward).toEqual([{ kind: 'text', text: 'Nothing of this stack is reached from the internet.' }])
  })

  it('names each resource exactly once in its tree', async () => {
    const subject = await subjectOf(stack)
    const [block] = blocksOf(paperOf(subject), 'resources')
    const count = (branches: readonly { branches: readonly unknown[] }[]): number =>
      branches.reduce((sum, { branches: inner }) => sum + 1 + count(inner as typeof branches), 0)
    const parts = block?.kind === 'tree' ? block.branches : []
    expect(count(parts) - parts.length).toBe(subject.inventory.items.length)
  })

  it('tells what each service uses and what each store is used by', async () => {
    const [block] = blocksOf(paperOf(await subjectOf(stack)), 'dependencies')
    const lines = block?.kind === 'tree' ? block.branches : []
    const below = Object.fromEntries(
      lines.map(({ text, branches }) => [text, branches.map(leaf => leaf.text)]),
    )
    expect(below['Service web']).toContain('starts after api')
    expect(below['Service web']).toContain('gets everything else from the load balancer')
    expect(Object.entries(below).find(([name]) => name.startsWith('cache'))![1]).toEqual([
      'used by nothing in this stack',
    ])
  })
})

describe('the diagram', () => {
  it('puts each thing into the subnets it stands in, and lines along the way of a request', async () => {
    const { frames, lines } = pictureOf(await subjectOf(stack))
    const [vpc] = frames
    const inner = Object.fromEntries(
      vpc!.frames.map(({ id, shapes, frames: clusters }) => [
        id,
        [...shapes, ...clusters.flatMap(cluster => cluster.shapes)].map(shape => shape.id),
      ]),
    )
    expect(inner['public']).toContain('load-balancer/alb')
    expect(inner['private']).toEqual(['data/main', 'data/sessions', 'services/api', 'services/web'])
    expect(lines.filter(({ aside }) => !aside).map(({ from, to, text }) => [from, to, text])).toEqual([
      ['internet', 'load-balancer/alb', 'HTTP 80'],
      ['load-balancer/alb', 'services/api', '/api/*'],
      ['load-balancer/alb', 'services/web', 'everything else'],
      ['services/api', 'data/main', 'port 5432'],
    ])
  })

  const way = (lines: readonly { from: string; to: string; aside: boolean }[]) =>
    lines.filter(({ aside }) => !aside).map(({ from, to }) => `${from} > ${to}`)

  it('shows the firewall before the load balancer, and a bucket behind CloudFront', async () => {
    const { outside, lines } = pictureOf(
      await subjectOf({
        ...stack,
        loadBalancer: { waf: true },
        buckets: { media: { cdn: true } },
      }),
    )
    expect(outside.map(({ lines: [title] }) => title)).toEqual([
      'Internet',
      'Web application firewall',
      'CloudFront',
    ])
    const firewall = outside[1]!.id
    const edge = outside[2]!.id
    expect(way(lines).slice(0, 4)).toEqual([
      `internet > ${firewall}`,
      `${firewall} > load-balancer/alb`,
      `internet > ${edge}`,
      `${edge} > data/media`,
    ])
  })

  it('leads to a database through its proxy, and shows what copies it', async () => {
    const main = { ...stack.databases.main, proxy: true, replicas: 1, backupRetentionDays: 1 }
    const { lines } = pictureOf(await subjectOf({ ...stack, databases: { main } }))
    expect(way(lines)).toContain('services/api > data/main.proxy')
    expect(way(lines)).toContain('data/main.proxy > data/main')
    expect(way(lines)).not.toContain('services/api > data/main')
    expect(lines).toContainEqual({
      from: 'data/main',
      to: 'data/main.replica-1',
      text: 'copies',
      aside: true,
    })
  })

  it('names the endpoints of the VPC', async () => {
    const { frames } = pictureOf(await subjectOf({ ...stack, network: { endpoints: ['s3', 'ecr', 'logs'] } }))
    expect(frames[0]!.shapes.map(({ lines }) => lines)).toEqual([
      ['VPC endpoints', 's3', 'ecr.api', 'ecr.dkr', 'logs'],
    ])
  })

  it('is drawn with the titles of its frames over the lines', async () => {
    const svg = await svgOf(pictureOf(await subjectOf(stack)), 'shop')
    const lastLine = svg.lastIndexOf('class="edge way"')
    expect(lastLine).toBeGreaterThan(0)
    expect(svg.indexOf('Public subnets')).toBeGreaterThan(lastLine)
    expect(svg.match(/<g\b/g)).toHaveLength(svg.match(/<\/g>/g)!.length)
  })
})
