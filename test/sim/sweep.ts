import { services } from '../../src/aws/services.ts'
import type { Tally } from './cloud.ts'
import type { Fault } from './fault.ts'
import { callFaults, diskFaults, readFaults, tableFaults } from './fault.ts'
import { Announcements } from './announced.ts'
import { differences, portrait, tallyDifferences, unannounced } from './oracles.ts'
import type { Sent } from './network.ts'
import type { Ended } from './typed.ts'
import type { Moment, Store } from './universe.ts'
import { Universe } from './universe.ts'

/** What a life without any fault looks like: the measure for all others. */
export interface Clean {
  readonly example: string
  readonly store: Store
  readonly built: Moment
  readonly whole: readonly string[]
  readonly made: Tally
  readonly up: Ended
  readonly repeated: Ended
  readonly teardown: Ended
  readonly removed: Tally
  readonly empty: readonly string[]
}

const letGo = ['all']

export async function cleanLife(example: string, store: Store): Promise<Clean> {
  // Modules that are loaded on the way would take real time, and change the order of things.
  await Promise.all(Object.values(services).map(load => load()))
  const universe = new Universe(example, 1, { store })
  const up = await universe.run('up')
  if (up.code !== 0) throw new Error(`${example} cannot be built at all: ${told(up)}`)
  await universe.settle()
  const whole = await portrait(universe)
  const made = universe.cloud.made()
  const built = universe.moment()
  const repeated = await universe.run('up')
  const hold = universe.branch(1, built)
  const teardown = await hold.run('teardown', { deleteData: letGo })
  await hold.settle()
  return {
    example,
    store,
    built,
    whole,
    made,
    up,
    repeated,
    teardown,
    removed: hold.cloud.removed(),
    empty: await portrait(hold),
  }
}

/** What went wrong, in a line each; empty when nothing did. */
export type Findings = readonly string[]

export const told = (ended: Ended) =>
  `${ended.how} ${ended.code ?? ''} ${ended.error?.message ?? ''} ${ended.err.split('\n').slice(-8).join(' | ')}`

/** Types a command until it ends well. */
export async function until(
  universe: Universe,
  command: 'up' | 'teardown',
  findings: string[],
): Promise<void> {
  for (let attempt = 1; attempt <= 2; attempt++) {
    await universe.time.pass(5_000)
    const ended = await universe.run(command, command === 'up' ? {} : { deleteData: letGo })
    if (ended.code === 0) return
    if (attempt === 2) findings.push(`P1 not whole after two more runs: ${told(ended)}`)
  }
}

/** A first `up` with these faults, then `up` until it is whole. */
export async function buildWith(clean: Clean, seed: number, faults: readonly Fault[]): Promise<Findings> {
  const universe = new Universe(clean.example, seed, { store: clean.store })
  const findings: string[] = []
  const intents = watch(universe, findings)
  const first = await universe.run('up', { faults, onSend: intents.onSend })
  findings.push(...wrongEnd(first, faults, clean.up))
  if (first.code !== 0) await until(universe, 'up', findings)
  await intents.read()
  await universe.settle()
  const quiet = await universe.run('up')
  if (quiet.code !== 0 || quiet.writes.length > 0)
    findings.push(`P5 the next up is not quiet: ${quiet.writes.join(' ')} ${told(quiet)}`)
  const late = faults.some(({ kind }) => kind.startsWith('arrives'))
  findings.push(
    ...differences(await portrait(universe), clean.whole)
      // A revision too many does no harm while the stack lives; teardown takes it.
      .filter(line => !late || !/task-definition/.test(line))
      .map(line => `P7 ${line}`),
  )
  // What came late is one too many until the sweep has removed it.
  if (!late)
    findings.push(...tallyDifferences(universe.cloud.made(), clean.made).map(line => `P9 made ${line}`))
  return [...findings, ...universe.findings]
}

/** Whether each change is in the ledger on the disk at the instant at which it is sent. */
function watch(universe: Universe, findings: string[]) {
  const verdicts: Promise<void>[] = []
  const announcements = new Announcements(universe)
  const onSend = (sent: Sent) => {
    if (!sent.read)
      verdicts.push(announcements.now().then(ledger => void findings.push(...unannounced(sent, ledger))))
  }
  return { onSend, read: () => Promise.all(verdicts) }
}

