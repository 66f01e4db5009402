import type { z } from 'zod'
import { closest, distance } from 'fastest-levenshtein'
import type { ConfigDocument } from './document.ts'
import { keysAt } from './json-schema.ts'
import type { Finding, Path } from './problems.ts'
import { pathText } from './problems.ts'

type Issue = z.core.$ZodIssue

/** The schema's issues in words, with what to change. */
export function schemaFindings(issues: readonly Issue[], document: ConfigDocument): Finding[] {
  return issues.flatMap(issue => findingsOf(issue, [], document))
}

function findingsOf(issue: Issue, parent: Path, document: ConfigDocument): Finding[] {
  const path = [...parent, ...issue.path.map(key => (typeof key === 'symbol' ? String(key) : key))]
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map(key => unknownKey([...path, key]))
    case 'invalid_key':
      return [
        {
          path,
          message: `the name ${issue.issues[0]?.message ?? 'is not allowed'}`,
          fix: 'Use another name.',
          atKey: true,
        },
      ]
    case 'invalid_union': {
      // The branch that got past the value's type is the one that was meant.
      const meant = issue.errors.find(branch =>
        branch.some(({ path: inner, code }) => inner.length > 0 || code === 'unrecognized_keys'),
      )
      return meant
        ? meant.flatMap(inner => findingsOf(inner, path, document))
        : [{ path, message: issue.message.toLowerCase(), fix: `Correct ${pathText(path)}.` }]
    }
    case 'invalid_type':
      return [wrongType(path, issue.expected, document)]
    case 'invalid_value': {
      const allowed = issue.values.map(String)
      return [
        { path, message: `must be one of ${allowed.join(', ')}`, fix: `Use one of ${allowed.join(', ')}.` },
      ]
    }
    case 'too_small':
    case 'too_big': {
      const [bound, limit] =
        issue.code === 'too_small' ? ['at least', issue.minimum] : ['at most', issue.maximum]
      const verb = issue.origin === 'string' || issue.origin === 'array' ? 'must have' : 'must be'
      const unit = issue.origin === 'string' ? ' characters' : issue.origin === 'array' ? ' entries' : ''
      return [{ path, message: `${verb} ${bound} ${limit}${unit}`, fix: `Correct ${pathText(path)}.` }]
    }
    default:
      return [{ path, message: issue.message, fix: `Correct ${pathText(path)}.` }]
  }
}

function unknownKey(path: Path): Finding {
  const key = String(path.at(-1))
  const known = keysAt(path.slice(0, -1)) ?? []
  return {
    path,
    message: 'is not a known key',
    fix: suggestion(key, known) ?? `Remove it. Known here: ${known.join(', ')}.`,
    atKey: true,
  }
}

function wrongType(path: Path, expected: string, document: ConfigDocument): Finding {
  const written = document.written(path)
  const value = valueAt(document.value, path)
  if (value === undefined)
    return { path, message: 'is missing', fix: `Add \`${String(path.at(-1) ?? 'a stack')}\`.` }
  // YAML reads 16.10 as the number 16.1, so only what is written can say what was meant.
  if (expected === 'string' && ['number', 'boolean'].includes(typeof value)) {
    const meant = written ?? String(value)
    return {
      path,
      message: `must be text, but ${meant} is read as a ${typeof value}`,
      fix: `Write it in quotes: "${meant}"`,
    }
  }
  const wanted = {
    record: 'names with values below it',
    object: 'keys with values below it',
    array: 'a list',
  }
  const name = (wanted as Readonly<Record<string, string>>)[expected] ?? words[expected] ?? expected
  return { path, message: `must be ${name}`, fix: `Write ${name} here.` }
}

const words: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
}

/** `Did you mean "x"?` when one of the names is near enough to be a misspelling. */
export function suggestion(name: string, names: readonly string[]): string | undefined {
  if (names.length === 0) return undefined
  const best = closest(name, [...names])
  return isNear(name, best) ? `Did you mean "${best}"?` : undefined
}

function isNear(name: string, other: string): boolean {
  const [a, b] = [name.toLowerCase(), other.toLowerCase()]
  return a.startsWith(b) || b.startsWith(a) || distance(a, b) <= Math.max(2, Math.floor(b.length / 3))
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      inner !== null && typeof inner === 'object'
        ? (inner as Readonly<Record<string | number, unknown>>)[key]
        : undefined,
    value,
  )
}
