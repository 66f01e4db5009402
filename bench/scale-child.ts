import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { loadConfig } from '../src/config/load.ts'
import type { StackConfig } from '../src/config/schema/stack.ts'
import { memoryFiles } from '../test/support/memory-files.ts'
import type { Saved } from './stack.ts'
import { stage } from './stack.ts'

/**
 * `make SERVICES FILE` makes a stack of many services and keeps it in the file; `plan SERVICES FILE` plans it again,
 * in a process of its own, and prints what that took.
 */
const [task, services, file = ''] = process.argv.slice(2)

const config = await manyServices(Number(services))
if (task === 'make') {
  const made = stage(config)
  const { desired } = await made.up()
  writeFileSync(file, JSON.stringify(await made.save()))
  console.log(JSON.stringify({ resources: desired.length }))
} else {
  const { plan } = stage(config, { saved: JSON.parse(readFileSync(file, 'utf8')) as Saved })
  // The first plan also loads the SDK's modules, and restores the ledger.
  await plan()
  const times: number[] = []
  for (let round = 0; round < 9; round++) {
    const began = performance.now()
    const { decisions } = await plan()
    times.push(performance.now() - began)
    const work = decisions.filter(({ action }) => action !== 'none')
    if (work.length > 0) throw new Error(`${work[0]!.address}: ${work[0]!.action}`)
  }
  // The fastest round: the others measure the compiler's warming up and the machine's other work.
  const milliseconds = Math.min(...times)
  console.log(JSON.stringify({ milliseconds, kilobytes: peakKilobytes() }))
}

/** Linux hands the parent's peak on to `resourceUsage` of a child; VmHWM begins anew with each program. */
function peakKilobytes(): number {
  const status = existsSync('/proc/self/status') ? readFileSync('/proc/self/status', 'utf8') : ''
  const peak = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]
  return peak === undefined ? process.resourceUsage().maxRSS : Number(peak)
}

async function manyServices(count: number): Promise<StackConfig> {
  const service = (number: number) => `  worker-${number}: { image: busybox, cpu: 256, memory: 512 }`
  const text = [
    'stack: many',
    'environment: test',
    'region: us-east-1',
    'network: { zones: [us-east-1a, us-east-1b], natGateways: none }',
    'services:',
    ...Array.from({ length: count }, (_, number) => service(number)),
  ].join('\n')
  const files = memoryFiles({ '/many/provision.yaml': text })
  return (await loadConfig({ files, cwd: '/many', path: 'provision.yaml' })).config
}
