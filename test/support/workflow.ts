import { spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'

const root = resolve(fileURLToPath(new URL('../..', import.meta.url)))

interface Step {
  readonly run?: string
  readonly if?: string
  readonly shell?: string
  readonly env?: Readonly<Record<string, string>>
}

interface Job {
  readonly if?: string
  readonly env?: Readonly<Record<string, string>>
  readonly steps: readonly Step[]
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>
  readonly jobs: Readonly<Record<string, Job>>
}

/** What GitHub would put in for a name: `inputs.environment`. */
type Values = Readonly<Record<string, string>>

interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
  /** What the steps wrote for the page of the run. */
  readonly summary: string
}

/** A workflow of `examples/ci`. */
export function workflowOf(file: string): Workflow {
  return parse(readFileSync(join(root, 'examples/ci', file), 'utf8')) as Workflow
}

/**
 * Runs the scripts of a job as GitHub does, in order and up to the first that fails, with these values for its
 * expressions. Throws where an expression names something else. What the job uses of other people is left out.
 */
export async function runJob(
  { jobs }: Workflow,
  name: string,
  values: Values,
  place: WorkPlace,
): Promise<Ended> {
  const job = jobs[name]!
  const summary = join(place.folder, 'summary.md')
  rmSync(summary, { force: true })
  const all = { code: 0 as number | null, out: '', err: '' }
  const steps = job.if === undefined || holds(job.if, values) ? job.steps : []
  for (const step of steps) {
    if (step.run === undefined || (step.if !== undefined && !holds(step.if, values))) continue
    const env = { ...filled(job.env, values), ...filled(step.env, values), GITHUB_STEP_SUMMARY: summary }
    const { code, out, err } = await runScript(fill(step.run, values), step.shell, env, place)
    Object.assign(all, { code, out: all.out + out, err: all.err + err })
    if (code !== 0) break
  }
  return { ...all, summary: existsSync(summary) ? readFileSync(summary, 'utf8') : '' }
}

export interface WorkPlace {
  /** Holds the project. */
  readonly folder: string
  /** What the runner knows besides: credentials, the commit. */
  readonly env: Readonly<Record<string, string>>
  /** Said at the end of every command line of `provision`. */
  readonly more?: string
}

/** Runs one command line or script in a shell of GitHub's. */
export function runScript(
  script: string,
  shell: string | undefined,
  env: Readonly<Record<string, string>>,
  { folder, env: runner, more = '' }: WorkPlace,
): Promise<Omit<Ended, 'summary'>> {
  const path = `${programsIn(folder, more)}:${process.env['PATH']}`
  // Only who asks for bash by name gets `pipefail`.
  const args = shell === 'bash' ? ['--noprofile', '--norc', '-eo', 'pipefail'] : ['-e']
  return new Promise((done, failed) => {
    const child = spawn('bash', [...args, '-c', script], {
      cwd: folder,
      env: { ...process.env, ...runner, ...env, PATH: path },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let out = ''
    let err = ''
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
    child.on('error', failed)
    child.on('close', code => done({ code, out, err }))
  })
}

/** What npm and docker were asked to do in this place. */
export function askedOf(folder: string): string[] {
  return readFileSync(join(folder, 'asked.log'), 'utf8').trimEnd().split('\n')
}

/** Stands in for `npx provision`, and for npm and docker, which only write down what they are asked. */
function programsIn(folder: string, more: string): string {
  const programs = join(folder, '.programs')
  mkdirSync(programs, { recursive: true })
  const cli = `"${process.execPath}" "${join(root, 'bin/provision.js')}"`
  const texts = {
    npx: `[ "$1" = provision ] || exit 127\nshift\nexec ${cli} "$@" ${more}`,
    npm: `echo "npm $*" >> "${join(folder, 'asked.log')}"`,
    docker: `echo "docker $*" >> "${join(folder, 'asked.log')}"`,
  }
  for (const [name, text] of Object.entries(texts)) {
    writeFileSync(join(programs, name), `#!/bin/sh\n${text}\n`)
    chmodSync(join(programs, name), 0o755)
  }
  return programs
}

function filled(env: Readonly<Record<string, string>> = {}, values: Values): Record<string, string> {
  return Object.fromEntries(Object.entries(env).map(([name, text]) => [name, fill(text, values)]))
}

function fill(text: string, values: Values): string {
  return text.replaceAll(/\$\{\{\s*(.*?)\s*\}\}/g, (_, name: string) => valueOf(name, values))
}

/** Of conditions as the examples have them: comparisons, all of which have to hold. */
function holds(condition: string, values: Values): boolean {
  return condition.split('&&').every(one => {
    const [, left = '', operator, right = ''] = /^\s*(\S+)\s*([!=]=)\s*(\S+)\s*$/.exec(one) ?? []
    if (!operator) throw new Error(`cannot read the condition ${one}`)
    return (valueOf(left, values) === valueOf(right, values)) === (operator === '==')
  })
}

function valueOf(name: string, values: Values): string {
  const literal = /^'(.*)'$/.exec(name)?.[1]
  const value = literal ?? values[name]
  if (value === undefined) throw new Error(`nothing says what ${name} is`)
  return value
}
