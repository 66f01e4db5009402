import { parseArgs } from 'node:util'
import type { Case, Failure } from './exploration.ts'
import { explore, lead, releaseCases, singleFaultCases } from './exploration.ts'
import { leadSeveral } from './several-faults.ts'
import { exampleNames } from './universe.ts'

// The SDK prints seven lines about Node 20 in each process that makes a client.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true'

const { values } = parseArgs({
  options: {
    /** How long to go on; without it, every single fault of every example, once. */
    minutes: { type: 'string' },
    seed: { type: 'string', default: '1' },
    example: { type: 'string', multiple: true, default: exampleNames },
    /** Where the ledger is: `file`, `dynamodb`. Default: a file, and for the smallest example the table too. */
    store: { type: 'string', multiple: true },
    /** `1/2` and `2/2`: each half of the cases, for a process on each core. */
    shard: { type: 'string', default: '1/1' },
    /** Lives with two to five faults each instead, all the time in the first example. */
    several: { type: 'boolean', default: false },
    replay: { type: 'string' },
  },
})
const withStores = (example: string) =>
  (values.store ?? (example === 'minimal' ? ['file', 'dynamodb'] : ['file'])).map(
    store => [example, store === 'dynamodb' ? 'dynamodb' : 'file'] as const,
  )
/** Releases are led where the example with all strategies is. */
const sweeps = (seed: number) => [
  ...values.example
    .flatMap(withStores)
    .map(
      ([example, store]) => [`${example}, ${store}`, () => singleFaultCases(example, seed, store)] as const,
    ),
  ...(values.example.includes('blue-green')
    ? (['file', 'dynamodb'] as const).map(
        store => [`releases, ${store}`, () => releaseCases(seed, store)] as const,
      )
    : []),
]
const tell = (text: string) => process.stdout.write(`${text}\n`)
const [shard = 1, shards = 1] = values.shard.split('/').map(Number)
const inShard = (cases: readonly Case[]) => cases.filter((_, index) => index % shards === shard - 1)
const onFailure = ({ replay, findings }: Failure) => {
  process.exitCode = 1
  tell(`\n${replay}\n  ${findings.slice(0, 10).join('\n  ')}`)
}

if (values.several) {
  const milliseconds = Number(values.minutes ?? 10) * 60_000
  const [[example, store] = ['minimal', 'file'] as const] = values.example.flatMap(withStores)
  const led = await leadSeveral({
    example,
    store,
    seed: Number(values.seed),
    lives: 1_000_000,
    milliseconds,
  })
  tell(`${example}, ${store}, seed ${values.seed}: ${led} lives with two to five faults`)
} else if (values.replay === undefined) {
  const end = performance.now() + Number(values.minutes ?? Infinity) * 60_000
  const began = performance.now()
  let led = 0
  for (let seed = Number(values.seed); performance.now() < end; seed += 100_000) {
    for (const [name, casesOf] of sweeps(seed)) {
      const { failures, ...count } = await explore(inShard(await casesOf()), {
        milliseconds: end - performance.now(),
        enough: 20,
        onFailure,
      })
      led += count.led
      tell(`${name}, seed ${seed}: ${count.led} of ${count.of} single faults, ${failures.length} failures`)
    }
    if (values.minutes === undefined) break
  }
  tell(`${led} lives, ${(led / ((performance.now() - began) / 1000)).toFixed(1)} a second`)
} else {
  const findings = await lead(JSON.parse(values.replay) as Case)
  tell(findings.length > 0 ? findings.join('\n') : 'nothing went wrong')
  process.exitCode = findings.length > 0 ? 1 : 0
}
