import type { Clock } from '../effects/clock.ts'
import type { ServiceName } from './services.ts'

interface Rate {
  /** Calls that may leave at once. */
  readonly burst: number
  /** Calls a second after that. */
  readonly perSecond: number
}

interface ServiceRates {
  readonly read: Rate
  readonly write: Rate
}

const usual: ServiceRates = { read: { burst: 20, perSecond: 10 }, write: { burst: 20, perSecond: 5 } }

/** Below the published (or, where AWS publishes none, the observed) limits of an account and region. */
const rates: Partial<Record<ServiceName, ServiceRates>> = {
  ec2: { read: { burst: 90, perSecond: 18 }, write: { burst: 45, perSecond: 5 } },
  elbv2: { read: { burst: 20, perSecond: 6 }, write: { burst: 15, perSecond: 3 } },
  ecs: { read: { burst: 50, perSecond: 20 }, write: { burst: 40, perSecond: 5 } },
  iam: { read: { burst: 30, perSecond: 10 }, write: { burst: 20, perSecond: 5 } },
  rds: { read: { burst: 20, perSecond: 5 }, write: { burst: 10, perSecond: 2 } },
  elasticache: { read: { burst: 20, perSecond: 5 }, write: { burst: 10, perSecond: 2 } },
  cloudwatch: { read: { burst: 9, perSecond: 8 }, write: { burst: 8, perSecond: 2.5 } },
  // Five a second for the whole account is what Route 53 has long promised.
  route53: { read: { burst: 5, perSecond: 4 }, write: { burst: 5, perSecond: 2 } },
  applicationAutoScaling: { read: { burst: 10, perSecond: 5 }, write: { burst: 10, perSecond: 5 } },
  opensearch: { read: { burst: 5, perSecond: 1 }, write: { burst: 5, perSecond: 1 } },
  logs: { read: { burst: 10, perSecond: 5 }, write: { burst: 10, perSecond: 5 } },
}

/** A token bucket on a clock. Calls leave in the order in which they asked. */
export class RateLimit {
  readonly #clock: Clock
  readonly #rate: Rate
  #slowedUntil = -Infinity
  #nextFree = -Infinity

  constructor(rate: Rate, clock: Clock) {
    this.#clock = clock
    this.#rate = rate
  }

  /** Resolves when the call may leave. */
  async turn(signal?: AbortSignal): Promise<void> {
    const now = this.#clock.monotonic()
    const gap = (1000 / this.#rate.perSecond) * (now < this.#slowedUntil ? 2 : 1)
    // The bucket as one number: when the next token would be free if no burst were allowed.
    this.#nextFree = Math.max(this.#nextFree, now - gap * this.#rate.burst) + gap
    const wait = this.#nextFree - now
    if (wait > 0) await this.#clock.sleep(wait, signal)
  }

  /** After a throttle: half the rate for ten seconds. */
  slowDown(): void {
    this.#slowedUntil = this.#clock.monotonic() + 10_000
  }
}

/** One limit per service for reads and one for writes. */
export function rateLimits(clock: Clock): (service: ServiceName, write: boolean) => RateLimit {
  const made = new Map<string, RateLimit>()
  return (service, write) => {
    const key = `${service} ${write ? 'write' : 'read'}`
    const rate = (rates[service] ?? usual)[write ? 'write' : 'read']
    const limit = made.get(key) ?? new RateLimit(rate, clock)
    made.set(key, limit)
    return limit
  }
}
