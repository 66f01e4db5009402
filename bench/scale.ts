import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'
import type { Measure } from './measure.ts'

interface Planned {
  readonly resources: number
  readonly milliseconds: number
  readonly kilobytes: number
}

export async function scale(): Promise<Measure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'provision-bench-'))
  try {
    // Bundled, so that the memory of a compiler is not counted as ours.
    const bundle = await rolldown({
      input: fileURLToPath(new URL('scale-child.ts', import.meta.url)),
      platform: 'node',
      resolve: { mainFields: ['module', 'main'] },
      transform: { define: { __filename: 'import.meta.filename', __dirname: 'import.meta.dirname' } },
      external: ['jiti', 'pino', /^node:/],
      logLevel: 'silent',
    })
    await bundle.write({
      dir: folder,
      format: 'esm',
      entryFileNames: 'child.mjs',
      chunkFileNames: 'chunk-[hash].mjs',
    })
    await bundle.close()
    const small = quickest(Array.from({ length: rounds }, () => planned(folder, 100)))
    const large = quickest(Array.from({ length: rounds }, () => planned(folder, 1000)))
    return [
      {
        name: 'plan of 1,000 resources / plan of 100: time',
        value: large.milliseconds / small.milliseconds,
        goal: 12,
        note: `${large.milliseconds.toFixed(0)} ms for ${large.resources} / ${small.milliseconds.toFixed(0)} ms for ${small.resources}`,
      },
      {
        name: 'plan of 1,000 resources: peak RSS',
        value: large.kilobytes / 1024,
        goal: 300,
        unit: 'MB',
        note: `${(small.kilobytes / 1024).toFixed(0)} MB for ${small.resources}`,
      },
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The quickest run: whatever else the machine does only makes one slower. */
function quickest(runs: readonly Planned[]): Planned {
  return runs.toSorted((a, b) => a.milliseconds - b.milliseconds)[0]!
}

function planned(folder: string, resources: number): Planned {
  const file = join(folder, `${resources}.json`)
  const child = <T>(task: string, services: number) => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(folder, 'child.mjs'), task, `${services}`, file],
      {
        encoding: 'utf8',
      },
    )
    if (status !== 0) throw new Error(`${task} of ${services} services: ${stderr}`)
    return JSON.parse(stdout) as T
  }
  const services = Math.round((resources - withoutServices) / eachService)
  const made = child<Pick<Planned, 'resources'>>('make', services)
  return { ...made, ...child<Omit<Planned, 'resources'>>('plan', services) }
}

const rounds = 3

/** Resources of the generated stack beside its services, and for each of them. */
const withoutServices = 10
const eachService = 6
