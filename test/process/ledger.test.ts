import { readFileSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { realClock } from '../../src/effects/clock.ts'
import { nodeEffects } from '../../src/effects/node-effects.ts'
import { realRandom } from '../../src/effects/random.ts'
import { dynamoTable } from '../../src/state/dynamodb/client.ts'
import { jsonLedger } from '../../src/state/json/ledger.ts'
import { describeLedger } from '../state/ledger-contract.ts'
import type { LocalDynamo } from '../support/dynalite.ts'
import { startDynalite } from '../support/dynalite.ts'
import { openDynamoLedger, shortTerms } from '../support/dynamo-ledger.ts'
import type { Stage } from './ledger-process.ts'
import { openStage } from './ledger-process.ts'

/** Milliseconds; that of the runners. */
const lease = 4000

// Eight processes on two busy cores take their time to start.
vi.setConfig({ testTimeout: 180_000 })

let stage: Stage
let dynamo: LocalDynamo
let made = 0

beforeAll(async () => {
  dynamo = await startDynalite()
  process.env['AWS_ENDPOINT_URL_DYNAMODB'] = dynamo.url
  stage = await openStage()
}, 60_000)

afterEach(() => stage.clear())

afterAll(async () => {
  await stage.close()
  await dynamo.stop()
})

async function newPlace(store: string): Promise<string> {
  const name = `ledgers-${++made}`
  if (store === 'file') return `file:${join(stage.folder, `${name}.json`)}`
  await dynamo.createTable(name)
  return `dynamodb:${name}`
}

describeLedger('dynalite', async () => {
  const name = `ledgers-${++made}`
  await dynamo.createTable(name)
  const table = dynamoTable({ name, region: 'us-east-1' }, realClock)
  const open = (seed: number) => openDynamoLedger({ table, seed, clock: realClock, terms: shortTerms })
  return { ledger: open(2 * made), reopen: () => open(2 * made + 1) }
})

describe.each(['file', 'dynamodb'])('a ledger in %s, and real processes', store => {
  it('lets one of eight that start together win, and tells the others who did', async () => {
    const place = await newPlace(store)
    const runners = await Promise.all(Array.from({ length: 8 }, () => stage.start(place)))
    const answers = await Promise.all(runners.map(runner => runner.order('lock')))
    const winner = runners[answers.indexOf('locked')]
    expect(answers.filter(answer => answer === 'locked')).toHaveLength(1)
    for (const answer of answers.filter(answer => answer !== 'locked'))
      expect(answer).toContain(`on ${hostname()} (pid ${winner?.pid})`)
    const before = stage.calls()
    expect(await winner!.order('step network/vpc')).toBe('stepped')
    expect(stage.calls()).toBe(before + 1)
  })

  it('is taken over at once from a process of this host that was killed', async () => {
    const place = await newPlace(store)
    const first = await stage.start(place)
    await first.order('lock')
    expect(await first.order('step network/vpc')).toBe('stepped')
    first.kill('SIGKILL')
    await first.exited
    const second = await stage.start(place)
    const began = performance.now()
    expect(await second.order('lock')).toBe('locked')
    expect(performance.now() - began).toBeLessThan(lease)
    expect(await second.order('step network/igw')).toBe('stepped')
  })
})

describe('a ledger in a file', () => {
  it('is not taken from another host, dead or not', async () => {
    const place = await newPlace('file')
    const first = await stage.start(place, { host: 'elsewhere' })
    await first.order('lock')
    first.kill('SIGKILL')
    await first.exited
    expect(await (await stage.start(place)).order('lock')).toContain('refused locked')
  })

  it('is taken over although the pid of the dead holder is another process by now', async () => {
    const place = await newPlace('file')
    const first = await stage.start(place)
    await first.order('lock')
    first.kill('SIGKILL')
    await first.exited
    const lock = `${place.slice('file:'.length)}.lock`
    writeFileSync(lock, readFileSync(lock, 'utf8').replace(`"pid":${first.pid}`, `"pid":${process.pid}`))
    expect(await (await stage.start(place)).order('lock')).toBe('locked')
  })

  it('loses nothing that was acknowledged when the disk takes no more', async () => {
    const place = await newPlace('file')
    // Nothing may grow beyond 16 KB: what the disk answers then is an error, as when it is full.
    const runner = await stage.start(place, { limit: '-f 16' })
    await runner.order('lock')
    expect(await runner.order('entries 500')).toContain('refused ledger')
    const acknowledged = runner.said.filter(line => line.startsWith('network/'))
    expect(acknowledged.length).toBeGreaterThan(5)
    runner.kill('SIGKILL')
    await runner.exited
    const { files, host } = nodeEffects({})
    const ledger = jsonLedger({
      path: place.slice('file:'.length),
      files,
      host,
      clock: realClock,
      random: realRandom,
      expect: { stack: 'shop', environment: 'production' },
    })
    expect([...(await ledger.read())!.entries.keys()]).toEqual(expect.arrayContaining(acknowledged))
  })
})

describe('a ledger in DynamoDB', () => {
  it('is taken over from a dead process of another host after one lease, not before', async () => {
    const place = await newPlace('dynamodb')
    const first = await stage.start(place, { host: 'elsewhere' })
    await first.order('lock')
    first.kill('SIGKILL')
    await first.exited
    const second = await stage.start(place)
    const began = performance.now()
    expect(await second.order('lock')).toBe('locked')
    expect(performance.now() - began).toBeGreaterThanOrEqual(lease)
  })

  it('a process stopped past its lease writes nothing and sends nothing when it goes on', async () => {
    const place = await newPlace('dynamodb')
    const zombie = await stage.start(place)
    await zombie.order('lock')
    expect(await zombie.order('step network/vpc')).toBe('stepped')
    zombie.kill('SIGSTOP')
    await sleep(2 * lease)
    const next = await stage.start(place)
    expect(await next.order('lock')).toBe('locked')
    expect(await next.order('step network/igw')).toBe('stepped')
    const sent = stage.calls()
    zombie.kill('SIGCONT')
    expect(await zombie.order('step network/nat')).toContain('no longer ours')
    expect(await zombie.order('entries 1')).toContain('no longer ours')
    expect(stage.calls()).toBe(sent)
    await zombie.order('release')
    expect(await next.order('step network/last')).toBe('stepped')
  })
})
