import { beforeAll, describe, expect, it } from 'vitest'
import { isRead } from '../../src/aws/retry.ts'
import type { Faults } from '../../src/sandbox/world.ts'
import { liveWith } from '../support/life.ts'
import type { Life } from '../support/life.ts'

/** Carries out the first request of every third operation that changes something, and loses its answer. */
function losing(share: number): Faults & { readonly lost: Set<string> } {
  const met = new Set<string>()
  const lost = new Set<string>()
  return {
    lost,
    after({ service, operation }) {
      const name = `${service}:${operation}`
      if (isRead(operation[0]!.toLowerCase() + operation.slice(1)) || met.has(name)) return
      met.add(name)
      if (met.size % 3 !== share) return
      lost.add(name)
      throw Object.assign(new Error('socket hang up'), { name: 'TimeoutError' })
    },
  }
}

const counts = (life: Life) =>
  Object.fromEntries(Object.entries(life.tables()).map(([name, rows]) => [name, rows.length]))

/** How many rows of each sort a life without faults has when it is made, changed and removed. */
async function faultless(example: string, change: (life: Life) => void) {
  const life = liveWith(example)
  await life.up()
  const made = counts(life)
  change(life)
  await life.up()
  const changed = counts(life)
  await life.teardown({ deleteData: ['all'] })
  return { made, changed, removed: counts(life) }
}

describe.each<[string, (life: Life) => void]>([
  ['apranova', life => life.edit('memory: 1024', 'memory: 2048')],
  ['ec2-ecs-s3', life => life.edit('tags:', 'tags:\n  Team: shop')],
])('%s, when the answers to its changes are lost', (example, change) => {
  let expected: Awaited<ReturnType<typeof faultless>>
  beforeAll(async () => void (expected = await faultless(example, change)))

  it.each([0, 1, 2])(
    'is made, changed and removed by one command each, and nothing twice (every third call, from %i on)',
    async share => {
      const life = liveWith(example)
      const under = async (command: Life['up'] | Life['teardown']) => {
        const faults = losing(share)
        const { code, err, error } = await command({ deleteData: ['all'], faults })
        expect(code, `${[...faults.lost].join(' ')}: ${error?.message}\n${err}`).toBe(0)
        expect(faults.lost.size).toBeGreaterThan(0)
        return counts(life)
      }
      expect(await under(life.up)).toEqual(expected.made)
      expect((await life.up()).writes).toEqual([])
      change(life)
      expect(await under(life.up)).toEqual(expected.changed)
      expect(await under(life.teardown)).toEqual(expected.removed)
    },
  )
})
