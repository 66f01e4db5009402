import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { rolldown } from 'rolldown'

const root = resolve(import.meta.dirname, '../..')

/** A run in a process of its own. */
export interface Runner {
  readonly pid: number
  /** The answer to one order; see `ledger-child.ts`. */
  order(line: string): Promise<string>
  /** Every line that it has said. */
  readonly said: readonly string[]
  kill(signal: NodeJS.Signals): void
  readonly exited: Promise<unknown>
}

export interface Stage {
  /** A folder that goes with the stage. */
  readonly folder: string
  /** Counts the calls that changed AWS. */
  calls(): number
  start(
    place: string,
    options?: { host?: string; limit?: string; env?: Record<string, string> },
  ): Promise<Runner>
  /** Ends every runner. */
  clear(): Promise<void>
  close(): Promise<void>
}

/** Bundles the program of the runners, and answers their calls to AWS. */
export async function openStage(): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'provision-ledger-'))
  const program = join(folder, 'child.mjs')
  const bundle = await rolldown({
    input: join(root, 'test/process/ledger-child.ts'),
    platform: 'node',
    logLevel: 'silent',
  })
  await bundle.write({ dir: folder, entryFileNames: 'child.mjs', format: 'esm' })
  let calls = 0
  const server = createServer((request, response) => {
    request.resume()
    calls++
    response.end('{}')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const runners: Runner[] = []
  const clear = async () => {
    const all = runners.splice(0)
    for (const runner of all) runner.kill('SIGKILL')
    await Promise.all(all.map(({ exited }) => exited))
  }
  return {
    folder,
    calls: () => calls,
    async start(place, { host = '', limit, env = {} } = {}) {
      const args = [program, place, host]
      const child = spawn(
        limit ? '/bin/bash' : process.execPath,
        limit ? ['-c', `ulimit ${limit}; exec "$@"`, 'bash', process.execPath, ...args] : args,
        {
          stdio: ['pipe', 'pipe', 'inherit'],
          env: { ...process.env, AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: `http://127.0.0.1:${port}`, ...env },
        },
      )
      const said: string[] = []
      const waiting: ((line: string) => void)[] = []
      createInterface({ input: child.stdout }).on('line', line => {
        said.push(line)
        if (!line.includes('/') || line.startsWith('refused')) waiting.shift()?.(line)
      })
      const answer = () => new Promise<string>(resolve => waiting.push(resolve))
      const runner: Runner = {
        pid: child.pid!,
        said,
        order: line => {
          const said = answer()
          child.stdin.write(`${line}\n`)
          return said
        },
        kill: signal => void child.kill(signal),
        exited: once(child, 'exit'),
      }
      runners.push(runner)
      await answer()
      return runner
    },
    clear,
    async close() {
      await clear()
      server.closeAllConnections()
      server.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
