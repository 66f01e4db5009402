import type { Clock } from '../../src/effects/clock.ts'
import { advanceServices } from '../../src/sandbox/ecs/deployment.ts'
import type { World } from '../../src/sandbox/world.ts'
import type { ClientRequest } from './client.ts'
import { unanswered } from './client.ts'

/** A time in which nobody answered a request. Milliseconds since the epoch; seconds are those that were looked at. */
export interface Outage {
  readonly request: ClientRequest
  readonly from: number
  to: number
  seconds: number
  readonly reason: string
}

const second = 1000

/** Asks for each of these every virtual second. */
export class TrafficProbe {
  readonly outages: Outage[] = []
  readonly #world: World
  readonly #requests: readonly ClientRequest[]
  readonly #open = new Map<ClientRequest, Outage>()

  constructor(world: World, requests: readonly ClientRequest[]) {
    this.#world = world
    this.#requests = requests
  }

  /** Looks now and every second from now on, until the signal is aborted. */
  async watch(clock: Clock, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.look()
      await clock.sleep(second, signal).catch(() => undefined)
    }
  }

  look(): void {
    const now = this.#world.now()
    if (this.#requests.length === 0) return
    advanceServices(this.#world)
    for (const request of this.#requests) {
      const reason = unanswered(this.#world, request)
      const open = this.#open.get(request)
      if (reason === undefined) {
        this.#open.delete(request)
        continue
      }
      if (open) {
        open.to = now
        open.seconds++
        continue
      }
      const outage = { request, from: now, to: now, seconds: 1, reason }
      this.#open.set(request, outage)
      this.outages.push(outage)
    }
  }
}

/** `http://host/path`, as a person would type it. */
export function urlOf({ host, port, path }: ClientRequest): string {
  return port === 443 ? `https://${host}${path}` : `http://${host}${port === 80 ? '' : `:${port}`}${path}`
}
