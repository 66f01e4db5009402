import type { Decision } from '../plan/decision.ts'
import { normal } from '../plan/diff.ts'
import type { Address } from '../resources/address.ts'
import type { KindContext } from '../resources/kind.ts'
import type { Reference } from '../resources/reference.ts'
import { hasUnknown, referencesIn, resolve } from '../resources/reference.ts'
import type { Resource } from '../resources/resource.ts'
import type { RunOptions } from './run-plan.ts'

type Attributes = Readonly<Record<string, unknown>>

/** What a run knows of the stack by now: what is there, and what it has made a moment ago. */
export class Known {
  readonly #options: RunOptions
  readonly #attributes = new Map<Address, Attributes>()
  readonly #declared: ReadonlyMap<Address, Attributes>
  readonly #types: ReadonlyMap<Address, string>
  /** When each address was made in this run: whatever refers to it may not be seen by AWS yet. On the monotonic clock, milliseconds. */
  readonly #made = new Map<Address, number>()

  constructor(options: RunOptions) {
    this.#options = options
    this.#declared = new Map(
      options.plan.decisions.map(({ address, resource }) => [address, resource?.props ?? {}]),
    )
    this.#types = new Map(options.plan.decisions.map(({ address, type }) => [address, type]))
    for (const { address, action, observed } of options.plan.decisions)
      if (observed && action !== 'create' && action !== 'replace')
        this.#attributes.set(address, observed.attributes)
  }

  get attributes(): ReadonlyMap<Address, Attributes> {
    return this.#attributes
  }

  attributesOf(address: Address): Attributes | undefined {
    return this.#attributes.get(address)
  }

  set(address: Address, attributes: Attributes): void {
    this.#attributes.set(address, attributes)
  }

  making(address: Address): void {
    this.#made.set(address, this.#options.clock.monotonic())
  }

  madeAt(address: Address): number | undefined {
    return this.#made.get(address)
  }

  /** The desired props with every reference resolved that is known by now, in the kind's shape. */
  propsSoFar(decision: Decision): Readonly<Record<string, unknown>> {
    const lookup = ({ reference, attribute, declared }: Reference) =>
      declared ? this.#declared.get(reference)?.[attribute] : this.#attributes.get(reference)?.[attribute]
    const props = resolve((decision.resource as Resource).props, lookup) as Record<string, unknown>
    const present = Object.fromEntries(Object.entries(props).filter(([, value]) => value !== undefined))
    return normal(this.#options.kindOf(decision.type), present)
  }

  /** As `propsSoFar`. Throws where something is not known that the kind needs at once. */
  propsOf(decision: Decision): Readonly<Record<string, unknown>> {
    const present = this.propsSoFar(decision)
    const kind = this.#options.kindOf(decision.type)
    const unknown = Object.entries(present).find(
      ([name, value]) => hasUnknown(value) && !kind.late?.includes(name),
    )
    if (unknown) throw new TypeError(`${decision.address}: ${unknown[0]} is not known when it is needed`)
    return present
  }

  /** Patient where it, or something it refers to, was made in this run: AWS may not see that yet. */
  contextFor({ address, resource }: Decision): KindContext {
    const { context, patient } = this.#options
    const { props, after } = resource as Resource
    const named = [
      address,
      ...referencesIn(props).map(({ reference }) => reference),
      ...after.map(other => other.address),
    ]
    const fresh = named.filter(one => this.#made.has(one))
    return fresh.length === 0
      ? context
      : { ...context, aws: patient(Math.max(...fresh.map(one => this.#knownAt(one)))) }
  }

  /** When other services usually know of what was made in this run. */
  #knownAt(address: Address): number {
    const type = this.#types.get(address)
    const settles = type === undefined ? 0 : (this.#options.kindOf(type).settles ?? 0)
    return this.#made.get(address)! + settles * 1000
  }
}
