import type { Address } from '../resources/address.ts'
import type { Resource } from '../resources/resource.ts'
import type { LedgerContent } from '../state/entry.ts'
import type { AnyObserved } from './decision.ts'

type Props = Readonly<Record<string, unknown>>

/** The props of what exists at an address: as recorded, or as AWS shows them where nothing is recorded. */
export type KnownProps = (address: Address, type: string) => Props | undefined

export function knownProps(
  ledger: LedgerContent | undefined,
  observed: ReadonlyMap<Address, AnyObserved> = new Map(),
): KnownProps {
  return (address, type) => {
    const entry = ledger?.entries.get(address)
    if (!entry) return observed.get(address)?.props
    if (entry.type !== type) return undefined
    return 'props' in entry ? entry.props : observed.get(address)?.props
  }
}

/** The desired state with every generated name and number as the resource has it: it is kept for life. */
export function withKnownNames(desired: readonly Resource[], known: KnownProps): readonly Resource[] {
  return desired.map(resource => {
    const { address, type, props, tags, name, generated } = resource
    if (!generated) return resource
    const there = known(address, type)
    const kept = Object.entries(generated).flatMap(
      ([prop, { value }]): [string, unknown, string | number][] => {
        const now = there?.[prop]
        const isKnown = typeof now === 'number' || (typeof now === 'string' && now !== '')
        return isKnown && now !== value ? [[prop, value, now]] : []
      },
    )
    if (kept.length === 0) return resource
    const instead = (text: string) => String(kept.find(([, value]) => value === text)?.[2] ?? text)
    return {
      ...resource,
      props: { ...props, ...Object.fromEntries(kept.map(([prop, , now]) => [prop, now])) },
      tags: Object.fromEntries(Object.entries(tags).map(([key, value]) => [key, instead(value)])),
      ...(name === undefined ? {} : { name: instead(name) }),
    }
  })
}
