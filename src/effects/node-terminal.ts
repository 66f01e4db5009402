import type { WriteStream } from 'node:tty'
import type { LiveArea, Terminal } from './terminal.ts'

export interface NodeTerminalOptions {
  /** From `--color` and `--no-color`; undefined: as the environment and each stream say. */
  readonly color?: boolean | undefined
  /** Cancels an open question. */
  readonly signal?: AbortSignal | undefined
}

export function nodeTerminal({ color, signal }: NodeTerminalOptions = {}): Terminal {
  const { stdin, stdout, stderr, env } = process
  return {
    out: text => void stdout.write(text),
    err: text => void stderr.write(text),
    interactive: Boolean(stdin.isTTY && stderr.isTTY),
    // A terminal without a size (a container's) shows nothing of what is drawn.
    live: Boolean(stderr.isTTY) && stderr.columns > 0 && env['TERM'] !== 'dumb' && !runsInCi(env),
    color: { stdout: color ?? colored(stdout, env), stderr: color ?? colored(stderr, env) },
    get columns() {
      return stderr.columns || 80
    },
    unicode: speaksUnicode(env),
    async confirm(question) {
      const { confirm } = await import('@clack/prompts')
      const answer = await confirm({
        message: question,
        initialValue: false,
        output: stderr,
        ...(signal && { signal }),
      })
      return answer === true
    },
    async askSecret(question) {
      const { password } = await import('@clack/prompts')
      const answer = await password({ message: question, output: stderr, ...(signal && { signal }) })
      return typeof answer === 'string' ? answer : undefined
    },
    async input() {
      const { text } = await import('node:stream/consumers')
      return text(stdin)
    },
  }
}

export async function nodeLiveArea(): Promise<LiveArea> {
  const { createLogUpdate } = await import('log-update')
  const area = createLogUpdate(process.stderr)
  return {
    draw: text => area(text),
    persist: text => area.persist(text),
    close: () => {
      area.clear()
      area.done()
    },
  }
}

export function runsInCi(env: NodeJS.ProcessEnv): boolean {
  if (env['CI'] !== undefined) return !['', '0', 'false'].includes(env['CI'])
  return ['GITHUB_ACTIONS', 'GITLAB_CI', 'BUILDKITE', 'CODEBUILD_BUILD_ID', 'TF_BUILD', 'JENKINS_URL'].some(
    name => env[name] !== undefined,
  )
}

/** Node's own order: FORCE_COLOR, then NO_COLOR, then what the stream is. */
function colored(stream: WriteStream, env: NodeJS.ProcessEnv): boolean {
  const force = env['FORCE_COLOR']
  if (force !== undefined) return !['0', 'false'].includes(force)
  if (env['NO_COLOR']) return false
  return Boolean(stream.isTTY) && stream.hasColors()
}

function speaksUnicode(env: NodeJS.ProcessEnv): boolean {
  if (process.platform === 'win32') return env['WT_SESSION'] !== undefined
  return /utf-?8/i.test(env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '')
}
