import { isRecord } from '../../src/config/overlay.ts'
import type { Document, Fields, Path, Value } from './document.ts'
import { fieldsOf, valueAt, withValue } from './document.ts'
import type { Edit } from './edit.ts'

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
  const items = fieldsOf(valueAt(document, path))
  const names = Object.keys(items)
  const what = path.join('.')
  const isVariable = /\.(environment|agent|parameters)$|^tags$/.test(what)
  const added = what.endsWith('.agent') ? 'ECS_ADDED' : what.endsWith('.environment') ? 'ADDED' : 'added'
  const edit = (id: string, after: Document): Edit => ({ id: `${what} ${id}`, path, after })
  const withItems = (next: Fields) => withValue(document, path, next)
  const add = (base: Document): Document => withValue(base, [...path, added], template)
  const without = (name: string) => forgotten(withValue(document, [...path, name], undefined), path, name)
  return [
    edit('with one more', add(document)),
    ...names.flatMap(name => [
      edit(`without ${name}`, without(name)),
      edit(`with another in place of ${name}`, add(without(name))),
      ...(isVariable
        ? []
        : [edit(`${name} renamed`, renamed(document, path, name, `next-${name}`.slice(0, 31)))]),
    ]),
    ...(names.length > 1
      ? [edit('in reverse order', withItems(Object.fromEntries(Object.entries(items).toReversed())))]
      : []),
    ...names.slice(1).map((name, index) => {
      const before = names[index]!
      return edit(
        `${before} and ${name} swapped`,
        withItems({ ...items, [before]: items[name]!, [name]: items[before]! }),
      )
    }),
  ]
}

/** The item under another name, in the same place, and so wherever it is named. */
function renamed(document: Document, path: Path, from: string, to: string): Document {
  const items = Object.entries(fieldsOf(valueAt(document, path)))
  const next = Object.fromEntries(items.map(([name, item]) => [name === from ? to : name, item]))
  const whole = withValue(document, path, next)
  return isNamedElsewhere(path) ? (mapped(whole, rename(path[0]!, from, to)) as Document) : whole
}

/** Without what names an item that is no longer there. */
function forgotten(document: Document, path: Path, name: string): Document {
  return isNamedElsewhere(path) ? (mapped(document, rename(path[0]!, name, undefined)) as Document) : document
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
