import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'
import { ledgerBugs } from './planted-ledgers.ts'
import { releaseBugs } from './planted-releases.ts'
import { runBugs } from './planted-runs.ts'

const plantedBugs = [...ledgerBugs, ...runBugs, ...releaseBugs]
const killed: string[] = []

afterEach(() => vi.resetModules())
afterAll(() => void process.stderr.write(`planted bugs killed: ${killed.length}/${plantedBugs.length}\n`))

/** The simulation anew, over sources in which one module is not what it should be. */
async function simulationWith({ module, plant }: (typeof plantedBugs)[number]) {
  vi.resetModules()
  const path = `../../src/${module}`
  vi.doMock(path, async original => {
    const real = await original<object>()
    return { ...real, ...plant(real as never) }
  })
  try {
    const exploration = await import('./exploration.ts')
    const scenarios = await import('./scenarios.ts')
    return { exploration, scenarios }
  } finally {
    vi.doUnmock(path)
  }
}

describe('a simulation that is worth something finds', () => {
  it.each(plantedBugs.map(bug => [bug.name, bug] as const))('%s', async (name, bug) => {
    const { exploration, scenarios } = await simulationWith(bug)
    const found: string[] = []
    try {
      if (Array.isArray(bug.prey)) for (const hunt of bug.prey) found.push(...(await hunt(scenarios)))
      else {
        const { prey } = bug
        const all =
          bug.lives === 'releases'
            ? exploration.releaseCases(1)
            : exploration.singleFaultCases('minimal', 1, bug.store)
        const cases = (await all).filter(prey)
        const { failures } = await exploration.explore(cases.slice(0, 40), { enough: 1 })
        found.push(...failures.flatMap(({ findings }) => findings))
      }
    } catch (error) {
      // So wrong that not even a life without faults can be led.
      found.push((error as Error).message)
    }
    expect(found).not.toEqual([])
    killed.push(name)
  })
})
