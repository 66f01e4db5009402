import type { Random } from '../../src/effects/random.ts'
import type { Row, RowWrite, Table } from '../../src/state/dynamodb/table.ts'
import { memoryTable } from '../support/memory-table.ts'
import type { Fault, TableFault } from './fault.ts'
import { reset, throttled, timeout, unavailable } from './network.ts'
import type { Process } from './process.ts'
import type { Time } from './time.ts'

const seconds = 1000

export interface TableOptions {
  readonly time: Time
  readonly random: Random
  readonly process: Process
  /** By `ledger` and `row`, with a line feed between: what all processes of a universe share. */
  readonly contents: Map<string, Row>
  readonly faults: readonly Fault[]
  /** Called for each write as it leaves, with its place in the command. */
  readonly onSite: (site: string) => void
  /** Called for each write that was carried out, with the rows of before. */
  readonly onWritten: (writes: readonly RowWrite[], before: ReadonlyMap<string, Row>) => void
}

/**
 * DynamoDB as one process reaches it: conditions hold or nothing is written, and requests and answers travel separately
 * and may be lost. A cut-off process reaches AWS, but not this table.
 */
export function ledgerTable(options: TableOptions): Table {
  const { time, random, process, contents, faults, onSite, onWritten } = options
  const table = memoryTable({}, contents)
  let writes = 0

  const leg = () => time.sleep(random.number() < 0.01 ? 2000 * random.number() : 4 + 12 * random.number())
  const through = async <T>(work: () => Promise<T>): Promise<T> => {
    process.mustLive()
    if (process.isCutOff()) return unanswered()
    await leg()
    const answer = await work()
    await leg()
    return process.isCutOff() ? unanswered() : answer
  }
  const unanswered = async (): Promise<never> => {
    await time.sleep(5 * seconds)
    throw timeout(5)
  }
  const never = () => new Promise<never>(() => undefined)

  const carry = async (what: readonly RowWrite[], token: string) => {
    const before = new Map(contents)
    await table.write(what, token)
    // A repetition that its token has made harmless writes nothing.
    const changed = [...contents].some(([key, row]) => before.get(key) !== row)
    if (changed || contents.size < before.size) onWritten(what, before)
  }

  const write = async (what: readonly RowWrite[], token: string): Promise<void> => {
    process.mustLive()
    const site = `table#${writes++}`
    onSite(site)
    const planned = faults.find(({ at }) => at === site)?.kind as TableFault | undefined
    const quietly = () => carry(what, token).catch(() => undefined)
    switch (process.doomed ? 'kill before it is sent' : planned) {
      case 'kill before it is sent':
        process.kill()
        return never()
      case 'kill when it is carried out':
        await leg()
        await quietly()
        process.kill()
        return never()
      case 'request lost':
        return unanswered()
      case 'response lost':
        await leg()
        await quietly()
        return unanswered()
      case 'arrives 25 s late':
        time.at(25 * seconds, () => void quietly())
        throw reset()
      case '500, not carried out':
        throw unavailable()
      case '500, carried out':
        await leg()
        await carry(what, token)
        throw unavailable()
      case 'throttled':
        throw throttled()
      case 'paused 40 s':
        process.pause(40 * seconds)
        break
      case 'paused 90 s':
        process.pause(90 * seconds)
        break
      case 'paused 10 min':
        process.pause(600 * seconds)
        break
      case 'cut off for 3 min':
        process.cutOff(180 * seconds)
        break
      case 'clock set forward 5 h':
        process.setClock(18_000 * seconds)
        break
      case 'clock set back 5 h':
        process.setClock(-18_000 * seconds)
        break
      default:
    }
    return through(() => carry(what, token))
  }

  return {
    location: table.location,
    get: key => process.awaits(through(() => table.get(key))),
    rows: (...range) => process.awaits(through(() => table.rows(...range))),
    write: (what, token) => process.awaits(write(what, token)),
  }
}
