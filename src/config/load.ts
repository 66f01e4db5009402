import { relative, resolve } from 'node:path'
import type { Files } from '../effects/files.ts'
import { ProvisionError } from '../errors.ts'
import { discoverConfig, largestFile } from './discover.ts'
import type { ConfigDocument } from './document.ts'
import { forbiddenKeysIn, readDocument, valueDocument } from './document.ts'
import { chooseEnvironment } from './environments.ts'
import { schemaFindings } from './findings.ts'
import { isRecord } from './overlay.ts'
import type { ConfigProblem, Finding, Path } from './problems.ts'
import { ConfigInvalid, pathText } from './problems.ts'
import { brokenRules } from './rules.ts'
import type { StackConfig } from './schema/stack.ts'
import { stackSchema } from './schema/stack.ts'
import { loadProgram } from './program.ts'

interface LoadOptions {
  readonly files: Files
  readonly cwd: string
  /** The config file; looked for from `cwd` upwards when not given. */
  readonly path?: string | undefined
  readonly environment?: string | undefined
}

export interface LoadedConfig {
  /** For one environment, defaults filled in. */
  readonly config: StackConfig
  readonly environment: string
  /** Absolute. */
  readonly file: string
}

export async function loadConfig({ files, cwd, path, environment }: LoadOptions): Promise<LoadedConfig> {
  const file = path === undefined ? discoverConfig(files, cwd) : resolve(cwd, path)
  const shown = relative(cwd, file) || file
  const source = readSource(files, file, shown)
  const isProgram = file.endsWith('.ts')
  const parsed = isProgram
    ? { document: valueDocument(await loadProgram(file, shown)) }
    : readDocument(source)
  if ('problems' in parsed)
    throw new ConfigInvalid(
      shown,
      parsed.problems.map(problem => ({ file: shown, path: '', ...problem })),
      source,
    )
  const { document } = parsed

  const refuse = (findings: readonly Finding[], environment?: string): never => {
    const problems = findings.map(finding => located(finding, document, shown, environment))
    throw new ConfigInvalid(shown, problems.toSorted(byPosition), isProgram ? undefined : source)
  }
  if (!isRecord(document.value))
    return refuse([{ path: [], message: 'holds no stack', fix: 'Begin with `stack: <name>`.' }])
  const forbidden = forbiddenKeysIn(document.value)
  if (forbidden.length > 0) refuse(forbidden)
  const chosen = chooseEnvironment(document.value, environment)
  if ('findings' in chosen) return refuse(chosen.findings)

  const merged = { ...document, value: chosen.value, written: inOverlayFirst(document, chosen.environment) }
  const result = stackSchema.safeParse(chosen.value)
  if (!result.success) return refuse(schemaFindings(result.error.issues, merged), chosen.environment)
  const { $schema: _, ...settings } = result.data
  const config: StackConfig = { ...settings, environment: chosen.environment }
  const broken = brokenRules(config)
  if (broken.length > 0) refuse(broken, chosen.environment)
  return { config, environment: chosen.environment, file }
}

function readSource(files: Files, file: string, shown: string): string {
  try {
    const source = files.read(file, largestFile)
    if (source !== undefined) return source
  } catch (cause) {
    throw new ProvisionError({
      code: 'config',
      message: `${shown} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      hint: 'Say which file it is with --config, and see that you may read it.',
      cause,
    })
  }
  throw new ProvisionError({
    code: 'config',
    message: `There is no file ${shown}.`,
    hint: 'Say which file it is with --config.',
  })
}

function located(
  { path, message, fix, atKey }: Finding,
  document: ConfigDocument,
  file: string,
  environment: string | undefined,
): ConfigProblem {
  const overlay = environment === undefined ? undefined : ['environments', environment, ...path]
  const inOverlay = overlay && document.position(overlay, atKey)
  const inBase = document.position(path, atKey)
  const position = inOverlay?.exact && path.length > 0 ? inOverlay : inBase
  return {
    file,
    line: position?.line,
    column: position?.column,
    path: pathText(position === inOverlay && overlay && position ? overlay : path),
    message,
    fix,
  }
}

function inOverlayFirst(document: ConfigDocument, environment: string): ConfigDocument['written'] {
  return (path: Path) => document.written(['environments', environment, ...path]) ?? document.written(path)
}

function byPosition(a: ConfigProblem, b: ConfigProblem): number {
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0)
}
