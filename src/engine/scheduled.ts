import type { AnyObserved, Identity } from '../plan/decision.ts'
import { hasUnknown, resolve } from '../resources/reference.ts'
import type { Address } from '../resources/address.ts'
import type { ReadRequest } from '../resources/kind.ts'
import type { ObserveOptions } from './observe.ts'

/**
 * What of the desired state is absent from AWS only because its deletion is scheduled, by address: creating it brings back
 * the one that was there. Nothing is asked before the first run, when the stack has not deleted anything yet.
 */
export async function scheduledDeletions(
  { desired, ledger, kindOf, context, identityOf }: ObserveOptions & { readonly identity: Identity },
  observed: ReadonlyMap<Address, AnyObserved>,
): Promise<Map<Address, AnyObserved>> {
  if (!ledger && observed.size === 0) return new Map()
  const found = await Promise.all(
    desired.map(async ({ address, type, props, tags }) => {
      const { scheduled, findBy } = kindOf(type)
      if (!scheduled || observed.has(address)) return []
      const known = resolve(
        props,
        ({ reference, attribute }) => observed.get(reference)?.attributes[attribute],
      )
      const wanted = Object.fromEntries(
        Object.entries(known as object).filter(([, value]) => !hasUnknown(value)),
      )
      if (!findBy.every(name => name in wanted)) return []
      const request: ReadRequest<object, object> = {
        address,
        attributes: undefined,
        props: wanted,
        tags: { ...tags, ...identityOf(address) },
      }
      const [one] = await scheduled([request], context)
      return one ? [[address, one as AnyObserved] as const] : []
    }),
  )
  return new Map(found.flat())
}
