import { execFile, execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
const folder = mkdtempSync(join(tmpdir(), 'provision-sandbox-'))

interface Ended {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** Runs `provision <line>` with a file of node only: there is no Docker on its PATH. */
function provision(line: string, place: string): Promise<Ended> {
  const options = { cwd: join(folder, place), env: { PATH: '/nonexistent' }, timeout: 100_000 }
  return new Promise(done => {
    execFile(
      process.execPath,
      [join(root, 'bin/provision.js'), ...line.split(' ')],
      options,
      (error, out, err) => done({ code: error ? Number(error.code ?? -1) : 0, out, err }),
    )
  })
}

function place(name: string, config?: string): string {
  mkdirSync(join(folder, name))
  const file = join(folder, name, 'provision.yaml')
  if (config === undefined) copyFileSync(join(root, 'examples', name, 'provision.yaml'), file)
  else writeFileSync(file, config)
  return name
}

beforeAll(() => {
  if (!existsSync(join(root, 'dist/cli.cjs')))
    execFileSync(join(root, 'node_modules/.bin/rolldown'), ['-c', 'rolldown.config.ts'], {
      cwd: root,
      stdio: 'ignore',
    })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const shop = `stack: shop
environment: production
region: us-east-1
repositories: { app: {} }
services: { web: { repository: app, port: 80, paths: ['/*'], desiredCount: 2 } }
`

describe('the sandbox', { timeout: 180_000 }, () => {
  it('ends the first command of the README with running services', async () => {
    const apranova = place('apranova')
    const { code, err } = await provision('up --sandbox --yes', apranova)
    expect([code, err]).toEqual([0, expect.stringContaining('simulated images apranova/backend:latest, ')])
    expect(err).not.toContain('waits for')
    const { out } = await provision('rollout status --sandbox', apranova)
    expect(out).toMatch(/^backend: .* 1 of 1 tasks run, 1 of 1 targets healthy$/m)
    expect(out).toMatch(/^frontend: .* 1 of 1 tasks run, 1 of 1 targets healthy$/m)
  })

  it('has the whole flow from a push to a teardown, without Docker', async () => {
    const here = place('shop', shop)
    const fine = async (line: string) => {
      const ended = await provision(line, here)
      expect([line, ended.code, ended.err]).toEqual([line, 0, ended.err])
      return ended
    }
    expect(await provision('sandbox push app:v1', here)).toMatchObject({
      code: 64,
      err: expect.stringContaining('next  provision up --sandbox creates it'),
    })
    const waiting = await fine('up --sandbox --yes --no-simulated-images')
    expect(waiting.err).toContain('waits for a push of shop-production/app:latest')
    expect((await fine('sandbox push app:latest')).out).toMatch(
      /^shop-production\/app:latest {2}sha256:\w{64}\n$/,
    )
    await fine('up --sandbox --yes --no-simulated-images')
    await fine('sandbox push app:v2')
    expect((await fine('rollout web --tag v2 --sandbox --yes')).err).not.toContain('simulated')
    expect((await fine('rollout web --build . --tag v3 --sandbox --yes')).err).toContain(
      'simulated image shop-production/app:v3: nothing was built',
    )
    expect((await fine('rollout web --tag v4 --sandbox --yes')).err).toContain(
      'simulated image shop-production/app:v4: nobody has pushed it',
    )
    await fine('rollout rollback web --sandbox --yes')
    expect((await fine('rollout history web --sandbox')).out.trimEnd().split('\n').length).toBeGreaterThan(3)
    await fine('run web --sandbox -- echo hello')
    expect((await fine('logs web --sandbox')).out).toContain('echo hello')
    expect((await fine('status --sandbox')).err).toContain('0 absent')
    await fine('teardown --sandbox --yes --delete-data all')
  })

  it('is read again by commands that have waited for one another', async () => {
    const here = place('together', shop.replace('stack: shop', 'stack: together'))
    const line = 'up --sandbox --yes --lock-wait 90s'
    const ended = await Promise.all([1, 2, 3].map(() => provision(line, here)))
    expect(ended.map(({ code, err }) => [code, err])).toEqual(ended.map(({ err }) => [0, err]))
    expect(ended.filter(({ err }) => err.includes('No changes')).length).toBe(2)
  })
})
