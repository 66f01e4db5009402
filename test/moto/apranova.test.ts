import { spawn } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Moto, startMoto } from './server.ts'

interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

let moto: Moto
let folder: string
let config: string

beforeAll(async () => {
  moto = await startMoto()
  await moto.reset()
  folder = await mkdtemp(join(tmpdir(), 'provision-moto-'))
  await cp('examples/apranova', folder, { recursive: true, filter: source => !source.includes('.provision') })
  config = join(folder, 'provision.yaml')
})

afterAll(async () => {
  await moto.stop()
  await rm(folder, { recursive: true, force: true })
})

test('apranova comes up over the wire, stays as it is, changes, and goes away', async () => {
  const first = await provision('up', '--yes')
  expect(first.err + first.out).toContain('47 created')
  expect(first.code).toBe(0)

  const before = await writes()
  const second = await provision('up', '--yes')
  expect(second.err).toContain('No changes. AWS matches the configuration (47 resources).')
  expect(await writes()).toBe(before)

  const source = await readFile(config, 'utf8')
  await writeFile(config, source.replace('allocatedStorage: 20', 'allocatedStorage: 30'))
  const planned = JSON.parse((await provision('plan', '--json')).out) as {
    resources: { address: string; action: string; changes: { path: string }[] }[]
  }
  const changed = planned.resources.filter(({ action }) => action !== 'none')
  expect(
    changed.map(({ address, action, changes }) => [address, action, changes.map(({ path }) => path)]),
  ).toEqual([['data/database', 'update', ['allocatedStorage']]])
  expect((await provision('up', '--yes')).code).toBe(0)

  const down = await provision('teardown', '--yes', '--delete-data', 'all')
  expect(down.out).toBe('')
  expect(down.err).toContain('Nothing tagged apranova/production is left in this region.')
  expect(down.code).toBe(0)
})

test('every request on the way is one that the API models of AWS allow', async () => {
  expect(await moto.violations()).toEqual([])
})

async function writes(): Promise<number> {
  const calls = await moto.calls()
  return calls.filter(({ operation }) => !/^(Describe|Get|List)/.test(operation)).length
}

function provision(...args: string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['bin/provision.js', ...args, '-c', config], {
      env: { ...process.env, AWS_ENDPOINT_URL: moto.url },
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
