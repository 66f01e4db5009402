import type { Clock } from '../../effects/clock.ts'
import type { Files } from '../../effects/files.ts'
import type { Random } from '../../effects/random.ts'
import { ProvisionError } from '../../errors.ts'
import type { LockHolder, TakeOptions } from '../ledger.ts'
import type { HostView } from '../processes.ts'
import { lifeOf } from '../processes.ts'
import { lockedBy, otherLock } from '../refusals.ts'
import { holderSchema } from '../schema.ts'

export interface LockOptions {
  /** Of the ledger; the lock stands beside it. */
  readonly path: string
  readonly files: Files
  readonly clock: Clock
  readonly random: Random
  readonly host: HostView
}

export interface FileLock {
  holder(): LockHolder | undefined
  /** Takes the lock and gives its id. */
  take(holder: Omit<LockHolder, 'id'>, options: TakeOptions): Promise<string>
  /** Lets go what is held under this id; anyone else's lock stays. */
  release(id: string): void
  unlock(id: string): void
}

/** Milliseconds between two tries to take a lock that is waited for. */
const again = 500

export function fileLock({ path, files, clock, random, host }: LockOptions): FileLock {
  const file = `${path}.lock`
  /** Whoever makes this file may remove the lock of a dead holder; two who both found it dead must not. */
  const claim = (id: string) => `${file}.${id}`
  const hasDied = (holder: LockHolder) => lifeOf(holder, host) === 'dead'

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

  /** The id, or who is in the way: undefined when someone was, and has gone since. */
  function tryToTake(asked: Omit<LockHolder, 'id'>): { id: string } | { by: LockHolder | undefined } {
    const id = random.uuid()
    const text = `${JSON.stringify({ id, ...asked })}\n`
    if (files.createExclusively(file, text)) return { id }
    const dead = holder()
    if (dead && hasDied(dead)) removeDead(dead)
    if ((!dead || hasDied(dead)) && files.createExclusively(file, text)) return { id }
    return { by: holder() ?? dead }
  }

  return {
    holder,
    async take(asked, { wait = 0, onWait, signal }) {
      const deadline = clock.monotonic() + wait
      let shown: string | undefined
      for (;;) {
        const tried = tryToTake(asked)
        if ('id' in tried) return tried.id
        if (clock.monotonic() >= deadline) throw tried.by ? lockedBy(path, tried.by, clock.now()) : busy(path)
        if (tried.by && tried.by.id !== shown) onWait?.(tried.by)
        shown = tried.by?.id
        await clock.sleep(again, signal)
      }
    },
    release(id) {
      if (holder()?.id === id) files.remove(file)
    },
    unlock(id) {
      const current = holder()
      if (current?.id !== id) throw otherLock(path, id, current)
      if (lifeOf(current, host) === 'alive')
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

function busy(path: string): ProvisionError {
  return new ProvisionError({
    code: 'locked',
    message: `${path} was locked by another run a moment ago.`,
    hint: 'Try again',
  })
}
