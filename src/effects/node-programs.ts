import { spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { request as http } from 'node:http'
import { request as https } from 'node:https'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'
import { urlToHttpOptions } from 'node:url'
import type { ProgramEnd, ProgramRun, Programs, StatusOptions, Web } from './programs.ts'

const linesKept = 20
const mostBytes = 1024 * 1024

export const nodePrograms: Programs = {
  find: name =>
    (process.env['PATH'] ?? '')
      .split(delimiter)
      .filter(folder => folder !== '')
      .map(folder => join(folder, name))
      .find(isExecutable),
  run,
}

export const nodeWeb: Web = {
  status: statusOf,
  async text(url, { timeout }) {
    const answer = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(timeout) })
    if (answer.status !== 200) throw new Error(`status ${answer.status}`)
    let bytes = 0
    const parts: Uint8Array[] = []
    for await (const part of answer.body ?? []) {
      bytes += part.length
      if (bytes > mostBytes) throw new Error(`more than ${mostBytes} bytes`)
      parts.push(part)
    }
    return Buffer.concat(parts).toString()
  },
  async post(url, { body, timeout }) {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(timeout),
    })
    await answer.body?.cancel()
    return answer.status
  },
}

/** `fetch` cannot connect to another host than that of the URL. */
function statusOf(url: string, { headers, timeout, connect }: StatusOptions): Promise<number> {
  const target = new URL(url)
  const request = target.protocol === 'https:' ? https : http
  const signal = AbortSignal.timeout(timeout)
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        ...urlToHttpOptions(target),
        ...(connect && { hostname: connect.host, servername: connect.name }),
        headers: { host: target.host, ...headers },
        signal,
      },
      answer => {
        resolve(answer.statusCode ?? 0)
        answer.destroy()
      },
    )
    asked.on('error', error =>
      reject(signal.aborted ? new Error(`no answer within ${timeout / 1000} s`) : error),
    )
    asked.end()
  })
}

function run({
  file,
  args,
  cwd,
  environment,
  input,
  timeout,
  signal,
  onLine,
}: ProgramRun): Promise<ProgramEnd> {
  return new Promise(resolve => {
    const lastLines: string[] = []
    const child = spawn(file, args, {
      shell: false,
      windowsHide: true,
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...environment },
      ...(cwd === undefined ? {} : { cwd }),
    })
    let why: string | undefined
    const end = (reason: string) => {
      why ??= reason
      child.kill('SIGTERM')
    }
    const timer = setTimeout(() => end('timed out'), timeout)
    const stop = () => end('interrupted')
    signal?.addEventListener('abort', stop, { once: true })
    const settle = (answer: ProgramEnd) => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', stop)
      resolve(answer)
    }
    for (const stream of [child.stdout, child.stderr])
      createInterface({ input: stream }).on('line', line => {
        lastLines.push(line)
        if (lastLines.length > linesKept) lastLines.shift()
        onLine?.(line)
      })
    child.on('error', (error: NodeJS.ErrnoException) =>
      settle({ code: undefined, why: error.code === 'ENOENT' ? 'not found' : error.message, lastLines }),
    )
    child.on('close', (code, killedBy) =>
      settle(
        why === undefined && code !== null
          ? { code, lastLines }
          : { code: undefined, why: why ?? killedBy ?? 'ended', lastLines },
      ),
    )
    // A program that does not read its input must not end ours.
    child.stdin.on('error', () => undefined)
    child.stdin.end(input ?? '')
  })
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
