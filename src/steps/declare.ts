import type { Kinds } from '../kinds/index.ts'
import type { Address } from '../resources/address.ts'
import type { Generated, GeneratedName, GeneratedNumber } from '../resources/generated-name.ts'
import { isGenerated } from '../resources/generated-name.ts'
import type { Kind, Tags } from '../resources/kind.ts'
import type { Input, Reference } from '../resources/reference.ts'
import type { After, Resource } from '../resources/resource.ts'

type Type = keyof Kinds
type Props<T extends Type> = Kinds[T] extends Kind<infer P, infer _A> ? P : never
type Attributes<T extends Type> = Kinds[T] extends Kind<infer _P, infer A> ? A : never

/** A declared resource, as later steps see it. */
export interface Handle<T extends Type = Type> {
  readonly address: Address
  /** Its attributes, as references. */
  readonly out: { readonly [K in keyof Attributes<T>]-?: Reference<Attributes<T>[K]> }
}

interface Options {
  /** The physical name; also its `Name` tag. */
  readonly name?: string | GeneratedName | undefined
  readonly after?: readonly After[] | undefined
  readonly awaits?: readonly string[] | undefined
  readonly keepsVersion?: boolean | undefined
  readonly held?: boolean | undefined
  readonly startedByRelease?: boolean | undefined
  readonly released?: readonly string[] | undefined
  readonly neededFor?: Address | undefined
  /** Where in the config it comes from. */
  readonly origin?: string | undefined
}

/**
 * Declares one resource. Props may hold references to what has been declared before. In an address the parts of a
 * configured thing stand after a dot, which no configured name can hold: `data/database.subnets`.
 */
export type Declare = <T extends Type>(
  address: Address,
  type: T,
  props: {
    readonly [K in keyof Props<T>]:
      | Input<Props<T>[K]>
      | (string extends Props<T>[K] ? GeneratedName : never)
      | (number extends Props<T>[K] ? GeneratedNumber : never)
  },
  options?: Options,
) => Handle<T>

/** A `Declare` and the list that it fills. */
export function declaration(tags: Tags): { readonly declare: Declare; readonly resources: Resource[] } {
  const resources: Resource[] = []
  const declare: Declare = (
    address,
    type,
    props,
    {
      name: named,
      after = [],
      awaits,
      keepsVersion,
      held,
      startedByRelease,
      released,
      neededFor,
      origin,
    } = {},
  ) => {
    const name = named === undefined ? undefined : String(named)
    const entries = Object.entries<unknown>(props).filter(([, value]) => value !== undefined)
    const generated = entries.filter((entry): entry is [string, Generated] => isGenerated(entry[1]))
    resources.push({
      address,
      type,
      props: Object.fromEntries(
        entries.map(([prop, value]) => [prop, isGenerated(value) ? value.value : value]),
      ),
      tags: name === undefined ? tags : { ...tags, Name: name },
      after,
      ...(generated.length > 0 ? { generated: Object.fromEntries(generated) } : {}),
      ...(awaits === undefined || awaits.length === 0 ? {} : { awaits }),
      ...(keepsVersion ? { keepsVersion } : {}),
      ...(held ? { held } : {}),
      ...(startedByRelease ? { startedByRelease } : {}),
      ...(released === undefined ? {} : { released }),
      ...(name === undefined ? {} : { name }),
      ...(neededFor === undefined ? {} : { neededFor }),
      ...(origin === undefined ? {} : { origin }),
    })
    return handle(address)
  }
  return { declare, resources }
}

/** Waits until the other is finished and ready. */
export function ready({ address }: { readonly address: Address }): After {
  return { address, needs: 'ready' }
}

/** Waits until AWS also takes changes of the other one; and AWS deletes that only when this one is gone. */
export function followsSettled({ address }: { readonly address: Address }): After {
  return { address, needs: 'settled', holds: true }
}

/** As `ready`; and AWS deletes the other one only when this one is gone. */
export function standsOn(other: { readonly address: Address }): After {
  return { ...ready(other), holds: true }
}

/** Waits until the create call of the other has answered. */
export function made({ address }: { readonly address: Address }): After {
  return { address, needs: 'id' }
}

// Which attributes a kind has is known to its type alone: loading the kinds would load what calls the SDK.
function handle<T extends Type>(address: Address): Handle<T> {
  const out = new Proxy({}, { get: (_, attribute) => ({ reference: address, attribute, holds: true }) })
  return { address, out: out as Handle<T>['out'] }
}
