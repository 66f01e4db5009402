import { besides } from '../resources/generated-name.ts'
import type { AnyKind } from '../resources/kind.ts'
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
  if (names.length === 0) return { resource }
  const was = new Map(names.map(([prop, name]) => [resource.props[prop], name]))
  const instead = (text: string) => was.get(text) ?? text
  return {
    resource: {
      ...resource,
      props: { ...resource.props, ...renamed },
      tags: Object.fromEntries(Object.entries(resource.tags).map(([key, value]) => [key, instead(value)])),
      ...(resource.name === undefined ? {} : { name: instead(resource.name) }),
    },
  }
}
