import { lockOf, rowNames } from '../../src/state/dynamodb/rows.ts'
import type { Row, RowWrite } from '../../src/state/dynamodb/table.ts'
import type { Sent } from './network.ts'
import type { Process } from './process.ts'
import type { Time } from './time.ts'

/**
 * What is sent for a release while ECS carries it out: it needs no lock, since no ledger decides about it. Of a rule these
 * are the weights of the steps between ECS's own.
 */
function needsLock({ operation, input }: Sent): boolean {
  if (operation === 'ModifyRule') return 'Conditions' in (input as object)
  return !/^(Continue|Stop)ServiceDeployment$/.test(operation)
}

/** Milliseconds. What the others wait for, and what a call may take: said here again, since the source may be wrong. */
const lease = 60_000
const call = 35_000

/** Watches a ledger in a table from outside: who writes, and who changes AWS, without holding its lock. */
export class Fence {
  readonly findings: string[] = []
  readonly #time: Time
  readonly #rows: ReadonlyMap<string, Row>
  readonly #renewed = new Map<Process, number>()

  constructor(time: Time, rows: ReadonlyMap<string, Row>) {
    this.#time = time
    this.#rows = rows
  }

  /** P11: whoever writes holds the lock at that instant, and its epoch never decreases. */
  written(process: Process, writes: readonly RowWrite[], before: ReadonlyMap<string, Row>): void {
    const [was, is] = [lockIn(before), lockIn(this.#rows)]
    if ((is?.epoch ?? 0) < (was?.epoch ?? 0))
      this.findings.push(`P11 epoch ${was?.epoch} became ${is?.epoch}`)
    const rows = writes.map(write => ('put' in write ? write.put.row : write.remove.row))
    const others = rows.filter(row => row !== rowNames.lock)
    if (others.length > 0 && !isHeldBy(was, process))
      this.findings.push(`P11 ${process.name} wrote ${others.join(', ')} under the lock of ${ownerOf(was)}`)
    if (isHeldBy(is, process)) this.#renewed.set(process, this.#time.now())
  }

  /** P10: nothing is sent that could still be on its way when the lease is over. */
  sent(sent: Sent): void {
    const { process, read, operation } = sent
    if (read || !needsLock(sent)) return
    const lock = lockIn(this.#rows)
    const left = lease - (this.#time.now() - (this.#renewed.get(process) ?? -Infinity))
    if (!isHeldBy(lock, process))
      this.findings.push(`P10 ${process.name} sent ${operation} under the lock of ${ownerOf(lock)}`)
    else if (left < call)
      this.findings.push(`P10 ${process.name} sent ${operation} with ${left / 1000} s left of its lease`)
  }
}

type Lock = ReturnType<typeof lockOf>

function lockIn(rows: ReadonlyMap<string, Row>): Lock | undefined {
  const row = [...rows.values()].find(one => one.row === rowNames.lock)
  return row && lockOf(row)
}

function isHeldBy(lock: Lock | undefined, { pid, host }: Process): boolean {
  return lock?.held === true && lock.holder.pid === pid && lock.holder.host === host
}

function ownerOf(lock: Lock | undefined): string {
  return lock?.held ? `${lock.holder.pid} on ${lock.holder.host}` : 'nobody'
}
