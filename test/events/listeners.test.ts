import { describe, expect, test } from 'vitest'
import type { LiveArea } from '../../src/effects/terminal.ts'
import { createJsonLines } from '../../src/events/json-lines.ts'
import { createLive } from '../../src/events/live.ts'
import { createPlain } from '../../src/events/plain.ts'
import { styleFor } from '../../src/events/style.ts'
import {
  databaseFailed,
  databaseStarted,
  databaseWaiting,
  finished,
  roleDone,
  roleStarted,
  roleWaiting,
  start,
  started,
  tell,
  vpcDone,
  vpcStarted,
} from '../support/run-events.ts'

const style = styleFor(false)

function plain() {
  let text = ''
  let now = start
  let beat: (() => void) | undefined
  const listener = createPlain({
    terminal: { err: more => (text += more) },
    style,
    now: () => now,
    every: (_milliseconds, work) => {
      beat = work
      return () => (beat = undefined)
    },
  })
  /** The moment of the run at which the listener would look again. */
  const beatAt = (seconds: number) => {
    now = start + seconds * 1000
    beat?.()
  }
  return { listener, text: () => text, beatAt, beating: () => beat !== undefined }
}

describe('the plain listener', () => {
  test('writes one line for each change and a summary', () => {
    const { listener, text } = plain()
    tell(listener, [0, started], [0, vpcStarted], [3, vpcDone], [487, finished('done', { created: 53 })])
    expect(text()).toBe(`up shop/production: 2 resources
network/vpc: created VPC vpc-0a1b (3s)

Up complete in 8m 07s. 53 created. 61 AWS calls, 3 retried.
`)
  })

  test('breaks its silence every thirty seconds of the run, also when AWS says nothing new', () => {
    const { listener, text, beatAt, beating } = plain()
    tell(listener, [0, started], [0, databaseStarted], [5, databaseWaiting])
    for (const seconds of [30, 60, 90]) beatAt(seconds)
    tell(listener, [100, vpcDone])
    beatAt(120)
    beatAt(150)
    expect(text().split('\n').slice(1, -1)).toEqual([
      '... still waiting (30s): data/database backing-up',
      '... still waiting (1m 00s): data/database backing-up',
      '... still waiting (1m 30s): data/database backing-up',
      'network/vpc: created VPC vpc-0a1b (3s)',
      '... still waiting (2m 30s): data/database backing-up',
    ])
    tell(listener, [160, finished('done')])
    expect(beating()).toBe(false)
  })

  test('says what waits for another resource, behind what is worked on', () => {
    const { listener, text, beatAt } = plain()
    tell(listener, [0, started], [0, roleStarted], [1, roleWaiting], [1, databaseStarted])
    beatAt(31)
    expect(text()).toContain(
      '... still waiting (31s): data/database, identity/api.role waiting for data/database\n',
    )
  })

  test('explains each cause once and names what it held up', () => {
    const { listener, text } = plain()
    tell(
      listener,
      [0, started],
      [0, databaseStarted],
      [4, databaseFailed],
      [4, { type: 'resource.skipped', address: 'services/api', because: 'data/database' }],
      [4, { type: 'resource.skipped', address: 'services/web', because: 'data/database' }],
      [4, finished('failed', { created: 1, failed: 1, skipped: 2 })],
    )
    expect(text()).toBe(`up shop/production: 2 resources
data/database: create failed: db.t4g.micro is not offered here.

Failed data/database (database): create
  Why   db.t4g.micro is not offered here.
  AWS   InvalidParameterCombination · rds:CreateDBInstance · request id 5d1c
  Next  use db.t4g.small

Skipped because of a failure (2): services/api, services/web

Up failed after 8m 07s. 1 created, 1 failed, 2 skipped. 61 AWS calls, 3 retried.
`)
  })

  test('ends an interrupted run with what is unfinished, what was not started, and the next command', () => {
    const { listener, text } = plain()
    tell(
      listener,
      [0, started],
      [0, databaseStarted],
      [1, { type: 'resource.skipped', address: 'data/database', because: 'interrupted' }],
      [1, { type: 'resource.skipped', address: 'services/api', because: 'interrupted' }],
      [1, finished('interrupted', { created: 0, skipped: 2 }, 'provision up -e dev --yes')],
    )
    expect(text()).toContain(`
Started, not finished (1): data/database

Not started (1): services/api

Up interrupted after 8m 07s. 2 skipped. 61 AWS calls, 3 retried.
Next: provision up -e dev --yes
`)
  })

  test('names a dozen of what was not done, and counts the rest', () => {
    const { listener, text } = plain()
    tell(listener, [0, started])
    for (let index = 0; index < 40; index++)
      tell(listener, [0, { type: 'resource.skipped', address: `services/s${index}`, because: 'interrupted' }])
    tell(listener, [1, finished('interrupted')])
    expect(text()).toContain('Not started (40): services/s0, ')
    expect(text()).toContain(', services/s11 and 28 more\n')
  })

  test('shows notes and what is kept', () => {
    const { listener, text } = plain()
    tell(
      listener,
      [0, { type: 'note', level: 'warning', message: 'the registry is empty', address: 'registry/api' }],
      [0, { type: 'note', level: 'info', message: 'a line\u001b[31m\nfrom outside' }],
      [0, { type: 'resource.kept', address: 'data/files', label: 'file system', reason: 'it holds data' }],
    )
    expect(text()).toBe(`Warning registry/api: the registry is empty
a line from outside
data/files: kept file system (it holds data)
`)
  })
})

