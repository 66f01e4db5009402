import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { wireLife } from './wire-life.ts'

interface Lived {
  readonly example: string
  /** One value of the config, before and after, and the one resource that it changes. */
  readonly change: readonly [before: string, after: string, changed: string]
}

const lived: readonly Lived[] = [
  {
    example: 'minimal',
    change: ['paths: [/*]', 'paths: [/*]\n    logRetentionDays: 3', 'observability/web.logs'],
  },
  { example: 'ec2-ecs-s3', change: ['size: 20', 'size: 21', 'instances/backend'] },
  {
    example: 'fargate-observability',
    change: ['allocatedStorage: 50', 'allocatedStorage: 60', 'data/database'],
  },
  { example: 'uploads', change: ['expireNoncurrentDays: 30', 'expireNoncurrentDays: 60', 'data/media'] },
]

/** Lives in a file of its own. */
const elsewhere = ['apranova']

/** What moto lacks for these is listed in docs/sandbox-and-moto.md. */
const onlyEmbedded = ['blue-green', 'ecs-on-ec2', 'portfolio', 'replicated']

test('no example is forgotten', () => {
  const examples = readdirSync('examples', { recursive: true, encoding: 'utf8' })
    .filter(path => path.endsWith('/provision.yaml') && !path.includes('.provision/'))
    .map(path => path.slice(0, -'/provision.yaml'.length))
  expect([...lived.map(({ example }) => example), ...elsewhere, ...onlyEmbedded].toSorted()).toEqual(
    examples.toSorted(),
  )
})

// Mostly waiting, each on a server of its own.
describe.concurrent('over the wire', () => {
  test.each(lived)('$example comes up, stays, changes and goes away', async ({ example, change }) => {
    const life = await wireLife(example)
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
      expect(await life.violations()).toEqual([])
    } finally {
      await life.end()
    }
  })
})
