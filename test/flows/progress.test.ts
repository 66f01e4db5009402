import { describe, expect, it } from 'vitest'
import { up } from '../../src/commands/up.ts'
import type { RunEvent } from '../../src/events/event.ts'
import { liveWith } from '../support/life.ts'
import type { CommandWish, Life } from '../support/life.ts'

type At = { readonly at: string }
type Told = RunEvent & At
type Told1<T extends RunEvent['type']> = Extract<RunEvent, { readonly type: T }> & At

/** The events that `up --json` tells of. */
async function eventsOf(life: Life, wish: CommandWish = {}): Promise<readonly Told[]> {
  const { out } = await life.type((options, context) => up({ ...options, json: true }, context), wish)
  return out
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as Told)
}

const of = <T extends RunEvent['type']>(events: readonly Told[], type: T) =>
  events.filter((event): event is Told1<T> => event.type === type)

const seconds = (from: At, to: At) => (Date.parse(to.at) - Date.parse(from.at)) / 1000

describe('the time that a resource takes', () => {
  it('is not that of the access point for which a role waits', async () => {
    const events = await eventsOf(liveWith('apranova'))
    const role = 'identity/backend.task-role'
    const point = 'data/files.access-point'
    const waits = of(events, 'resource.waiting').filter(({ address }) => address === role)
    expect(waits.at(-1)).toMatchObject({ status: `waiting for ${point}`, for: point })
    const continued = of(events, 'resource.continued').find(({ address }) => address === role)!
    const waited = seconds(waits.at(-1)!, continued)
    expect(waited).toBeGreaterThan(3)
    const [began] = of(events, 'resource.started').filter(({ address }) => address === role)
    const done = of(events, 'resource.done').find(({ address }) => address === role)!
    expect(done.took / 1000).toBeCloseTo(seconds(began!, done) - waited, 2)
  })

  it('is not that of the database for which its role waits: a role needs its secret alone', async () => {
    const events = await eventsOf(liveWith('apranova'))
    const end = (wanted: string) => of(events, 'resource.done').find(({ address }) => address === wanted)!
    const role = end('identity/backend.execution-role')
    expect(seconds(role, end('data/database'))).toBeGreaterThan(200)
  })

  it.each(['apranova', 'ecs-on-ec2', 'fargate-observability'])(
    'and the time that it waits for others are all the time from its start to its end: %s',
    async example => {
      const events = await eventsOf(liveWith(example))
      const done = of(events, 'resource.done')
      expect(done.length).toBeGreaterThan(20)
      for (const end of done) {
        const own = events.filter(event => 'address' in event && event.address === end.address)
        const began = of(own, 'resource.started')
        expect(began, end.address).toHaveLength(1)
        let waited = 0
        let since: At | undefined
        for (const event of own) {
          if (event.type === 'resource.waiting' && event.for !== undefined) since ??= event
          if (event.type === 'resource.continued') {
            waited += seconds(since!, event)
            since = undefined
          }
        }
        expect(since, end.address).toBeUndefined()
        expect(end.took / 1000 + waited, end.address).toBeCloseTo(seconds(began[0]!, end), 2)
      }
    },
  )

  it('ends where it fails, and what needs it is skipped at once, while others go on', async () => {
    const events = await eventsOf(liveWith('apranova'), {
      faults: {
        before: ({ operation }) => {
          if (operation !== 'CreateDBInstance') return
          throw Object.assign(new Error('not offered here'), {
            name: 'InvalidParameterCombination',
            $metadata: { httpStatusCode: 400 },
          })
        },
      },
    })
    const [failed] = of(events, 'resource.failed')
    expect(failed?.address).toBe('data/database')
    const cache = of(events, 'resource.done').find(({ address }) => address === 'data/cache')!
    expect(seconds(failed!, cache)).toBeGreaterThan(300)
    for (const skipped of of(events, 'resource.skipped')) {
      expect(skipped.because).toBe('data/database')
      expect(seconds(failed!, skipped)).toBe(0)
    }
    expect(of(events, 'resource.skipped').map(({ address }) => address)).toEqual(
      expect.arrayContaining(['identity/backend.execution-role', 'services/backend']),
    )
  })
})

describe('a log', () => {
  it('is never silent for more than a minute of the run, and says what it waits for', async () => {
    const { err } = await liveWith('apranova').up()
    const lines = err.split('\n')
    const beat = /still waiting \((?:(\d+)m )?(\d+)s\): (.*)/
    const secondsOf = (line: string) => {
      const [, minutes = '0', rest] = beat.exec(line)!
      return Number(minutes) * 60 + Number(rest)
    }
    // Nothing else was said between these.
    const pairs = lines.flatMap((line, index): [string, string][] => {
      const next = lines[index + 1] ?? ''
      return beat.test(line) && beat.test(next) ? [[line, next]] : []
    })
    expect(pairs.length).toBeGreaterThan(2)
    for (const [line, next] of pairs) expect(secondsOf(next) - secondsOf(line)).toBeLessThanOrEqual(60)
    expect(lines.findLast(line => beat.test(line))).toContain('data/cache creating')
    expect(lines.filter(line => beat.test(line)).join('\n')).toContain('data/database creating')
  })
})
