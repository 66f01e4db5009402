import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { setTimeout as sleep } from 'node:timers/promises'
import { pythonWith } from './python.ts'

export interface Call {
  readonly service: string
  readonly operation: string
}

/** Something in a request that AWS's own API model does not allow. */
export interface Violation extends Call {
  readonly path: string
  readonly problem: string
}

export interface Moto {
  readonly url: string
  /** Every request since the start or the last reset. */
  calls(): Promise<Call[]>
  violations(): Promise<Violation[]>
  /** Everything that is there and did not come with the account, tagged or not: `iam.roles: AROA…`. */
  left(): Promise<string[]>
  /** Forgets calls, violations and every resource. */
  reset(): Promise<void>
  stop(): Promise<void>
}

const launcher = fileURLToPath(new URL('server.py', import.meta.url))

/** Starts moto's server on a free port of this machine. */
export async function startMoto(): Promise<Moto> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const server = spawn(pythonWith('moto'), [launcher, String(port)], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      ...process.env,
      PYTHONDONTWRITEBYTECODE: '1',
      // Without it AttachRolePolicy knows none of AWS's managed policies.
      MOTO_IAM_LOAD_MANAGED_POLICIES: 'true',
      // Seconds until a certificate is issued; a minute otherwise.
      MOTO_ACM_VALIDATION_WAIT: '1',
    },
  })
  let stderr = ''
  server.stderr.on('data', (text: Buffer) => (stderr += text.toString()))
  const exited = once(server, 'exit')
  process.once('exit', () => server.kill())

  const stop = async () => {
    server.kill()
    await exited
  }
  const get = async <T>(path: string) => (await (await fetch(url + path)).json()) as T

  for (const deadline = Date.now() + 60_000; ; await sleep(50)) {
    if (server.exitCode !== null) throw new Error(`moto ended with ${server.exitCode}:\n${stderr}`)
    if (Date.now() > deadline) {
      await stop()
      throw new Error(`moto does not answer:\n${stderr}`)
    }
    try {
      await get('/_calls')
      break
    } catch {
      // Not listening yet.
    }
  }

  return {
    url,
    stop,
    calls: () => get<Call[]>('/_calls'),
    violations: () => get<Violation[]>('/_check'),
    left: () => get<string[]>('/_left'),
    reset: async () => {
      await fetch(`${url}/_reset`, { method: 'POST' })
    },
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return port
}
