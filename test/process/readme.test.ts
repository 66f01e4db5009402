import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
const folder = mkdtempSync(join(tmpdir(), 'provision-readme-'))
const programs = join(folder, 'programs')

beforeAll(() => {
  if (!existsSync(join(root, 'dist/cli.cjs')))
    execFileSync(join(root, 'node_modules/.bin/rolldown'), ['-c', 'rolldown.config.ts'], {
      cwd: root,
      stdio: 'ignore',
    })
  mkdirSync(programs)
  const program = join(programs, 'provision')
  writeFileSync(program, `#!/bin/sh\nexec "${process.execPath}" "${join(root, 'bin/provision.js')}" "$@"\n`)
  chmodSync(program, 0o755)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What a terminal shows of a command line, both of its streams. */
function shown(line: string, cwd: string): string[] {
  const { stdout } = spawnSync('/bin/sh', ['-c', `${line} 2>&1`], {
    cwd,
    // Without the region and the account of whoever runs the tests; there is no Docker on this path.
    env: { PATH: `${programs}:/bin` },
    encoding: 'utf8',
  })
  return stdout.trimEnd().split('\n')
}

/** Command lines of the block below `heading` in the README, each with the output that stands below it. */
function transcript(heading: string): [line: string, output: string[]][] {
  const section = readFileSync(join(root, 'README.md'), 'utf8')
    .split(/^## /m)
    .find(part => part.startsWith(heading))!
  const [, block = ''] = /^```\n(\$ [^]*?)\n```$/m.exec(section) ?? []
  return block
    .split(/^\$ /m)
    .slice(1)
    .map(part => {
      const [line = '', ...output] = part.trimEnd().split('\n')
      return [line, output]
    })
}

/** Without what differs from run to run: digests, ids, durations, the time of day, who it was, how many calls it took. */
function settled(line: string): string {
  return line
    .replaceAll(/sha256:[0-9a-f]+/g, 'sha256:…')
    .replaceAll(/-alb-\d+/g, '-alb-…')
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d/g, 'then')
    .replaceAll(/(?:\d+m )?\d+s\b/g, 'so long')
    .replace(/by \S+@\S+/, 'by somebody')
    .replace(/\d+ AWS calls(?:, \d+ retried)?/, 'so many AWS calls')
}

/** The lines with `…` where any number of lines may stand. */
function pattern(lines: readonly string[]): RegExp {
  const escaped = lines.map(line =>
    line === '…' ? '(?:.*\\n)*' : `${settled(line).replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}\\n`,
  )
  return new RegExp(`^${escaped.join('')}$`)
}

describe('the README', { timeout: 300_000 }, () => {
  it('shows the way from an empty directory to a second release as it is', () => {
    const commands = transcript('From an empty directory')
    const lines = commands.map(([line]) => line)
    expect(lines.map(line => line.split(' ').slice(0, 3).join(' '))).toEqual([
      'provision init',
      'provision up --sandbox',
      'provision sandbox push',
      'provision rollout web',
      'provision sandbox push',
      'provision rollout web',
      'provision rollout history',
    ])
    const here = join(folder, 'hello')
    mkdirSync(here)
    for (const [line, output] of commands) {
      const real = shown(line, here).map(settled)
      expect(`$ ${line}\n${real.join('\n')}\n`).toMatch(
        new RegExp(`^\\$ .*\\n${pattern(output).source.slice(1)}`),
      )
    }
  })

  it('has a row for each command of provision --help', () => {
    const help = shown('provision --help', folder).join('\n')
    const [, list = ''] = /\nCommands:\n([^]*?)\n\n/.exec(`${help}\n\n`) ?? []
    const commands = [...list.matchAll(/^ {2}([a-z]+)/gm)]
      .map(([, name]) => name!)
      .filter(name => name !== 'help')
    expect(commands.length).toBeGreaterThan(15)
    const readme = readFileSync(join(root, 'README.md'), 'utf8')
    expect(commands.filter(name => !new RegExp(`^\\| \`${name}[ \`]`, 'm').test(readme))).toEqual([])
  })
})
