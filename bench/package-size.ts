import { spawnSync } from 'node:child_process'
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
  ]
}
