import { spawn } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Violation } from './server.ts'
import { startMoto } from './server.ts'

interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** The life of an example's stack on a moto of its own, command by command, each in a process of its own. */
export interface WireLife {
  /** Of its moto. */
  readonly url: string
  provision(...args: string[]): Promise<Ended>
  /** Changes the text of the config. */
  edit(before: string, after: string): Promise<void>
  /** How many requests so far could have changed something. */
  writes(): Promise<number>
  /** What the API models of AWS do not allow in the requests so far. */
  violations(): Promise<Violation[]>
  /** Everything in the account, tagged or not, that AWS has not made for itself. */
  left(): Promise<string[]>
  end(): Promise<void>
}

export async function wireLife(example: string, environment?: string): Promise<WireLife> {
  const folder = await mkdtemp(join(tmpdir(), 'provision-moto-'))
  const moto = await startMoto()
  await cp(`examples/${example}`, folder, {
    recursive: true,
    filter: source => !source.includes('.provision'),
  })
  const config = join(folder, 'provision.yaml')
  const which = environment === undefined ? [] : ['--environment', environment]
  return {
    url: moto.url,
    provision: (...args) => run([...args, '-c', config, ...which], moto.url),
    edit: async (before, after) => {
      const source = await readFile(config, 'utf8')
      if (!source.includes(before)) throw new Error(`examples/${example} does not say ${before}`)
      await writeFile(config, source.replace(before, after))
    },
    writes: async () =>
      (await moto.calls()).filter(({ operation }) => !/^(Describe|Get|Head|List)/.test(operation)).length,
    violations: moto.violations,
    left: moto.left,
    end: async () => {
      await moto.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function run(args: readonly string[], endpoint: string): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['bin/provision.js', ...args], {
      env: { ...process.env, AWS_ENDPOINT_URL: endpoint },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let out = ''
    let err = ''
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
    child.on('error', reject)
    child.on('close', code => resolve({ code, out, err }))
  })
}
