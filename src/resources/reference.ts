import type { Address } from './address.ts'

/** A typed pointer to an attribute that another resource will have once AWS has made it. */
export interface Reference<T = unknown> {
  readonly reference: Address
  readonly attribute: string
  /**
   * True when AWS refuses to delete the target while the user of this reference exists (an id in a prop).
   * False for a value that is only copied (a host name in an environment variable): at teardown the target then
   * waits only until the deletion of its user has begun.
   */
  readonly holds: boolean
  /** It is a declared prop of the target, and so known before the target exists. */
  readonly declared?: true
  /** Never present; carries the attribute's type. */
  readonly value?: T
}

/** A string with references inside. */
export interface Template {
  readonly template: readonly (string | Reference)[]
}

/** The declared form of a prop: the value itself, or references anywhere inside it. */
export type Input<T> =
  | Reference<T>
  | (T extends string
      ? T | Template
      : T extends readonly (infer E)[]
        ? readonly Input<E>[]
        : T extends object
          ? { readonly [K in keyof T]: Input<T[K]> }
          : T)

/** Stands for a value that AWS will only give when the plan runs. */
export interface Unknown {
  readonly unknown: string
}

export function isReference(value: unknown): value is Reference {
  return isObject(value) && typeof value['reference'] === 'string' && typeof value['attribute'] === 'string'
}

export function isTemplate(value: unknown): value is Template {
  return isObject(value) && Array.isArray(value['template'])
}

export function isUnknown(value: unknown): value is Unknown {
  return isObject(value) && typeof value['unknown'] === 'string'
}

/** The same reference, marked as only copying its value. */
export function copied<T>(reference: Reference<T>): Reference<T> {
  return { ...reference, holds: false }
}

/** A template literal whose holes may be references: text`postgres://${db.out.host}:5432`. */
export function text(
  strings: TemplateStringsArray,
  ...holes: readonly (string | Reference | Template)[]
): Template {
  const parts: (string | Reference)[] = []
  strings.forEach((string, index) => {
    if (string) parts.push(string)
    const hole = holes[index]
    if (hole === undefined) return
    if (isTemplate(hole)) parts.push(...hole.template)
    else parts.push(isReference(hole) ? copied(hole) : hole)
  })
  return { template: parts }
}

/** Every reference inside a declared value, in the order of appearance. */
export function referencesIn(value: unknown): Reference[] {
  if (isReference(value)) return [value]
  if (isTemplate(value)) return value.template.filter(isReference).map(copied)
  if (Array.isArray(value)) return value.flatMap(referencesIn)
  if (isObject(value)) return Object.values(value).flatMap(referencesIn)
  return []
}

/**
 * The value with every reference replaced by what `lookup` gives. Where lookup gives undefined the result holds
 * an `Unknown`, and a template with an unknown part is unknown as a whole.
 */
export function resolve(value: unknown, lookup: (reference: Reference) => unknown): unknown {
  if (isReference(value)) return lookup(value) ?? unknownOf(value)
  if (isTemplate(value)) {
    const parts = value.template.map(part => (isReference(part) ? (lookup(part) ?? unknownOf(part)) : part))
    return parts.find(isUnknown) ?? parts.map(String).join('')
  }
  if (Array.isArray(value)) return value.map(member => resolve(member, lookup))
  if (isObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, resolve(member, lookup)]))
  return value
}

/** True when an `Unknown` stands anywhere inside. */
export function hasUnknown(value: unknown): boolean {
  if (isUnknown(value)) return true
  if (Array.isArray(value)) return value.some(hasUnknown)
  return isObject(value) && Object.values(value).some(hasUnknown)
}

function unknownOf(reference: Reference): Unknown {
  return { unknown: `${reference.reference}.${reference.attribute}` }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
