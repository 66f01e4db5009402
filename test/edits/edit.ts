import type { Document, Path, Value } from './document.ts'
import { valueAt, withValue } from './document.ts'

/** One edit of the config of a live stack. */
export interface Edit {
  /** What is typed to reproduce it: `services.web.port = 9090`. */
  readonly id: string
  /** What it is about. */
  readonly path: Path
  /** What stands there afterwards; undefined where nothing does. */
  readonly value?: Value | undefined
  /** The whole config afterwards. */
  readonly after: Document
}

/** Another value at a path; undefined takes it out. `told`: what of it is new, where that is not all of it. */
export function edited(document: Document, path: Path, value: Value | undefined, told = value): Edit {
  const what = path.join('.')
  return {
    id: value === undefined ? `${what} removed` : `${what} = ${JSON.stringify(told)}`,
    path,
    value,
    after: withValue(document, path, value),
  }
}

/** One edit after another. An edit of what the first has taken away changes nothing more. */
export function both(document: Document, first: Edit, second: Edit): Edit | undefined {
  const { path, value } = second
  if (path.length === 0 || valueAt(first.after, path.slice(0, -1)) === undefined) return undefined
  if (first.path.join('.').startsWith(path.join('.')) || path.join('.').startsWith(first.path.join('.')))
    return undefined
  return {
    id: `${first.id} AND ${second.id}`,
    path,
    after: withValue(first.after, path, value),
  }
}
