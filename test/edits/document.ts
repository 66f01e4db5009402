import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { parse, stringify } from 'yaml'
import { isRecord, overlaid } from '../../src/config/overlay.ts'

export type Value = string | number | boolean | null | readonly Value[] | Fields
export interface Fields {
  readonly [name: string]: Value | undefined
}

/** A config of one environment, as it stands in the file. */
export type Document = Fields

/** Names of members, and indexes as text. */
export type Path = readonly string[]

/** An example in one of its environments. */
export interface Subject {
  readonly example: string
  readonly environment: string
}

const examples = new URL('../../examples/', import.meta.url)

/** Every example that has a config in YAML, in each of its environments. */
export function subjects(): Subject[] {
  return readdirSync(examples)
    .filter(name => existsSync(new URL(`${name}/provision.yaml`, examples)))
    .toSorted()
    .flatMap(example => {
      const file = read(example)
      const named = Object.keys(fieldsOf(file['environments']))
      const own = typeof file['environment'] === 'string' ? [file['environment']] : []
      return (named.length > 0 ? named : own).map(environment => ({ example, environment }))
    })
}

export function titleOf({ example, environment }: Subject): string {
  return `${example} ${environment}`
}

/** The config of an example in one environment, the overlay merged into the rest. */
export function documentOf({ example, environment }: Subject): Document {
  const { environments, ...base } = read(example)
  const merged = overlaid(base, fieldsOf(environments)[environment] ?? {}) as Document
  return { ...merged, environment }
}

function read(example: string): Document {
  return parse(readFileSync(new URL(`${example}/provision.yaml`, examples), 'utf8')) as Document
}

export function textOf(document: Document): string {
  return stringify(document, { lineWidth: 0 })
}

export function identityOf(document: Document): { readonly stack: string; readonly environment: string } {
  return { stack: String(document['stack']), environment: String(document['environment']) }
}

/** The members of a value; none where it has none. */
export function fieldsOf(value: unknown): Fields {
  return isRecord(value) ? (value as Fields) : {}
}

/** What stands at a path. */
export function valueAt(value: Value | undefined, path: Path): Value | undefined {
  return path.reduce<Value | undefined>(
    (inside, name) => (Array.isArray(inside) ? inside[Number(name)] : fieldsOf(inside)[name]),
    value,
  )
}

/** The same with another value at a path; undefined takes it out. */
export function withValue<Whole extends Value>(whole: Whole, path: Path, value: Value | undefined): Whole {
  const [name, ...rest] = path
  if (name === undefined) return value as Whole
  if (Array.isArray(whole)) {
    const list = whole as readonly Value[]
    const index = Number(name)
    const inside = rest.length === 0 ? value : withValue(list[index] ?? {}, rest, value)
    return (inside === undefined
      ? list.toSpliced(index, 1)
      : list.toSpliced(index, 1, inside)) as unknown as Whole
  }
  const members = new Map(Object.entries(fieldsOf(whole)))
  const inside = rest.length === 0 ? value : withValue(members.get(name) ?? {}, rest, value)
  if (inside === undefined) members.delete(name)
  else members.set(name, inside)
  return Object.fromEntries(members) as Whole
}
