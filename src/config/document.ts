import type { Document, Node, Pair, Scalar, YAMLMap } from 'yaml'
import { isMap, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml'
import { tooDeepAt } from './nesting.ts'
import type { Finding, Path } from './problems.ts'

interface Position {
  readonly line: number
  readonly column: number
}

/** A config file as read: its value, and where each part of it stands. */
export interface ConfigDocument {
  readonly value: unknown
  /** Of the key, or of the value, at `path`; else of the nearest parent. `exact` when the path itself is there. */
  position(path: Path, atKey?: boolean): (Position & { readonly exact: boolean }) | undefined
  /** How a scalar is written: `16.10` where its value is 16.1. */
  written(path: Path): string | undefined
}

/** A problem that the file has before anybody asks what it means. */
interface SyntaxProblem extends Position {
  readonly message: string
  readonly fix: string
}

const largest = 1024 * 1024
const mostAliases = 100

/** Reads YAML, or JSON, which is YAML too. */
export function readDocument(
  source: string,
): { readonly document: ConfigDocument } | { readonly problems: readonly SyntaxProblem[] } {
  const start = { line: 1, column: 1 }
  if (source.length > largest)
    return {
      problems: [{ ...start, message: 'is larger than 1 MB', fix: 'Split the stack or remove data.' }],
    }

  const lines = new LineCounter()
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(1, line), column: Math.max(1, col) }
  }
  const deep = tooDeepAt(source)
  if (deep) return { problems: [{ ...deep, message: 'is nested too deeply', fix: 'Take out levels.' }] }

  const document = parseDocument(source, {
    lineCounter: lines,
    prettyErrors: false,
    // The parser compares each key with all before it: minutes for a file of 1 MB.
    uniqueKeys: false,
    // `!!binary` and `!!set` make what no config has.
    resolveKnownTags: false,
  })
  const problems: SyntaxProblem[] = [
    ...[...document.errors, ...document.warnings].map(({ message, pos }) => ({
      ...at(pos[0]),
      message,
      fix: 'Correct the YAML here.',
    })),
    ...refusedKeys(document).map(({ offset, message, fix }) => ({ ...at(offset), message, fix })),
  ]
  if (problems.length > 0) return { problems }
  try {
    return { document: documentOf(document.toJS({ maxAliasCount: mostAliases }), document, at) }
  } catch (error) {
    // Thrown for aliases that multiply; nothing else is left to go wrong here.
    const message = error instanceof Error ? error.message : String(error)
    return { problems: [{ ...start, message, fix: 'Write the values out instead of using aliases.' }] }
  }
}

/** A config that a program gave: it has no lines. */
export function valueDocument(value: unknown): ConfigDocument {
  return { value, position: () => undefined, written: () => undefined }
}

function isForbiddenKey(key: string): boolean {
  return key === '__proto__' || key === 'constructor' || key === 'prototype'
}

function refusedKeys(document: Document) {
  const refused: { offset: number; message: string; fix: string }[] = []
  visit(document, {
    Map: (_, map) => {
      for (const key of repeatedKeys(map))
        refused.push({
          offset: key.range?.[0] ?? 0,
          message: 'the same key stands twice',
          fix: 'Keep one of them.',
        })
    },
    Alias: (_, alias, above) => {
      const meant = alias.resolve(document)
      if (meant && above.includes(meant))
        refused.push({
          offset: alias.range?.[0] ?? 0,
          message: 'stands inside of what it means',
          fix: 'Write the value out instead of using an alias.',
        })
    },
    Pair: (_, { key }) => {
      const offset = (key as Node | null)?.range?.[0] ?? 0
      if (!isScalar(key))
        refused.push({ offset, message: 'a key has to be a plain word', fix: 'Use a word as the key.' })
      else if (key.value === '<<')
        refused.push({
          offset,
          message: 'merge keys are not supported',
          fix: 'Use `environments` for what differs.',
        })
      else if (isForbiddenKey(String(key.value)))
        refused.push({ offset, message: `"${String(key.value)}" cannot be a key`, fix: 'Use another name.' })
    },
  })
  return refused
}

function repeatedKeys({ items }: YAMLMap): Scalar[] {
  const seen = new Set<string>()
  return items.flatMap(({ key }) => {
    if (!isScalar(key)) return []
    const name = String(key.value)
    const repeated = seen.has(name)
    seen.add(name)
    return repeated ? [key] : []
  })
}

function documentOf(value: unknown, document: Document, at: (offset: number) => Position): ConfigDocument {
  const find = (path: Path) => {
    let node: unknown = document.contents
    let key: Node | undefined
    for (const [depth, step] of path.entries()) {
      if (isMap(node)) {
        const pair: Pair | undefined = node.items.find(
          item => isScalar(item.key) && String(item.key.value) === String(step),
        )
        if (!pair) return { node, key, depth }
        key = pair.key as Node
        node = pair.value
      } else if (isSeq(node) && typeof step === 'number' && node.items[step]) {
        node = node.items[step]
        key = undefined
      } else return { node, key, depth }
    }
    return { node, key, depth: path.length }
  }
  return {
    value,
    position: (path, atKey = false) => {
      const { node, key, depth } = find(path)
      const shown = !atKey && isScalar(node) && depth === path.length ? node : (key ?? (node as Node | null))
      return { ...at(shown?.range?.[0] ?? 0), exact: depth === path.length }
    },
    written: path => {
      const { node, depth } = find(path)
      return depth === path.length && isScalar(node) ? node.source : undefined
    },
  }
}

/** A finding for each key of a program's config that would reach the prototype. */
export function forbiddenKeysIn(value: unknown, path: Path = []): Finding[] {
  if (value === null || typeof value !== 'object') return []
  return Object.entries(value).flatMap(([key, member]) => [
    ...(isForbiddenKey(key)
      ? [{ path: [...path, key], message: 'cannot be a key', fix: 'Use another name.', atKey: true }]
      : []),
    ...forbiddenKeysIn(member, [...path, key]),
  ])
}
