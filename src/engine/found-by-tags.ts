import { owned } from '../aws/owned.ts'
import { addressTag, isTaggedAs } from '../aws/tags.ts'
import type { Clock } from '../effects/clock.ts'
import type { AnyObserved, Identity } from '../plan/decision.ts'
import type { Address } from '../resources/address.ts'
import { observeSurely } from './absence.ts'
import type { ObserveOptions } from './observe.ts'
import { observe } from './observe.ts'

/**
 * Observes, and finds by its tags what the ledger does not know and what has another name than would be generated
 * today. AWS is asked about tags only where something else of the stack has been found without the ledger.
 */
export async function observeNamed(
  options: ObserveOptions & { readonly identity: Identity },
  clock: Clock,
): Promise<Map<Address, AnyObserved>> {
  const observed = await observeSurely(options, clock)
  const { desired, ledger, kindOf, context, identity, identityOf } = options
  const unknown = desired.filter(({ address }) => !ledger?.entries.has(address))
  const missing = new Map(
    unknown
      .filter(({ address, type, generated }) => generated && !observed.has(address) && kindOf(type).fromArn)
      .map(({ address, type }) => [address, kindOf(type)]),
  )
  const isOld = unknown.some(({ address }) => {
    const tags = observed.get(address)?.tags
    return tags !== undefined && isTaggedAs(tags, identityOf(address))
  })
  if (missing.size === 0 || !isOld) return observed
  const hints = new Map<Address, Readonly<Record<string, unknown>>>()
  for (const { arn, tags } of await owned(context.aws, identity)) {
    const address = tags[addressTag] ?? ''
    const attributes = missing.get(address)?.fromArn?.(arn)
    if (attributes) hints.set(address, attributes as Readonly<Record<string, unknown>>)
  }
  if (hints.size === 0) return observed
  // Once more, because what stands in something that was missing could not be found either.
  const again = await observe({ ...options, hints })
  for (const [address, found] of again) if (!observed.has(address)) observed.set(address, found)
  return observed
}
