import { canonical } from './json.ts'
import type { KindContext } from './kind.ts'
import { isUnknown } from './reference.ts'

/**
 * A collection inside of a resource that others add to: by hand, by a policy of the organisation, by another tool.
 * `left alone`: what neither the desired state nor the last run names is shown, and nothing is done about it; it goes when
 * AWS deletes it with the resource. `reverted`: it is drift, and the next `up` takes it back.
 */
export type Addition<P, A> = { readonly what: string } & (
  | { readonly rule: 'reverted' }
  /** `Observed.unmanaged` tells of it. */
  | { readonly rule: 'left alone'; readonly seen: 'by read' }
  /** A prop holds the members; the engine takes those of others out before it compares. */
  | {
      readonly rule: 'left alone'
      readonly seen: 'in a prop'
      readonly prop: keyof P & string
      readonly members: Members
      /** A member for people, by its name. */
      line(name: string): string
    }
  /** `look` asks for what `read` does not show: for a plan that is shown, not for each run. */
  | {
      readonly rule: 'left alone'
      readonly seen: 'by looking'
      look(attributes: A, context: KindContext): Promise<readonly Seen[]>
    }
  /** AWS does not tell who has added what. */
  | { readonly rule: 'left alone'; readonly seen: 'never' }
)

/** Something inside of a resource. */
export interface Seen {
  /** For people. */
  readonly line: string
  /** Attributes by which a resource of the stack is known to be this very thing. */
  readonly is?: Readonly<Record<string, unknown>>
}

/** How the members of a prop are told apart. Pure; a value may hold `Unknown`s. */
export interface Members {
  /** By name. */
  in(value: unknown): Readonly<Record<string, unknown>>
  /** The value with these members only. */
  only(value: unknown, names: ReadonlySet<string>): unknown
  /** The value with the members of another one that it lacks. */
  joined(value: unknown, more: unknown): unknown
}

/** An array whose members are known by what `nameOf` says of them. */
export function listed<T>(nameOf: (member: T) => string): Members {
  const all = (value: unknown) => (Array.isArray(value) ? (value as readonly T[]) : [])
  const name = (member: T) => (isUnknown(member) ? canonical(member) : nameOf(member))
  return {
    in: value => Object.fromEntries(all(value).map(member => [name(member), member])),
    only: (value, names) => all(value).filter(member => names.has(name(member))),
    joined: (value, more) => {
      const known = new Set(all(value).map(name))
      return [...all(value), ...all(more).filter(member => !known.has(name(member)))]
    },
  }
}

/** An array of texts. */
export const texts: Members = listed<string>(text => text)

/** An object whose members are known by their keys. */
export const keyed: Members = {
  in: value => entriesOf(value),
  only: (value, names) =>
    Object.fromEntries(Object.entries(entriesOf(value)).filter(([name]) => names.has(name))),
  joined: (value, more) => ({ ...entriesOf(more), ...entriesOf(value) }),
}

function entriesOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !isUnknown(value)
    ? (value as Readonly<Record<string, unknown>>)
    : {}
}
