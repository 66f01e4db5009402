import type { Host } from '../effects/effects.ts'
import type { LockHolder } from './ledger.ts'

export type HostView = Pick<Host, 'host' | 'isAlive' | 'boot' | 'startOf'>

/**
 * Whether the process that holds a lock still runs. `unknown` where it cannot be seen from here: on another host, or in
 * another container of this one, whose process ids mean something else.
 */
export function lifeOf(holder: Omit<LockHolder, 'id'>, here: HostView): 'alive' | 'dead' | 'unknown' {
  if (holder.host !== here.host) return 'unknown'
  if (holder.boot && here.boot) {
    if (holder.boot.id !== here.boot.id) return 'dead'
    if (holder.boot.namespace !== here.boot.namespace) return 'unknown'
  }
  if (!here.isAlive(holder.pid)) return 'dead'
  const started = here.startOf?.(holder.pid)
  const reused = holder.started !== undefined && started !== undefined && holder.started !== started
  return reused ? 'dead' : 'alive'
}
