import type { Clock } from '../effects/clock.ts'
import type { AnyObserved } from '../plan/decision.ts'
import type { Address } from '../resources/address.ts'
import type { ObserveOptions } from './observe.ts'
import { observe } from './observe.ts'

/**
 * Observes until absence is proven. AWS's lists may for moments leave out what is there, and a plan that believes
 * them would build it again; so whatever the ledger knows and AWS does not show is asked for again, and counts as
 * there when any look has shown it.
 */
export async function observeSurely(
  options: ObserveOptions,
  clock: Clock,
): Promise<Map<Address, AnyObserved>> {
  const observed = new Map(await observe(options))
  const started = clock.monotonic()
  for (const seconds of [5, 15, 60]) {
    const missing = unproven(options, observed, seconds)
    if (missing.length === 0) continue
    await clock.sleep(started + seconds * 1000 - clock.monotonic())
    const again = await observe(options)
    for (const address of again.keys()) if (!observed.has(address)) observed.set(address, again.get(address)!)
  }
  return observed
}

/** Addresses whose absence would be acted on and is worth a look after so many seconds. */
function unproven(
  { ledger, kindOf }: ObserveOptions,
  observed: ReadonlyMap<Address, AnyObserved>,
  seconds: number,
): Address[] {
  return [...(ledger?.entries.values() ?? [])]
    .filter(({ address, type, status }) => {
      if (observed.has(address) || status === 'deleting') return false
      // Made by a run that died, if at all: a moment ago, and a second one could not be told from the first.
      if (status === 'creating') return kindOf(type).anonymous !== undefined
      return seconds < 60
    })
    .map(({ address }) => address)
}
