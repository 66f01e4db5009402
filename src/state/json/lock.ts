import type { Clock } from '../../effects/clock.ts'
import type { Host } from '../../effects/effects.ts'
import type { Files } from '../../effects/files.ts'
import type { Random } from '../../effects/random.ts'
import { ProvisionError } from '../../errors.ts'
import { durationText } from '../../events/duration.ts'
import type { LockHolder } from '../ledger.ts'
import { holderSchema } from './schema.ts'

export interface LockOptions {
  /** Of the ledger; the lock stands beside it. */
  readonly path: string
  readonly files: Files
  readonly clock: Clock
  readonly random: Random
  readonly host: Pick<Host, 'host' | 'isAlive'>
}

export interface FileLock {
  holder(): LockHolder | undefined
  /** Takes the lock and gives its id. */
  take(holder: Omit<LockHolder, 'id'>): string
  /** Lets go what is held under this id; anyone else's lock stays. */
  release(id: string): void
  unlock(id: string): void
}

export function fileLock({ path, files, clock, random, host }: LockOptions): FileLock {
  const file = `${path}.lock`
  /** Whoever makes this file may remove the lock of a dead holder; two who both found it dead must not. */
  const claim = (id: string) => `${file}.${id}`
  const hasDied = (holder: LockHolder) => holder.host === host.host && !host.isAlive(holder.pid)

  function holder(): LockHolder | undefined {
    const text = files.read(file)
    if (text === undefined) return undefined
    try {
      return holderSchema.parse(JSON.parse(text))
    } catch (cause) {
      throw new ProvisionError({
        code: 'locked',
        message: `The lock ${file} does not say who holds it.`,
        hint: `Make sure that no other run is going on, then remove ${file}`,
        cause,
      })
    }
  }

  function removeDead(dead: LockHolder): void {
    if (!files.createExclusively(claim(dead.id), '')) return
    if (holder()?.id === dead.id) files.remove(file)
    files.remove(claim(dead.id))
  }

  function take(asked: Omit<LockHolder, 'id'>): string {
    const id = random.uuid()
    const text = `${JSON.stringify({ id, ...asked })}\n`
    if (files.createExclusively(file, text)) return id
    const dead = holder()
    if (dead && hasDied(dead)) removeDead(dead)
    if ((!dead || hasDied(dead)) && files.createExclusively(file, text)) return id
    throw refusal(holder() ?? dead)
  }

  function refusal(by: LockHolder | undefined): ProvisionError {
    if (!by)
      return new ProvisionError({
        code: 'locked',
        message: `${path} was locked by another run a moment ago.`,
        hint: 'Try again',
      })
    const age = durationText(clock.now() - by.since)
    const since = new Date(by.since).toISOString()
    const job = by.job ? `, job ${by.job}` : ''
    return new ProvisionError({
      code: 'locked',
      message: `${path} is locked by ${by.user} on ${by.host} (pid ${by.pid}${job}) since ${since}, ${age} ago: ${by.command}`,
      hint: `Wait for that run, or if it has died: provision ledger unlock ${by.id}`,
    })
  }

  return {
    holder,
    take,
    release(id) {
      if (holder()?.id === id) files.remove(file)
    },
    unlock(id) {
      const current = holder()
      if (current?.id !== id)
        throw new ProvisionError({
          code: 'locked',
          message: current
            ? `${path} is locked under the id ${current.id}, not ${id}.`
            : `${path} is not locked.`,
          hint: current ? `provision ledger unlock ${current.id}` : 'There is nothing to unlock',
        })
      if (current.host === host.host && host.isAlive(current.pid))
        throw new ProvisionError({
          code: 'locked',
          message: `The holder of this lock is still running: pid ${current.pid} on this host.`,
          hint: `Stop it first: kill -INT ${current.pid}`,
        })
      files.remove(file)
      files.remove(claim(id))
    },
  }
}