function live(columns = 80) {
  const drawn: string[] = []
  const persisted: string[] = []
  let closed = false
  let now = start
  let draw: (() => void) | undefined
  const area: LiveArea = {
    draw: text => drawn.push(text),
    persist: text => persisted.push(text),
    close: () => (closed = true),
  }
  const listener = createLive({
    terminal: { columns, unicode: false },
    area,
    style,
    now: () => now,
    tick: work => {
      draw = work
      return () => (draw = undefined)
    },
  })
  const tickAt = (seconds: number) => {
    now = start + seconds * 1000
    draw?.()
  }
  return { listener, drawn, persisted, tickAt, ticking: () => draw !== undefined, closed: () => closed }
}

describe('the live listener', () => {
  test('shows what is under way with its time, and lets what is done go by', () => {
    const { listener, drawn, persisted, tickAt } = live()
    tell(listener, [0, started], [0, vpcStarted], [0, databaseStarted], [3, vpcDone], [5, databaseWaiting])
    tickAt(95)
    expect(drawn.at(-1)).toBe(
      '/ data/database: creating database, backing-up  1m 35s / usually 8m 00s\n1 of 2 done, 1 under way',
    )
    expect(persisted).toEqual(['up shop/production: 2 resources', 'network/vpc: created VPC vpc-0a1b (3s)'])
  })

  test('shows what waits for another resource below what is worked on, and without a time', () => {
    const { listener, drawn, persisted, tickAt } = live()
    tell(listener, [0, started], [0, roleStarted], [2, roleWaiting], [2, databaseStarted])
    tickAt(351)
    expect(drawn.at(-1)?.split('\n')).toEqual([
      '/ data/database: creating database  5m 49s / usually 8m 00s',
      '  identity/api.role: waiting for data/database',
      '0 of 2 done, 1 under way, 1 waiting',
    ])
    tell(listener, [360, { type: 'resource.continued', address: 'identity/api.role' }])
    tickAt(361)
    expect(drawn.at(-1)?.split('\n')[0]).toBe('- identity/api.role: creating IAM role  3s')
    tell(listener, [362, { ...roleDone, took: 4000 }])
    expect(persisted.at(-1)).toBe('identity/api.role: created IAM role (4s)')
  })

  test('counts what failed and what was skipped apart from what is done', () => {
    const { listener, drawn } = live()
    tell(
      listener,
      [0, { ...started, resources: 4 }],
      [0, vpcDone],
      [0, databaseFailed],
      [0, { type: 'resource.skipped', address: 'services/api', because: 'data/database' }],
    )
    expect(drawn.at(-1)).toBe('1 of 4 done, 1 failed, 1 skipped, 0 under way')
  })

  test('leaves out the usual time where it would cut what is going on', () => {
    const { listener, drawn, tickAt } = live(60)
    tell(listener, [0, started], [0, databaseStarted], [0, databaseWaiting])
    tickAt(61)
    expect(drawn.at(-1)?.split('\n')[0]).toBe('/ data/database: creating database, backing-up  1m 01s')
  })

  test('ends with the summary, an empty area and no ticking', () => {
    const { listener, persisted, ticking, closed } = live()
    tell(listener, [0, started])
    expect(ticking()).toBe(true)
    tell(listener, [487, finished('done')])
    expect(persisted.at(-1)).toBe('\nUp complete in 8m 07s. 1 created. 61 AWS calls, 3 retried.')
    expect([ticking(), closed()]).toEqual([false, true])
  })

  test('cuts rows that would wrap', () => {
    const { listener, drawn, tickAt } = live(60)
    tell(listener, [0, started], [0, databaseStarted], [0, { ...databaseWaiting, status: 'a'.repeat(99) }])
    tickAt(10)
    expect(drawn.at(-1)?.split('\n')[0]?.length).toBeLessThan(60)
  })

  test('shows a dozen rows and counts the rest', () => {
    const { listener, drawn } = live()
    tell(listener, [0, started])
    for (let index = 0; index < 20; index++)
      tell(listener, [0, { ...vpcStarted, address: `network/${index}` }])
    expect(drawn.at(-1)?.split('\n').slice(-2)).toEqual(['  and 8 more', '0 of 2 done, 20 under way'])
  })
})

test('JSON lines carry version, number and time of each event', () => {
  let text = ''
  tell(createJsonLines({ out: more => (text += more) }), [0, databaseWaiting], [5, vpcDone])
  const lines = text
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))
  expect(lines).toEqual([
    { v: 1, seq: 1, at: '2026-01-01T00:00:00.000Z', ...databaseWaiting },
    { v: 1, seq: 2, at: '2026-01-01T00:00:05.000Z', ...vpcDone },
  ])
  expect(text.startsWith('{"v":1,"seq":1,')).toBe(true)
})
