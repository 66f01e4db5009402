import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Clock } from '../src/effects/clock.ts'
import { realClock } from '../src/effects/clock.ts'
import { nodeFiles } from '../src/effects/node-files.ts'
import { VirtualClock } from '../src/effects/virtual-clock.ts'
import { startMoto } from '../test/moto/server.ts'
import { build } from './cold-start.ts'
import type { Measure } from './measure.ts'
import { median } from './measure.ts'
import type { Proxy } from './proxy.ts'
import { startProxy } from './proxy.ts'
import { recordScript, runScript } from './script.ts'
import { apranova, commandCalls, quietEffects, root } from './stack.ts'

const rounds = 3
/** Milliseconds that each call takes on its way, as from an office to a region of AWS. */
const distance = 50

/** The tool beside a server that answers at once: what it adds to the wire by itself. */
export async function wire(): Promise<Measure[]> {
  build()
  const moto = await startMoto()
  const proxy = await startProxy(moto.url)
  const before = { ...process.env }
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: proxy.url,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  })
  const folders: string[] = []
  const firstUp = async (clock: Clock = new VirtualClock()) => {
    await moto.reset()
    const folder = await mkdtemp(join(tmpdir(), 'provision-bench-'))
    folders.push(folder)
    await cp(dirname(apranova), folder, { recursive: true, filter: path => !path.includes('.provision') })
    proxy.forget()
    // Waits pass in no time on a virtual clock: what is left is the wire and ourselves.
    const effects = { ...quietEffects(nodeFiles), cwd: folder, clock }
    const began = performance.now()
    await commandCalls(effects, 'up', {})
    const took = performance.now() - began
    return { folder, took }
  }
  try {
    // The first one loads the SDK.
    const requestsMade = await recordScript(async () => void (await firstUp()))
    const tool: number[] = []
    const script: number[] = []
    for (let round = 0; round < rounds; round++) {
      tool.push((await firstUp()).took)
      await moto.reset()
      script.push(await runScript(requestsMade))
    }
    proxy.delay(distance)
    const far: number[] = []
    const scriptFar: number[] = []
    for (let round = 0; round < rounds; round++) {
      far.push((await firstUp(realClock)).took)
      await moto.reset()
      scriptFar.push(await runScript(requestsMade))
    }
    proxy.delay(0)
    const { folder } = await firstUp()
    const above: { own: number; busy: number }[] = []
    for (let round = 0; round < rounds; round++) above.push(await noOpPlan(folder, proxy))
    const own = median(above.map(one => one.own))
    return [
      {
        name: 'first up over the wire / a script that makes the same calls one by one',
        value: median(tool) / median(script),
        goal: 1,
        note: `${median(tool).toFixed(0)} ms / ${median(script).toFixed(0)} ms, ${requestsMade.length} calls, waits left out`,
      },
      {
        name: `first up over the wire, ${distance} ms a call, everything ready at once, by a real clock`,
        value: median(far) / 1000,
        goal: 6,
        unit: 's',
        note: `${spread(far)}; waits for what is not ready are part of it`,
      },
      {
        name: `the same calls one by one, ${distance} ms each`,
        value: median(scriptFar) / 1000,
        goal: undefined,
        unit: 's',
        note: spread(scriptFar),
      },
      {
        name: 'no-op plan over the wire: process above wire time',
        value: own / 1000,
        goal: 1.5,
        unit: 's',
        note: `${median(above.map(one => one.busy)).toFixed(0)} ms on the wire`,
      },
    ]
  } finally {
    process.env = before
    await proxy.stop()
    await moto.stop()
    for (const folder of folders) await rm(folder, { recursive: true, force: true })
  }
}

/** Of times in milliseconds. */
function spread(times: readonly number[]): string {
  const [least, most] = [Math.min(...times), Math.max(...times)].map(time => (time / 1000).toFixed(1))
  return `${least} to ${most} s in ${times.length} runs`
}

async function noOpPlan(folder: string, proxy: Proxy): Promise<{ own: number; busy: number }> {
  proxy.forget()
  const began = performance.now()
  const child = spawn(process.execPath, [`${root}bin/provision.js`, 'plan', '--detailed-exitcode'], {
    cwd: folder,
    env: process.env,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const [code] = (await once(child, 'exit')) as [number]
  if (code !== 0) throw new Error(`plan ended with ${code}`)
  const { busy } = proxy.measured
  return { own: performance.now() - began - busy, busy }
}