/** Creations that AWS makes anew each time they are asked for. */
const anonymous = /^(CreateVpc|CreateInternetGateway|AllocateAddress)#/

/** What a run has to do about a single fault itself, and not only leave to the next. */
function wrongEnd(
  { sent, code, error, took }: Ended,
  [fault, ...others]: readonly Fault[],
  clean: Ended,
): string[] {
  if (!fault || others.length > 0) return []
  const { at, kind } = fault
  if (sent.length > 2 * clean.sent.length + 100)
    return [`P13 ${kind} at ${at} takes ${sent.length} calls instead of ${clean.sent.length}`]
  // Repetitions of a call are fewer when chance wills it.
  if (!/^(disk|table)#/.test(at) && !sent.some(({ site }) => site === at)) return []
  const told = [`P13 ${kind} at ${at} ends with ${code ?? error?.code} after ${took / 1000} s`]
  if (kind === 'credentials expired') return code === 77 || error?.code === 'access' ? [] : told
  if (kind === 'throttled') return code === 0 ? [] : told
  if (/lost|500|late/.test(kind)) return code === 0 || !anonymous.test(at) ? [] : told
  // Nothing that a run waits for is measured by a clock that people set.
  if (kind.startsWith('clock')) return code === 0 && took < 2 * clean.took + 300_000 ? [] : told
  if (kind !== 'Ctrl-C') return []
  // What is under way is finished, with the calls that it still takes.
  const after = sent.slice(sent.findIndex(({ site }) => site === at)).filter(({ read }) => !read)
  return after.length > Math.max(20, 0.4 * clean.writes.length)
    ? [`P13 Ctrl-C at ${at}, and ${after.length} more changes`]
    : []
}

/** A teardown with these faults, then `teardown` until it is over. */
export async function removeWith(clean: Clean, seed: number, faults: readonly Fault[]): Promise<Findings> {
  const universe = new Universe(clean.example, seed, { store: clean.store, moment: clean.built })
  const findings: string[] = []
  const intents = watch(universe, findings)
  const first = await universe.run('teardown', { faults, deleteData: letGo, onSend: intents.onSend })
  findings.push(...wrongEnd(first, faults, clean.teardown))
  if (first.code !== 0) await until(universe, 'teardown', findings)
  await intents.read()
  await universe.settle()
  findings.push(
    ...differences(await portrait(universe), clean.empty).map(line => `P6 ${line}`),
    ...tallyDifferences(universe.cloud.removed(), clean.removed).map(line => `P9 removed ${line}`),
    ...tallyDifferences(universe.cloud.made(), {}).map(line => `P9 made ${line}`),
    ...universe.findings,
  )
  return findings
}

/** An `up` of a stack that stands, in which reads go wrong: nothing may be made, removed or forgotten. */
export async function rereadWith(clean: Clean, seed: number, faults: readonly Fault[]): Promise<Findings> {
  const universe = new Universe(clean.example, seed, { store: clean.store, moment: clean.built })
  const findings: string[] = []
  const first = await universe.run('up', { faults })
  findings.push(
    ...tallyDifferences(universe.cloud.made(), {}).map(line => `P9 made ${line}`),
    ...tallyDifferences(universe.cloud.removed(), {}).map(line => `P9 removed ${line}`),
  )
  if (first.code !== 0) await until(universe, 'up', findings)
  findings.push(
    ...differences(await portrait(universe), clean.whole).map(line => `P7 ${line}`),
    ...universe.findings,
  )
  return findings
}

/** Every single fault of a command: each write to AWS and each write to the disk, with each thing that can go wrong. */
export function singleFaults(ended: Ended): Fault[] {
  const calls = ended.sent.filter(({ read }) => !read).map(({ site }) => site)
  return [
    ...calls.flatMap(at => callFaults.map(kind => ({ at, kind }))),
    ...ended.ledgerSites.flatMap(at =>
      (at.startsWith('disk') ? diskFaults : tableFaults).map(kind => ({ at, kind })),
    ),
  ]
}

export function singleReadFaults(ended: Ended): Fault[] {
  const reads = ended.sent.filter(({ read, operation }) => read && operation !== 'GetCallerIdentity')
  return reads.flatMap(({ site: at }) => readFaults.map(kind => ({ at, kind })))
}
