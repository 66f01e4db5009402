import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { canary, tracesIn } from '../support/canary.ts'

const root = resolve(import.meta.dirname, '../..')
const folders: string[] = []

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'provision-signals-'))
  folders.push(folder)
  copyFileSync(join(root, 'examples/minimal/provision.yaml'), join(folder, 'provision.yaml'))
  return folder
}

/** Starts a command on the embedded AWS; `shell` is put behind it: `| head -1`. */
function start(folder: string, args: string, shell = '') {
  const program = `${process.execPath} ${join(root, 'bin/provision.js')} ${args} --sandbox`
  const child = spawn(
    '/bin/bash',
    ['-c', shell ? `set -o pipefail; ${program} ${shell}` : `exec ${program}`],
    {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, AWS_SECRET_ACCESS_KEY: canary, AWS_SESSION_TOKEN: canary, GITHUB_TOKEN: canary },
    },
  )
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => void (said += text))
  const ended = once(child, 'close').then(([code, signal]) => ({ code: code as number | null, signal, said }))
  return { child, ended, said: () => said }
}

/** Until the run has made something, or is over. */
async function underWay(run: ReturnType<typeof start>, folder: string): Promise<void> {
  const journal = join(folder, '.provision/sandbox/hello-dev.ledger.json.journal')
  while (run.child.exitCode === null && !existsSync(journal)) await sleep(5)
}

function locks(folder: string): string[] {
  return readdirSync(join(folder, '.provision/sandbox')).filter(name => name.endsWith('.lock'))
}

/** How many there are of each. A table that was only asked stays in the file, empty. */
function sandboxOf(folder: string) {
  const state = JSON.parse(readFileSync(join(folder, '.provision/sandbox/aws.json'), 'utf8')) as {
    tables: Record<string, object>
  }
  return Object.fromEntries(
    Object.entries(state.tables)
      .map(([name, rows]) => [name, Object.keys(rows).length] as const)
      .filter(([, count]) => count > 0),
  )
}

/** The same command again, to its end; then nothing is left to do. */
async function converges(folder: string): Promise<void> {
  const { code, said } = await start(folder, 'up --yes').ended
  expect([code, said]).toEqual([0, said])
  expect((await start(folder, 'plan --detailed-exitcode').ended).code).toBe(0)
  expect(locks(folder)).toEqual([])
}

describe('a real process', { timeout: 40_000 }, () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'stops in order at %s, frees the lock, and can be typed again',
    async signal => {
      const folder = newFolder()
      const run = start(folder, 'up --yes')
      await underWay(run, folder)
      run.child.kill(signal)
      const { code, said } = await run.ended
      expect([code, said]).toEqual([130, said])
      expect(said).toContain('Stopping: nothing new starts')
      expect(locks(folder)).toEqual([])
      await converges(folder)
    },
  )

  it('ends with the command that continues it, which does so', async () => {
    const folder = newFolder()
    const run = start(folder, 'up -c provision.yaml --accept-missing --yes')
    await underWay(run, folder)
    run.child.kill('SIGINT')
    const { code, said } = await run.ended
    expect([code, said]).toEqual([130, said])
    expect(said).toMatch(/\n(Started, not finished|Not started) \(\d+\): /)
    const [, next = ''] = /\nNext: provision (.+)\n$/.exec(said) ?? []
    expect(next).toBe('up -c provision.yaml --sandbox --accept-missing --yes')
    const again = await start(folder, next.replace(' --sandbox', '')).ended
    expect([again.code, again.said]).toEqual([0, again.said])
    await converges(folder)
  })

  it('leaves at once at the second Ctrl-C, and can be typed again', async () => {
    const folder = newFolder()
    const run = start(folder, 'up --yes')
    await underWay(run, folder)
    run.child.kill('SIGINT')
    run.child.kill('SIGINT')
    const { code, said } = await run.ended
    expect([code, said]).toEqual([130, said])
    await converges(folder)
  })

  it.each(['plan | head -1', 'up --yes --json | head -1', 'up --yes 2>&1 | head -1'])(
    'bears that nobody reads on: %s',
    async line => {
      const folder = newFolder()
      const [args = ''] = line.split(/ (?=\||2>)/)
      const { said } = await start(folder, args, line.slice(args.length)).ended
      expect(said).not.toMatch(/EPIPE|bug |\n {4}at /)
      expect(said.trim().split('\n').length).toBeLessThanOrEqual(3)
      if (existsSync(join(folder, '.provision/sandbox'))) expect(locks(folder)).toEqual([])
      await converges(folder)
    },
  )

  it('keeps its lock while it is stopped, and goes on as if nothing had been', async () => {
    const folder = newFolder()
    const run = start(folder, 'up --yes')
    await underWay(run, folder)
    run.child.kill('SIGSTOP')
    const other = await start(folder, 'up --yes').ended
    expect([other.code, other.said]).toEqual([75, other.said])
    expect(other.said).toContain(`(pid ${run.child.pid})`)
    await sleep(1000)
    run.child.kill('SIGCONT')
    const { code, said } = await run.ended
    expect([code, said]).toEqual([0, said])
    await converges(folder)
  })

  it('is killed at any moment, and the same command again makes the same stack', async () => {
    const whole = newFolder()
    const began = performance.now()
    expect((await start(whole, 'up --yes').ended).code).toBe(0)
    const usual = performance.now() - began
    const killed = newFolder()
    let deaths = 0
    // Each run goes on where the one before was killed; each is killed a little later.
    for (const share of [0.4, 0.5, 0.55, 0.6, 0.65, 0.7]) {
      const run = start(killed, 'up --yes')
      await sleep(usual * share)
      run.child.kill('SIGKILL')
      if ((await run.ended).signal === 'SIGKILL') deaths++
    }
    expect(deaths).toBeGreaterThan(0)
    await converges(killed)
    expect(sandboxOf(killed)).toEqual(sandboxOf(whole))
  })

  it('puts no credentials of its environment into any file or line', async () => {
    const folder = newFolder()
    const { code, said } = await start(folder, 'up --yes --log run.log').ended
    expect(code).toBe(0)
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(file => file.isFile())
    expect(files.map(({ name }) => name)).toContain('run.log')
    for (const { parentPath, name } of files)
      expect(tracesIn(readFileSync(join(parentPath, name), 'utf8')), name).toEqual([])
    expect(tracesIn(said)).toEqual([])
  })
})
