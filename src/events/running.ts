import type { Address } from '../resources/address.ts'
import type { RunAction, RunEvent } from './event.ts'
import { imageText } from './release-text.ts'

export interface Running {
  readonly address: Address
  readonly label: string
  readonly action: RunAction | 'release'
  /** Milliseconds since the epoch. */
  readonly since: number
  /** Usual time in seconds. */
  readonly usually: number
  /** AWS's own word, or what is being tried again. */
  readonly status?: string
}

/** Keeps account of what is under way, oldest first. */
export function follow(running: Map<Address, Running>, event: RunEvent, at: number): void {
  switch (event.type) {
    case 'resource.started': {
      const { address, label, action, usually } = event
      running.set(address, { address, label, action, usually, since: at })
      return
    }
    case 'resource.waiting':
    case 'resource.retrying': {
      const known = running.get(event.address)
      const status =
        event.type === 'resource.waiting' ? event.status : `again: ${event.operation}, ${event.reason}`
      if (known) running.set(event.address, { ...known, status })
      return
    }
    case 'release.started': {
      const { service: address, image } = event
      running.set(address, { address, label: imageText(image), action: 'release', usually: 0, since: at })
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
