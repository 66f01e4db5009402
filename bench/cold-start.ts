import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import type { Measure } from './measure.ts'
import { median } from './measure.ts'
import { root } from './stack.ts'

const rounds = 25

export function coldStart(): Measure[] {
  build()
  const times = { help: [] as number[], nothing: [] as number[] }
  // In turn, so that a slow moment of the machine meets both.
  for (let round = 0; round <= rounds; round++) {
    const [help, nothing] = [timeOf(['bin/provision.js', '--help']), timeOf(['-e', '0'])]
    // The first round fills the disk's cache.
    if (round === 0) continue
    times.help.push(help)
    times.nothing.push(nothing)
  }
  const [help, nothing] = [median(times.help), median(times.nothing)]
  return [
    {
      name: 'cold start: provision --help / node -e 0',
      value: help / nothing,
      goal: 1.4,
      note: `${help.toFixed(0)} ms / ${nothing.toFixed(0)} ms`,
    },
  ]
}

/** Only what is missing: a build of someone else's is left alone. */
export function build(): void {
  if (existsSync(`${root}dist/cli.cjs`)) return
  const { status, stderr } = spawnSync('node_modules/.bin/rolldown', ['-c', 'rolldown.config.ts'], {
    cwd: root,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`the build failed: ${stderr}`)
}

function timeOf(args: readonly string[]): number {
  const began = performance.now()
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'ignore' })
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}`)
  return performance.now() - began
}
