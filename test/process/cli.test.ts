import { execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
const folder = mkdtempSync(join(tmpdir(), 'provision-cli-'))
const empty = mkdtempSync(join(tmpdir(), 'provision-empty-'))

function provision(args: readonly string[], cwd = folder) {
  const options = { cwd, encoding: 'utf8', input: '', timeout: 50_000 } as const
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, 'bin/provision.js'), ...args],
    options,
  )
  return { status, stdout, stderr }
}

beforeAll(() => {
  if (!existsSync(join(root, 'dist/cli.cjs')))
    execFileSync(join(root, 'node_modules/.bin/rolldown'), ['-c', 'rolldown.config.ts'], {
      cwd: root,
      stdio: 'ignore',
    })
  copyFileSync(join(root, 'examples/minimal/provision.yaml'), join(folder, 'provision.yaml'))
})

afterAll(() => {
  for (const path of [folder, empty]) rmSync(path, { recursive: true, force: true })
})

describe('the command line', () => {
  it('lists its commands on stdout with --help', () => {
    const { status, stdout, stderr } = provision(['--help'])
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    for (const command of ['plan', 'up', 'teardown', 'status', 'outputs']) expect(stdout).toContain(command)
  })

  it('finds everything that it loads once a command is known', () => {
    const program = readFileSync(join(root, 'dist/cli.cjs'), 'utf8')
    const loaded = [...program.matchAll(/\bimport\(`(\.[^`]+)`\)/g)].map(([, path]) => join('dist', path!))
    expect(loaded.length).toBeGreaterThan(20)
    expect(loaded.filter(path => !existsSync(join(root, path)))).toEqual([])
  })

  it('ends with 64 at an unknown option, and says which', () => {
    const { status, stderr } = provision(['plan', '--sandbux'])
    expect(status).toBe(64)
    expect(stderr).toContain('--sandbux')
  })

  it('says in one line that there is no config', () => {
    const { status, stdout, stderr } = provision(['plan', '--sandbox'], empty)
    expect([status, stdout]).toEqual([65, ''])
    expect(stderr).toMatch(/^error .*provision\.yaml.*\n/)
    expect(stderr).not.toContain('    at ')
  })

  it('shows what is wrong with a config line by line, and lets its words pass for no line of ours', () => {
    writeFileSync(
      join(empty, 'wrong.yaml'),
      'stack: shop\nenvironment: dev\nnetwrok: {}\n"a\\nnext  rm -rf /\\e[2J": 1\n',
    )
    const { status, stderr } = provision(['plan', '--sandbox', '-c', 'wrong.yaml'], empty)
    expect(status).toBe(65)
    const lines = stderr.split('\n')
    expect(lines).toEqual(
      expect.arrayContaining(['  3 | netwrok: {}', '    | ^', '  Fix: Did you mean "network"?']),
    )
    expect(lines.filter(line => line.startsWith('next'))).toEqual([
      'next  correct wrong.yaml and run the same command again',
    ])
    expect(stderr).not.toContain('\u001b[2J')
  })

  it('ends with 64 when up has nobody to ask', () => {
    const { status, stderr } = provision(['up', '--sandbox'])
    expect(status).toBe(64)
    expect(stderr).toContain('--yes')
  })

  it('ends with 2 when a plan has changes and was asked to tell', () => {
    expect(provision(['plan', '--sandbox', '--detailed-exitcode']).status).toBe(2)
    expect(provision(['plan', '--sandbox']).status).toBe(0)
  })

  it('writes a plan as one JSON document', () => {
    const { status, stdout } = provision(['plan', '--sandbox', '--json'])
    expect(status).toBe(0)
    expect(JSON.parse(stdout)).toHaveProperty('resources')
  })

  it('writes one event a line with --json, and nothing is left to change afterwards', () => {
    const { status, stdout } = provision(['up', '--sandbox', '--yes', '--json'])
    expect(status).toBe(0)
    const events = stdout
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line) as { type: string })
    expect(events[0]).toMatchObject({ type: 'run.started' })
    expect(events.at(-1)).toMatchObject({ type: 'run.finished', outcome: 'done' })
    expect(provision(['plan', '--sandbox', '--detailed-exitcode']).status).toBe(0)
  })
})
