import { seededRandom } from '../../src/effects/random.ts'
import type { Fault } from './fault.ts'
import type { Clean } from './sweep.ts'
import type { Store } from './universe.ts'
import { buildWith, cleanLife, removeWith, rereadWith, singleFaults, singleReadFaults } from './sweep.ts'
import { releaseFaults, releaseWith } from './releases.ts'
import { singleAbsences, takeoverWith } from './takeover.ts'

/** One life to lead: a command, one or more faults in it, and the seed of everything else. */
export interface Case {
  readonly example: string
  /** Default: `file`. */
  readonly store?: Store
  readonly phase: keyof typeof phases
  readonly seed: number
  readonly faults: readonly Fault[]
}

const phases = {
  build: buildWith,
  remove: removeWith,
  reread: rereadWith,
  takeover: takeoverWith,
  rolling: releaseWith('rolling'),
  'blue-green': releaseWith('blue-green'),
  canary: releaseWith('canary'),
  steps: releaseWith('steps'),
}
const lives = new Map<string, Promise<Clean>>()

/** The measure for all lives of an example; led once. */
export function measureOf(example: string, store: Store = 'file'): Promise<Clean> {
  const key = `${example} ${store}`
  const life = lives.get(key) ?? cleanLife(example, store)
  lives.set(key, life)
  return life
}

/** What goes wrong in this life; empty when nothing does. */
export async function lead({ example, store, phase, seed, faults }: Case): Promise<readonly string[]> {
  try {
    return await phases[phase](await measureOf(example, store), seed, faults)
  } catch (error) {
    return [`the command fell over: ${(error as Error).stack}`]
  }
}

/** Every case with a single fault, in an order that the seed decides. */
export async function singleFaultCases(
  example: string,
  seed: number,
  store: Store = 'file',
): Promise<Case[]> {
  const clean = await measureOf(example, store)
  const faults: readonly (readonly [Case['phase'], readonly Fault[]])[] = [
    ['build', singleFaults(clean.up)],
    ['remove', singleFaults(clean.teardown)],
    ['reread', singleReadFaults(clean.repeated)],
    ...(store === 'dynamodb' ? ([['takeover', singleAbsences(clean.up)]] as const) : []),
  ]
  return shuffled(example, store, seed, faults)
}

/** Every single thing that can go wrong in a release by each strategy. */
export async function releaseCases(seed: number, store: Store = 'file'): Promise<Case[]> {
  const clean = await measureOf(releasedExample, store)
  const strategies = ['rolling', 'blue-green', 'canary', 'steps'] as const
  const faults = await Promise.all(
    strategies.map(async strategy => [strategy, await releaseFaults(clean, strategy)] as const),
  )
  return shuffled(releasedExample, store, seed, faults)
}

const releasedExample = 'blue-green'

function shuffled(
  example: string,
  store: Store,
  seed: number,
  faults: readonly (readonly [Case['phase'], readonly Fault[]])[],
): Case[] {
  const random = seededRandom(seed)
  return faults
    .flatMap(([phase, all]) => all.map((fault): Case => ({ example, store, phase, seed, faults: [fault] })))
    .map(one => ({ one, lot: random.number() }))
    .toSorted((a, b) => a.lot - b.lot)
    .map(({ one }, index) => ({ ...one, seed: seed + index }))
}

/** The line that leads the same life again. */
export function replayOf(one: Case): string {
  return `npm run sim -- --replay '${JSON.stringify(one)}'`
}

export interface Failure {
  readonly replay: string
  readonly findings: readonly string[]
}

export interface Explored {
  readonly led: number
  readonly of: number
  readonly failures: readonly Failure[]
}

export interface Bounds {
  /** For how long, in real milliseconds. Default: until there are no more cases. */
  readonly milliseconds?: number
  /** So many failures are enough to look at. Default: 5. */
  readonly enough?: number
  /** Hears of each failure at once: a long exploration should not keep them until its end. */
  readonly onFailure?: (failure: Failure) => void
}

/** Leads one life after the other until there are none, the time is over, or enough has gone wrong. */
export async function explore(cases: readonly Case[], bounds: Bounds = {}): Promise<Explored> {
  const { milliseconds = Infinity, enough = 5, onFailure } = bounds
  const end = performance.now() + milliseconds
  const failures: Failure[] = []
  let led = 0
  for (const one of cases) {
    if (performance.now() > end) break
    led++
    const findings = await lead(one)
    if (findings.length === 0) continue
    const failure = { replay: replayOf(one), findings }
    onFailure?.(failure)
    failures.push(failure)
    if (failures.length === enough) break
  }
  return { led, of: cases.length, failures }
}
