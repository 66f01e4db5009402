import { isDeepStrictEqual } from 'node:util'
import { jsonSchema } from '../../src/config/json-schema.ts'
import { isRecord } from '../../src/config/overlay.ts'
import type { Document, Fields, Path, Value } from './document.ts'
import { fieldsOf, withValue } from './document.ts'
import type { Edit } from './edit.ts'
import { edited } from './edit.ts'
import { itemEdits, useEdits } from './items.ts'
import { meaningful, together } from './values.ts'

export interface Schema {
  readonly type?: string | readonly string[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: Schema | boolean
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  readonly enum?: readonly Value[]
  readonly const?: Value
  readonly default?: Value
  readonly pattern?: string
  readonly minimum?: number
  readonly maximum?: number
}

/** Whose the stack is: with another name it is another stack. */
const identity = ['$schema', 'stack', 'environment', 'environments']

export function stackFields(): Readonly<Record<string, Schema>> {
  const { properties = {} } = jsonSchema() as Schema
  return Object.fromEntries(Object.entries(properties).filter(([name]) => !identity.includes(name)))
}

/** Sections whose items services use. */
const usable = ['databases', 'caches', 'fileSystems', 'buckets', 'secrets', 'parameters']

/** Where a field stands in the schema, and in the config. */
interface Place {
  /** `services.*.port`. */
  readonly pattern: string
  /** `services.web.port`. */
  readonly path: Path
}

const inside = ({ pattern, path }: Place, name: string, shape = name): Place => ({
  pattern: pattern === '' ? shape : `${pattern}.${shape}`,
  path: [...path, name],
})

/** Every edit of one field: set, changed, removed; and every edit of the named items. */
export function fieldEdits(document: Document): Edit[] {
  const fields = stackFields()
  return [
    ...fieldsIn({ properties: fields }, { pattern: '', path: [] }, document, document),
    ...usable.flatMap(section => {
      const item = fields[section]!.additionalProperties as Schema
      return useEdits(document, section, candidates(item, `${section}.*`, undefined)[0]!)
    }),
  ]
}

/** The edits of a value that is there, and of what is in it. */
function present(schema: Schema, place: Place, value: Value, document: Document): Edit[] {
  const { path, pattern } = place
  return [
    edited(document, path, undefined),
    ...candidates(schema, pattern, value)
      .filter(candidate => !isDeepStrictEqual(candidate, value))
      .map(candidate => edited(document, path, candidate)),
    ...(together[pattern] ?? []).map(fields =>
      edited(document, path, { ...fieldsOf(value), ...fields }, fields),
    ),
    ...within(schema, place, value, document),
  ]
}

/** The edits of what a value holds. */
function within(schema: Schema, place: Place, value: Value, document: Document): Edit[] {
  const branch = branchFor(schema, value)
  if (!branch) return []
  if (Array.isArray(value)) return listEdits(branch, place, value as readonly Value[], document)
  if (branch.properties) return fieldsIn(branch, place, value as Fields, document)
  const { additionalProperties: item } = branch
  if (!isRecord(item)) return []
  const items = Object.entries(fieldsOf(value))
  return [
    ...itemEdits(document, place.path, candidates(item, `${place.pattern}.*`, undefined)[0]!),
    ...items.flatMap(([name, member]) =>
      // Taking out an item is an edit of items.
      present(item, inside(place, name, '*'), member!, document).filter(
        ({ path, value: after }) => after !== undefined || path.length > place.path.length + 1,
      ),
    ),
  ]
}

function fieldsIn({ properties = {} }: Schema, place: Place, value: Fields, document: Document): Edit[] {
  return Object.entries(properties)
    .filter(([name]) => place.pattern !== '' || !identity.includes(name))
    .flatMap(([name, field]) => {
      const at = inside(place, name)
      const member = value[name]
      return member === undefined ? absent(field, at, document) : present(field, at, member, document)
    })
}

/** The edits of what is not there: set to each value, and with each field that such a value may have. */
function absent(schema: Schema, place: Place, document: Document): Edit[] {
  const { path, pattern } = place
  const values = candidates(schema, pattern, undefined)
  const sets = values.map(candidate => edited(document, path, candidate))
  const holder = values.find(candidate => isRecord(candidate) || Array.isArray(candidate))
  const base = holder ?? (branchFor(schema, {}) ? {} : undefined)
  if (base === undefined) return sets
  const branch = branchFor(schema, base)
  if (branch?.additionalProperties !== undefined && isRecord(branch.additionalProperties))
    return itemEdits(document, path, candidates(branch.additionalProperties, `${pattern}.*`, undefined)[0]!)
  const filled = withValue(document, path, base)
  const fields = Array.isArray(base)
    ? base.slice(0, 1).flatMap(item => inItem(branch?.items, place, item as Value, filled))
    : branch?.properties
      ? unset(branch, place, base, filled)
      : []
  return [...sets, ...fields]
}

/** Only what is not there yet: the rest of an object that has just been put there is no edit of its own. */
function unset({ properties = {} }: Schema, place: Place, value: Fields, document: Document): Edit[] {
  return Object.entries(properties).flatMap(([name, field]) =>
    value[name] === undefined ? absent(field, inside(place, name), document) : [],
  )
}

function inItem(items: Schema | undefined, place: Place, item: Value, document: Document): Edit[] {
  const branch = items && branchFor(items, item)
  return branch?.properties && isRecord(item) ? unset(branch, inside(place, '0', '#'), item, document) : []
}

function listEdits({ items = {} }: Schema, place: Place, list: readonly Value[], document: Document): Edit[] {
  const { path, pattern } = place
  const [more] = candidates(items, `${pattern}.#`, undefined)
  const lists = [
    ...(list.length > 1 ? [list.slice(1), list.slice(0, -1), list.toReversed()] : []),
    ...(more === undefined || list.includes(more) ? [] : [[...list, more]]),
  ]
  return [
    ...lists.map(other => edited(document, path, other)),
    ...list.flatMap((item, index) =>
      isRecord(item) ? within(items, inside(place, String(index), '#'), item as Value, document) : [],
    ),
  ]
}

function branchesOf(schema: Schema): Schema[] {
  return schema.anyOf ? schema.anyOf.flatMap(branchesOf) : [schema]
}

/** The alternative that a list or an object follows. */
function branchFor(schema: Schema, value: Value): Schema | undefined {
  return branchesOf(schema).find(branch =>
    Array.isArray(value)
      ? branch.items !== undefined
      : isRecord(value) && (branch.properties !== undefined || isRecord(branch.additionalProperties)),
  )
}

/** Values to try, those that mean something first of all. */
export function candidates(schema: Schema, pattern: string, value: Value | undefined): readonly Value[] {
  const listed = pattern.endsWith('.#') ? meaningful[pattern.slice(0, -2)]?.flat(1) : undefined
  if (!meaningful[pattern] && listed?.length) return listed
  return meaningful[pattern] ?? branchesOf(schema).flatMap(branch => byType(branch, pattern, value))
}

function byType(schema: Schema, pattern: string, value: Value | undefined): readonly Value[] {
  if (schema.const !== undefined) return [schema.const]
  if (schema.enum) return schema.enum
  if (schema.items)
    return candidates(schema.items, `${pattern}.#`, undefined)
      .slice(0, 1)
      .map(item => [item])
  if (schema.properties) return [complete(schema, pattern)]
  if (isRecord(schema.additionalProperties)) {
    const [item] = candidates(schema.additionalProperties, `${pattern}.*`, undefined)
    return item === undefined ? [] : [{ added: item }]
  }
  switch ([schema.type].flat()[0]) {
    case 'boolean':
      return [true, false]
    case 'integer':
    case 'number':
      return [another(schema, value)]
    case 'string':
      if (schema.pattern !== undefined)
        throw new TypeError(`values.ts has no value for ${pattern}, which has to match ${schema.pattern}`)
      return [typeof value === 'string' ? `${value} changed` : 'changed']
    default:
      throw new TypeError(`no value is known for ${pattern}`)
  }
}

/** An object with no more than it has to have. */
function complete({ properties = {}, required = [] }: Schema, pattern: string): Fields {
  return Object.fromEntries(
    required.map(name => [name, candidates(properties[name]!, `${pattern}.${name}`, undefined)[0]!]),
  )
}

function another(
  { minimum = 1, maximum = Infinity, default: usual }: Schema,
  value: Value | undefined,
): number {
  const from = typeof value === 'number' ? value : typeof usual === 'number' ? usual : Math.max(1, minimum)
  return from + 1 <= maximum ? from + 1 : from - 1
}
