import { ProvisionError } from '../errors.ts'
import { safe } from '../events/style.ts'

export type Path = readonly (string | number)[]

/** What a rule or the schema has against the config. */
export interface Finding {
  readonly path: Path
  readonly message: string
  /** What to change. */
  readonly fix: string
  /** True when the key is wrong, not its value. */
  readonly atKey?: boolean
}

/** A finding, and where in the file it stands. */
export interface ConfigProblem {
  readonly file: string
  /** From 1. Undefined where the file has no lines to show (a TypeScript config). */
  readonly line: number | undefined
  readonly column: number | undefined
  /** `services.api.port`; empty for the file as a whole. */
  readonly path: string
  readonly message: string
  readonly fix: string
}

/** Everything that is wrong with a config, at once. */
export class ConfigInvalid extends ProvisionError {
  readonly problems: readonly ConfigProblem[]

  constructor(file: string, problems: readonly ConfigProblem[], source: string | undefined) {
    const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`
    super({
      code: 'config',
      message: `${file} has ${count}.\n\n${problems.map(problem => describeProblem(problem, source)).join('\n\n')}`,
      hint: `correct ${file} and run the same command again`,
    })
    this.name = 'ConfigInvalid'
    this.problems = problems
  }
}

/** The problem with the line it stands in and a caret under it. */
export function describeProblem(problem: ConfigProblem, source: string | undefined): string {
  const { file, line, column, path, message, fix } = problem
  const where = line === undefined ? file : `${file}:${line}:${column}`
  // The words of a config may hold line breaks that would pass for lines of ours.
  const head = safe(`${where}  ${path ? `${path}: ` : ''}${message}`)
  return [head, ...excerptOf(source, line, column ?? 1), safe(`  Fix: ${fix}`)].join('\n')
}

const widest = 120

function excerptOf(source: string | undefined, line: number | undefined, column: number): string[] {
  const text = line === undefined ? undefined : source?.split('\n')[line - 1]
  if (text === undefined) return []
  // A whole JSON file may stand in one line.
  const from = text.length > widest ? Math.max(0, column - widest / 2) : 0
  const shown = text
    .slice(from, from + widest)
    .replace(unprintable, '?')
    .trimEnd()
  // Tabs stay tabs, so that the caret stands under the character in any terminal.
  const indent = text.slice(from, column - 1).replace(/[^\t]/g, ' ')
  return [`  ${line} | ${shown}`, `  ${' '.repeat(String(line).length)} | ${indent}^`]
}

// Control characters in a file must not reach the terminal.
const unprintable = /[^\P{Cc}\t]/gu

export function pathText(path: Path): string {
  return path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : text ? `${text}.${key}` : key),
    '',
  )
}
