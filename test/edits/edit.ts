import type { Document, Path, Value } from './document.ts'
import { valueAt, withValue } from './document.ts'

type Change = (document: Document) => Document

/** One edit of the config of a live stack. */
export interface Edit {
  /** What is typed to reproduce it: `services.web.port = 9090`. */
  readonly id: string
  /** What it is about. */
  readonly path: Path
  /** What a field becomes; undefined where it is taken out, and for edits of items. */
  readonly value?: Value | undefined
  /** Makes it in any config that has what it is about. */
  readonly change: Change
  /** The whole config afterwards. */
  readonly after: Document
}

/** An edit of a config, under the name that says what is done at the path. */
export function editOf(document: Document, path: Path, what: string, change: Change): Edit {
  return { id: `${path.join('.')} ${what}`, path, change, after: change(document) }
}

/** Another value at a path; undefined takes it out. `told`: what of it is new, where that is not all of it. */
export function edited(document: Document, path: Path, value: Value | undefined, told = value): Edit {
  const what = value === undefined ? 'removed' : `= ${JSON.stringify(told)}`
  return { ...editOf(document, path, what, whole => withValue(whole, path, value)), value }
}

/** One edit after another; undefined where they are about the same, or the first leaves nothing of the second. */
export function both(document: Document, first: Edit, second: Edit): Edit | undefined {
  const [one, other] = [first.path.join('.'), second.path.join('.')]
  if (one.startsWith(other) || other.startsWith(one)) return undefined
  if (valueAt(first.after, second.path.slice(0, -1)) === undefined) return undefined
  const change: Change = whole => second.change(first.change(whole))
  return { id: `${first.id} AND ${second.id}`, path: second.path, change, after: change(document) }
}
