import pRetry from 'p-retry'
import type { Clock } from '../effects/clock.ts'
import type { Random } from '../effects/random.ts'
import type { Meaning } from './errors.ts'
import { meaningOf } from './errors.ts'

/** How long to keep asking, and how often. Milliseconds. */
interface Patience {
  readonly budget: number
  readonly first: number
  readonly longest: number
  /** Full jitter: anything between nothing and the delay. Only where many callers might move in step. */
  readonly jitter?: true
}

const minutes = 60_000

/**
 * The only layer of retries: SDK clients run at one attempt. Errors without patience fail at once. What is in use is not
 * repeated here: the engine first asks what uses it.
 */
const patience: Partial<Record<Meaning, Patience>> = {
  throttled: { budget: 10 * minutes, first: 1000, longest: 20_000, jitter: true },
  // Dense, because a new role is usually known within ten seconds.
  propagating: { budget: 2 * minutes, first: 500, longest: 4000 },
  busy: { budget: 20 * minutes, first: 5000, longest: 5000 },
  // Whoever leaves it does so in this run, and within seconds.
  taken: { budget: 6000, first: 500, longest: 1000 },
}

/** Only for reads: asking again cannot do harm. */
const readAgain: Patience = { budget: 1 * minutes, first: 200, longest: 5000, jitter: true }

/** Only for writes that name a parent made in this run, which AWS may not see yet. */
const parentUnseen: Patience = { budget: 5 * minutes, first: 1000, longest: 5000 }

export interface RetryOptions {
  readonly clock: Clock
  readonly random: Random
  readonly operation: string
  /** True when something this call refers to was made a moment ago. */
  readonly parentsAreFresh: boolean
  /** When other services usually know of it, by the monotonic clock. */
  readonly knownAt?: number | undefined
  readonly signal?: AbortSignal | undefined
  readonly onRetry: (error: Error, meaning: Meaning, delay: number) => void
}

export function isRead(operation: string): boolean {
  return /^(describe|get|list|head|batchGet|filter|simulate)/.test(operation)
}

/** Runs `attempt` until it succeeds, fails for good, or AWS's usual time for that kind of trouble is over. */
export function withRetries<T>(attempt: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { clock, random, signal } = options
  const started = clock.monotonic()
  const tries = new Map<Meaning, number>()
  let again = false
  return pRetry(attempt, {
    retries: Infinity,
    // The waiting is done below, on our clock; p-retry's own delay would be real time.
    minTimeout: 0,
    maxTimeout: 0,
    ...(signal ? { signal } : {}),
    onFailedAttempt: async ({ error }) => {
      const meaning = meaningOf(error)
      const patient = patienceFor(meaning, options)
      const attempts = tries.get(meaning) ?? 0
      tries.set(meaning, attempts + 1)
      const delay = patient ? delayAfter(attempts, patient, meaning, options) : 0
      again = patient !== undefined && clock.monotonic() - started + delay <= patient.budget
      if (!patient || !again) return
      const wait = patient.jitter ? delay * random.number() : delay
      options.onRetry(error, meaning, wait)
      await clock.sleep(wait, signal)
    },
    shouldRetry: () => again,
  })
}

/** Milliseconds. Once refused as unknown, it is asked for again when it usually is known, and from then on as usual. */
function delayAfter(
  attempts: number,
  { first, longest }: Patience,
  meaning: Meaning,
  { clock, knownAt = 0 }: RetryOptions,
): number {
  const left = knownAt - clock.monotonic()
  return meaning === 'propagating' && left > 0
    ? Math.max(first, left)
    : Math.min(first * 2 ** attempts, longest)
}

function patienceFor(meaning: Meaning, { operation, parentsAreFresh }: RetryOptions): Patience | undefined {
  const read = isRead(operation)
  const removal = /^(delete|detach|disassociate|release|revoke|remove|deregister)/.test(operation)
  switch (meaning) {
    case 'maybe':
      return read ? readAgain : undefined
    case 'not-found':
      return parentsAreFresh && !read && !removal ? parentUnseen : undefined
    case 'propagating':
    case 'busy':
    case 'taken':
      return read ? undefined : patience[meaning]
    default:
      return patience[meaning]
  }
}
