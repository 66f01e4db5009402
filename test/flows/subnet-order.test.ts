import { describe, expect, it } from 'vitest'
import type { Life } from '../support/life.ts'
import { liveWith } from '../support/life.ts'

const privates = 'privateSubnets: [10.0.11.0/24, 10.0.12.0/24]'
const publics = 'publicSubnets: [10.0.1.0/24, 10.0.2.0/24]'
const zones = 'zones: [us-east-1a, us-east-1b]'

async function changed(...edits: readonly (readonly [string, string])[]): Promise<Life> {
  const life = liveWith('apranova')
  await life.up()
  for (const [before, after] of edits) life.edit(before, after)
  return life
}

const refusalsOf = (plan: string) => plan.split('\n').filter(line => line.startsWith('Refused'))

describe('the subnets of a stack with a database and a cache', { timeout: 60_000 }, () => {
  it.each([
    [
      'private',
      [privates, 'privateSubnets: [10.0.12.0/24, 10.0.11.0/24]'],
      '10.0.11.0/24 for network/private-subnet-a, 10.0.12.0/24 for network/private-subnet-b',
    ],
    [
      'public',
      [publics, 'publicSubnets: [10.0.2.0/24, 10.0.1.0/24]'],
      '10.0.1.0/24 for network/public-subnet-a, 10.0.2.0/24 for network/public-subnet-b',
    ],
  ] as const)(
    'cannot exchange their address ranges, and the plan says once which to write: %s',
    async (_, edit, each) => {
      const life = await changed(edit)
      const { out } = await life.plan()
      const side = edit[0].slice(0, edit[0].indexOf('S'))
      expect(refusalsOf(out)).toEqual([
        `Refused network/${side}-subnet-a: subnet: network/${side}-subnet-a and network/${side}-subnet-b would exchange their address range, and AWS gives it to no two at a time`,
      ])
      expect(out).toContain(`  Next  keep what each of them has (network): ${each}\n`)
      expect((await life.up()).writes).toEqual([])
    },
  )

  it('may be named in another order with their zones: the data does not move', async () => {
    const life = await changed(
      [zones, 'zones: [us-east-1b, us-east-1a]'],
      [publics, 'publicSubnets: [10.0.2.0/24, 10.0.1.0/24]'],
      [privates, 'privateSubnets: [10.0.12.0/24, 10.0.11.0/24]'],
    )
    const touched = (await life.planned()).map(({ address }) => address)
    expect(touched.filter(address => /^data\/|subnet/.test(address))).toEqual([])
  })

  it('may become one more, which is executed in one run', async () => {
    const life = await changed(
      [zones, 'zones: [us-east-1a, us-east-1b, us-east-1c]'],
      [publics, 'publicSubnets: [10.0.1.0/24, 10.0.2.0/24, 10.0.3.0/24]'],
      [privates, 'privateSubnets: [10.0.11.0/24, 10.0.12.0/24, 10.0.13.0/24]'],
    )
    const { code, err } = await life.up()
    expect([code, err]).toEqual([0, err])
    expect(await life.planned()).toEqual([])
    const groups = life.tables()['rds/subnet-group'] as { subnetIds: string[] }[]
    expect(groups.map(({ subnetIds }) => subnetIds.length)).toEqual([3])
  })
})
