import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { wireLife } from './wire-life.ts'

interface Lived {
  readonly example: string
  /** Where the example has several. */
  readonly environment?: string
  /** One value of the config, before and after, and the one resource that it changes. */
  readonly change: readonly [before: string, after: string, changed: string]
}

/** The longest lives first. */
const lived: readonly Lived[] = [
  {
    example: 'portfolio',
    environment: 'prod',
    change: ['automaticFailover: true', 'automaticFailover: false', 'data/cache'],
  },
  { example: 'portfolio', environment: 'dev', change: ['cpu: 70', 'cpu: 60', 'scaling/backend.cpu'] },
  {
    example: 'replicated',
    environment: 'prod',
    change: ['allkeys-lru', 'allkeys-lfu', 'data/cache.parameters'],
  },
  { example: 'replicated', environment: 'dev', change: ['count: 10', 'count: 20', 'registry/web'] },
  {
    example: 'ecs-on-ec2',
    change: ['max: 10\n    # Above', 'max: 12\n    # Above', 'cluster/hosts'],
  },
  { example: 'blue-green', change: ['bakeMinutes: 10', 'bakeMinutes: 20', 'services/api'] },
  { example: 'ec2-ecs-s3', change: ['size: 20', 'size: 21', 'instances/backend'] },
  {
    example: 'fargate-observability',
    change: ['allocatedStorage: 50', 'allocatedStorage: 60', 'data/database'],
  },
  { example: 'uploads', change: ['expireNoncurrentDays: 30', 'expireNoncurrentDays: 60', 'data/media'] },
  {
    example: 'minimal',
    change: ['paths: [/*]', 'paths: [/*]\n    logRetentionDays: 3', 'observability/web.logs'],
  },
]

/** Lives in a file of its own. */
const elsewhere = ['apranova']

/** What a busy machine may take for the longest life. */
const timeout = 600_000

test('no example is forgotten', () => {
  const examples = readdirSync('examples', { recursive: true, encoding: 'utf8' })
    .filter(path => path.endsWith('/provision.yaml') && !path.includes('.provision/'))
    .map(path => path.slice(0, -'/provision.yaml'.length))
  expect([...new Set(lived.map(({ example }) => example)), ...elsewhere].toSorted()).toEqual(
    examples.toSorted(),
  )
})

const titled = lived.map(one => [[one.example, one.environment].filter(Boolean).join(' '), one] as const)

// Mostly waiting, each on a server of its own.
describe.concurrent('over the wire', { timeout }, () => {
  test.each(titled)('%s comes up, stays, changes and goes away', async (_title, one) => {
    const { example, environment, change } = one
    const life = await wireLife(example, environment)
    try {
      const up = await life.provision('up', '--yes')
      expect([up.code, up.err]).toEqual([0, up.err])

      const before = await life.writes()
      const again = await life.provision('up', '--yes')
      expect([again.code, again.err]).toEqual([0, expect.stringContaining('No changes.')])
      expect(await life.writes()).toBe(before)

      const [from, to, address] = change
      await life.edit(from, to)
      const changed = await life.provision('up', '--yes')
      expect([changed.code, changed.err]).toEqual([
        0,
        expect.stringMatching(new RegExp(`${address}: updated[^]*Up complete in .*\\. 1 updated\\.`)),
      ])

      const down = await life.provision('teardown', '--yes', '--delete-data', 'all')
      expect([down.code, down.err]).toEqual([
        0,
        expect.stringMatching(/Nothing tagged .* is left in this region/),
      ])
      expect(await life.left()).toEqual([])
      expect(await life.violations()).toEqual([])
    } finally {
      await life.end()
    }
  })
})
