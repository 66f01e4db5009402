import { ProvisionError } from '../errors.ts'
import { durationText } from '../events/duration.ts'
import { safe } from '../events/style.ts'
import type { LedgerContent } from './entry.ts'
import type { LockHolder } from './ledger.ts'

/** `ada on laptop (pid 100, job https://…) since 2026-01-01T00:00:00.000Z, 5m 00s ago: provision up (version 1.0.0)`. */
export function holderText(
  { user, host, pid, job, since, command, tool }: Omit<LockHolder, 'id'>,
  now: number,
): string {
  const work = job ? `, job ${job}` : ''
  const age = durationText(Math.max(0, now - since))
  return safe(
    `${user} on ${host} (pid ${pid}${work}) since ${new Date(since).toISOString()}, ${age} ago: ${command} (version ${tool})`,
  )
}

/** The refusal of a lock that someone else holds. */
export function lockedBy(location: string, by: LockHolder, now: number): ProvisionError {
  return new ProvisionError({
    code: 'locked',
    message: `${location} is locked by ${holderText(by, now)}`,
    hint: `Wait for that run (--lock-wait 10m), or if it has died: provision ledger unlock ${by.id}`,
  })
}

/** The refusal to unlock what nobody holds under this id. */
export function otherLock(location: string, id: string, current: LockHolder | undefined): ProvisionError {
  return new ProvisionError({
    code: 'locked',
    message: current
      ? `${location} is locked under the id ${current.id}, not ${id}.`
      : `${location} is not locked.`,
    hint: current ? `provision ledger unlock ${current.id}` : 'There is nothing to unlock',
  })
}

/** The end of a run whose lock someone else has now. */
export function lockLost(location: string): ProvisionError {
  return new ProvisionError({
    code: 'locked',
    message: `The lock of ${location} is no longer ours; nothing more is written, and nothing more is sent to AWS.`,
    hint: 'See who holds it (provision ledger history), then run the same command again: it resumes',
  })
}

/** The content, if it is that of this stack and has not moved away. */
export function checked(
  content: LedgerContent,
  location: string,
  expect: { readonly stack: string; readonly environment: string },
): LedgerContent {
  const { stack, environment, movedTo } = content.header
  if (stack !== expect.stack || environment !== expect.environment)
    throw new ProvisionError({
      code: 'ledger',
      message: `The ledger ${location} belongs to ${stack}/${environment}, not to ${expect.stack}/${expect.environment}.`,
      hint: 'Name the ledger of this stack with --ledger',
    })
  if (movedTo !== undefined)
    throw new ProvisionError({
      code: 'ledger',
      message: `The ledger ${location} has moved to ${movedTo}.`,
      hint: `Write ledger: ${movedTo} at the top of the config, or add --ledger ${movedTo}`,
      cause: { movedTo },
    })
  return content
}

/** True for the refusal to read what has moved away. */
export function hasMoved(error: unknown): boolean {
  const { cause } = error as { readonly cause?: unknown }
  return typeof cause === 'object' && cause !== null && 'movedTo' in cause
}
