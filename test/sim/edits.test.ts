import { expect, it } from 'vitest'
import { seededRandom } from '../../src/effects/random.ts'
import { liveWith } from '../support/life.ts'
import { outAndBack, partsOf } from './edits.ts'
import { exampleNames } from './universe.ts'

const seed = Number(process.env['SIM_SEED'] ?? 1)
const seconds = Number(process.env['SIM_SECONDS'] ?? 40) / 4
const environmentOf: Readonly<Record<string, string>> = { portfolio: 'dev', replicated: 'dev' }

it.each(exampleNames)(
  'whatever is taken out of examples/%s and put back, up follows or refuses it at once',
  async name => {
    const life = liveWith(name, environmentOf[name])
    expect(await life.up()).toMatchObject({ code: 0 })
    for (const { name: repository } of (life.tables()['ecr/repository'] ?? []) as { name: string }[])
      life.push(repository)
    expect(await life.up()).toMatchObject({ code: 0 })
    const [, config = ''] = [...life.files()].find(([path]) => path.endsWith('provision.yaml')) ?? []
    const random = seededRandom(seed)
    const parts = partsOf(config)
      .map(part => ({ part, lot: random.number() }))
      .toSorted((a, b) => a.lot - b.lot)
    const end = performance.now() + (seconds * 1000) / exampleNames.length
    let led = 0
    for (const { part } of parts) {
      if (performance.now() > end) break
      led++
      const wrong = await outAndBack(life.copy(), part)
      expect(wrong, part.join('.')).toEqual([])
    }
    process.stderr.write(`${name}: ${led} of ${parts.length} parts taken out and put back\n`)
    expect(led).toBeGreaterThan(0)
  },
  (seconds + 60) * 1000,
)

it.each([
  [
    'the parameters of a cache, whose group could then not be deleted',
    'portfolio',
    'caches.cache.parameters',
  ],
  [
    'what a database does about TLS, with the same end',
    'fargate-observability',
    'databases.database.forceTls',
  ],
  ['the subnets in which a database stands, which AWS keeps', 'ecs-on-ec2', 'network.privateSubnets'],
])('what went wrong once: %s', async (_what, name, part) => {
  const life = liveWith(name, environmentOf[name])
  expect(await life.up()).toMatchObject({ code: 0 })
  expect(await outAndBack(life, part.split('.'))).toEqual([])
})
