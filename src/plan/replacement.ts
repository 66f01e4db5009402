import { besides } from '../resources/generated-name.ts'
import type { Address } from '../resources/address.ts'
import type { AnyKind } from '../resources/kind.ts'
import type { Reference } from '../resources/reference.ts'
import { resolve } from '../resources/reference.ts'
import type { Resource } from '../resources/resource.ts'
import type { Key } from './unique-keys.ts'
import { keysOf } from './unique-keys.ts'

type Props = Readonly<Record<string, unknown>>

/** The resource as it is made beside the one it replaces, or the key that AWS allows only one of the two to have. */
export type Beside = { readonly resource: Resource } | { readonly clash: Key }

/**
 * A generated name that the old one still has is replaced by what would be generated today or, where that is the same, by
 * one that differs: always in the same way for the same seed.
 */
export function beside(
  resource: Resource,
  kind: AnyKind,
  { before, after, seed }: { readonly before: Props; readonly after: Props; readonly seed: string },
): Beside {
  const taken = new Set(keysOf(kind, before).map(({ identity }) => identity))
  const clashes = (props: Props) => keysOf(kind, props).filter(({ identity }) => taken.has(identity))
  const names = clashes(after).flatMap(({ prop }) => {
    const generated = resource.generated?.[prop]
    if (!generated) return []
    const { value } = generated
    return [[prop, value === before[prop] ? besides(generated, seed) : value] as const]
  })
  const renamed = Object.fromEntries(names)
  const [clash] = clashes({ ...after, ...renamed })
  if (clash) return { clash }
  return { resource: named(resource, names) }
}

/**
 * A new resource under names of its own: what would be generated, or something else where another resource of the stack
 * has that name.
 */
export function dodging(
  resource: Resource,
  kind: AnyKind,
  {
    lookup,
    held,
    seed,
  }: {
    readonly lookup: (reference: Reference) => unknown
    readonly held: ReadonlyMap<string, Address>
    readonly seed: string
  },
): Resource {
  const { generated } = resource
  if (!generated) return resource
  const names = keysOf(kind, resolve(resource.props, lookup) as Props).flatMap(({ identity, prop }) => {
    const holder = held.get(identity)
    const one = generated[prop]
    return one && holder !== undefined && holder !== resource.address
      ? [[prop, besides(one, seed)] as const]
      : []
  })
  return named(resource, names)
}

/** With these names in its props, and wherever else their former values stand. */
function named(resource: Resource, names: readonly (readonly [string, string | number])[]): Resource {
  if (names.length === 0) return resource
  const was = new Map(names.map(([prop, name]) => [resource.props[prop], String(name)]))
  const instead = (text: string) => was.get(text) ?? text
  return {
    ...resource,
    props: { ...resource.props, ...Object.fromEntries(names) },
    tags: Object.fromEntries(Object.entries(resource.tags).map(([key, value]) => [key, instead(value)])),
    ...(resource.name === undefined ? {} : { name: instead(resource.name) }),
  }
}
