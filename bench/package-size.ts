import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { version } from '../src/version.ts'
import { build } from './cold-start.ts'
import type { Measure } from './measure.ts'
import { root } from './stack.ts'

interface Packed {
  readonly size: number
  readonly unpackedSize: number
  readonly files: readonly { readonly path: string; readonly size: number }[]
}

const megabyte = 1e6

export function packageSize(): Measure[] {
  build()
  const { stdout } = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: root,
    encoding: 'utf8',
  })
  const [packed] = JSON.parse(stdout) as Packed[]
  if (!packed) throw new Error('npm pack names no package')
  const dist = packed.files.filter(({ path }) => path.startsWith('dist/'))
  const inDist = dist.reduce((total, { size }) => total + size, 0)
  return [
    { name: 'dist', value: inDist / megabyte, goal: 3, unit: 'MB', note: `${dist.length} files` },
    { name: 'packed', value: packed.size / megabyte, goal: undefined, unit: 'MB' },
    { name: 'unpacked', value: packed.unpackedSize / megabyte, goal: undefined, unit: 'MB' },
    {
      name: 'production install of the tarball',
      value: secondsToInstall(),
      goal: undefined,
      unit: 's',
      note: 'with its dependencies, from whatever registry npm is set to',
    },
  ]
}

/** From a packed tarball into an empty project, as a user would; the command has to run there. */
function secondsToInstall(): number {
  const folder = mkdtempSync(join(tmpdir(), 'provision-bench-'))
  try {
    execFileSync('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder], { cwd: root })
    writeFileSync(join(folder, 'package.json'), '{ "private": true }')
    const began = performance.now()
    const tarball = `./provision-aws-${version}.tgz`
    execFileSync('npm', ['install', '--no-audit', '--no-fund', tarball], { cwd: folder, stdio: 'ignore' })
    const took = (performance.now() - began) / 1000
    execFileSync(join(folder, 'node_modules', '.bin', 'provision'), ['--version'], { stdio: 'ignore' })
    return took
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
