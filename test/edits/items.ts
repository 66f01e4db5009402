import { isRecord } from '../../src/config/overlay.ts'
import type { Document, Fields, Path, Value } from './document.ts'
import { fieldsOf, valueAt, withValue } from './document.ts'
import type { Edit } from './edit.ts'
import { editOf } from './edit.ts'

/** Items of these sections are named elsewhere in the config. */
const referable = [
  'databases',
  'caches',
  'fileSystems',
  'buckets',
  'secrets',
  'parameters',
  'repositories',
  'notifications',
  'services',
]

/** What can be done with the named items at a path: `template` is what a new one looks like. */
export function itemEdits(document: Document, path: Path, template: Value): Edit[] {
  const names = Object.keys(itemsAt(document, path))
  const what = path.join('.')
  const areVariables = /\.(environment|agent|parameters)$|^tags$/.test(what)
  const name = what.endsWith('.agent') ? 'ECS_ADDED' : what.endsWith('.environment') ? 'ADDED' : 'added'
  const edit = (id: string, change: Edit['change']) => editOf(document, path, id, change)
  const add = (whole: Document) => withValue(whole, [...path, name], template)
  return [
    edit('with one more', add),
    ...names.flatMap(one => [
      edit(`without ${one}`, whole => without(whole, path, one)),
      edit(`with another in place of ${one}`, whole => add(without(whole, path, one))),
      ...(areVariables
        ? []
        : [edit(`${one} renamed`, whole => renamed(whole, path, one, `next-${one}`.slice(0, 31)))]),
    ]),
    ...(names.length > 1 ? [edit('in reverse order', whole => reversed(whole, path))] : []),
    ...names.slice(1).map((one, index) => {
      const before = names[index]!
      return edit(`${before} and ${one} swapped`, whole => swapped(whole, path, before, one))
    }),
  ]
}

/** A new item that a service uses from now on. */
export function useEdits(document: Document, section: string, template: Value): Edit[] {
  const name = 'added-and-used'
  return Object.keys(itemsAt(document, ['services'])).map(service => {
    const path = ['services', service, 'uses']
    const what = `with one more of ${section}`
    return editOf(document, path, what, whole => {
      const uses = valueAt(whole, path)
      const list = Array.isArray(uses) ? (uses as readonly Value[]) : []
      return withValue(withValue(whole, [section, name], template), path, [...list, name])
    })
  })
}

function itemsAt(document: Document, path: Path): Fields {
  return fieldsOf(valueAt(document, path))
}

function reversed(document: Document, path: Path): Document {
  return withValue(document, path, Object.fromEntries(Object.entries(itemsAt(document, path)).toReversed()))
}

function swapped(document: Document, path: Path, one: string, other: string): Document {
  const items = itemsAt(document, path)
  return withValue(document, path, { ...items, [one]: items[other], [other]: items[one] })
}

/** Without an item, and without what names it. */
function without(document: Document, path: Path, name: string): Document {
  const rest = withValue(document, [...path, name], undefined)
  return isNamedElsewhere(path) ? (mapped(rest, rename(path[0]!, name, undefined)) as Document) : rest
}

/** The item under another name, in the same place, and so wherever it is named. */
function renamed(document: Document, path: Path, from: string, to: string): Document {
  const items = Object.entries(itemsAt(document, path))
  const next = Object.fromEntries(items.map(([name, item]) => [name === from ? to : name, item]))
  const whole = withValue(document, path, next)
  return isNamedElsewhere(path) ? (mapped(whole, rename(path[0]!, from, to)) as Document) : whole
}

function isNamedElsewhere(path: Path): boolean {
  return path.length === 1 && referable.includes(path[0]!)
}

type Change = (text: string, key: string) => string | undefined

/** What becomes of a text that stands under a key. */
function rename(section: string, from: string, to: string | undefined): Change {
  const lists: Readonly<Record<string, string>> = {
    after: 'services',
    repository: 'repositories',
    notify: 'notifications',
  }
  return (text, key) => {
    const owner = lists[key]
    const isName = owner === undefined ? key === 'uses' && section !== 'services' : owner === section
    if (isName) return text === from ? to : text
    if (!text.includes(`\${${from}.`) || section === 'services') return text
    return to === undefined ? undefined : text.replaceAll(`\${${from}.`, `\${${to}.`)
  }
}

/** The same value with every text changed, under the name of the member or list that it stands in. */
function mapped(value: Value, change: Change, key = ''): Value | undefined {
  if (typeof value === 'string') return change(value, key)
  if (Array.isArray(value))
    return (value as readonly Value[]).flatMap(item => {
      // { files: /mount } under `uses`.
      const next = key === 'uses' && isRecord(item) ? mappedNames(item, change) : mapped(item, change, key)
      return next === undefined ? [] : [next]
    })
  if (!isRecord(value)) return value
  const members = Object.entries(value).flatMap(([name, member]) => {
    const next = member === undefined ? undefined : mapped(member, change, name)
    return next === undefined ? [] : [[name, next] as const]
  })
  return Object.fromEntries(members)
}

function mappedNames(uses: Fields, change: Change): Value | undefined {
  const members = Object.entries(uses).flatMap(([name, mount]) => {
    const next = change(name, 'uses')
    return next === undefined ? [] : [[next, mount] as const]
  })
  return members.length === 0 ? undefined : Object.fromEntries(members)
}
