import type { Address } from '../resources/address.ts'
import type { RunAction, RunEvent } from './event.ts'
import { imageText } from './release-text.ts'

export interface Running {
  readonly address: Address
  readonly label: string
  readonly action: RunAction | 'release'
  /** Milliseconds in which it was worked on before `since`. */
  readonly worked: number
  /** Since when it is worked on without a break, in milliseconds since the epoch; undefined while it waits. */
  readonly since: number | undefined
  /** The resource that it waits for. */
  readonly waitsFor?: Address | undefined
  /** Usual time in seconds. */
  readonly usually: number
  /** AWS's own word, or what is being tried again. */
  readonly status?: string | undefined
}

/** Milliseconds in which it was worked on. */
export function workedOn({ worked, since }: Running, now: number): number {
  return since === undefined ? worked : worked + now - since
}

/** What is worked on, and behind it what waits for another resource. */
export function inOrder(running: ReadonlyMap<Address, Running>): {
  readonly working: readonly Running[]
  readonly waiting: readonly Running[]
} {
  const all = [...running.values()]
  return {
    working: all.filter(({ waitsFor }) => waitsFor === undefined),
    waiting: all.filter(({ waitsFor }) => waitsFor !== undefined),
  }
}

/** Keeps account of what is under way, oldest first. */
export function follow(running: Map<Address, Running>, event: RunEvent, at: number): void {
  switch (event.type) {
    case 'resource.started': {
      const { address, label, action, usually } = event
      running.set(address, { address, label, action, usually, worked: 0, since: at })
      return
    }
    case 'resource.waiting': {
      const known = running.get(event.address)
      if (!known) return
      if (event.for === undefined) running.set(event.address, { ...known, status: event.status })
      else {
        const worked = workedOn(known, at)
        running.set(event.address, { ...known, worked, since: undefined, waitsFor: event.for })
      }
      return
    }
    case 'resource.continued': {
      const known = running.get(event.address)
      if (known) running.set(event.address, { ...known, since: at, waitsFor: undefined, status: undefined })
      return
    }
    case 'release.started': {
      const { service: address, image } = event
      const label = imageText(image)
      running.set(address, { address, label, action: 'release', usually: 0, worked: 0, since: at })
      return
    }
    case 'release.waiting': {
      const known = running.get(event.service)
      if (known) running.set(event.service, { ...known, status: event.reason })
      return
    }
    case 'release.finished':
      running.delete(event.service)
      return
    case 'resource.done':
    case 'resource.failed':
    case 'resource.skipped':
    case 'resource.kept':
      running.delete(event.address)
      return
    default:
  }
}
