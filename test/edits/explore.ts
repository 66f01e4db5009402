import { parseArgs } from 'node:util'
import type { Subject } from './document.ts'
import { documentOf, subjects, titleOf } from './document.ts'
import type { Edit } from './edit.ts'
import { editsOf, pairsOf, shuffled } from './generator.ts'
import type { Result, Verdict } from './matrix.ts'
import { baseOf, live, liveWithFailure } from './matrix.ts'

// The SDK prints seven lines about Node 20 in each process that makes a client.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true'

const { values } = parseArgs({
  options: {
    example: { type: 'string', multiple: true },
    environment: { type: 'string', short: 'e' },
    /** Edits whose name begins so: `services.web`. */
    part: { type: 'string', default: '' },
    /** One edit, by its whole name. */
    case: { type: 'string' },
    /** The second pass: one call of each edit is refused for good. */
    denied: { type: 'boolean', default: false },
    /** Pairs of edits instead of single ones: how many for each example. */
    pairs: { type: 'string' },
    seed: { type: 'string', default: '1' },
    /** So many of the edits of each example, chosen by the seed. Default: all. */
    sample: { type: 'string' },
    /** `1/2` and `2/2`: each half of the edits, for a process on each core. */
    shard: { type: 'string', default: '1/1' },
    json: { type: 'boolean', default: false },
  },
})

const seed = Number(values.seed)
const [shard = 1, shards = 1] = values.shard.split('/').map(Number)
const tell = (text: string) => process.stdout.write(`${text}\n`)
const columns: readonly Verdict[] = ['executed', 'refused', 'announced', 'one-way', 'failed']
const table: string[][] = [['example', 'edits', ...columns, 'retried (s)']]

for (const subject of subjects()) {
  if (values.example && !values.example.includes(subject.example)) continue
  if (values.environment && values.environment !== subject.environment) continue
  const base = await baseOf(subject)
  const results: Result[] = []
  for (const edit of chosen(subject)) {
    const result = await ran(edit)
    if (!result) continue
    results.push(result)
    if (values.json) tell(JSON.stringify({ ...subject, ...result }))
    else if (result.verdict === 'failed')
      tell(`\n${replayOf(edit)}\n  ${result.findings.slice(0, 12).join('\n  ')}`)
    if (result.verdict === 'failed') process.exitCode = 1
  }
  const count = (verdict: Verdict) => String(results.filter(result => result.verdict === verdict).length)
  const longest = Math.max(0, ...results.map(({ retried }) => retried))
  table.push([titleOf(subject), String(results.length), ...columns.map(count), String(longest)])

  function ran(edit: Edit): Promise<Result | undefined> {
    const run = values.denied ? liveWithFailure(base, edit, seed) : live(base, edit, seed)
    return run.catch((error: unknown) => ({
      edit: edit.id,
      verdict: 'failed',
      findings: [`the command crashed: ${(error as Error).stack?.split('\n').slice(0, 4).join(' ')}`],
      retried: 0,
    }))
  }

  function replayOf({ id }: Edit): string {
    const flags = [values.denied ? ' --denied' : '', values.pairs ? ` --pairs ${values.pairs}` : ''].join('')
    return `npm run edits -- --example ${subject.example} --environment ${subject.environment} --seed ${seed}${flags} --case '${id}'`
  }
}

const widths = table[0]!.map((_, column) => Math.max(...table.map(row => row[column]!.length)))
for (const row of table)
  tell(
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  )

function chosen(subject: Subject): Edit[] {
  const document = documentOf(subject)
  const all = values.pairs ? pairsOf(document, Number(values.pairs), seed) : editsOf(document)
  const named = values.case === undefined ? all : all.filter(({ id }) => id === values.case)
  const inPart = named.filter(({ id }) => id.startsWith(values.part))
  const sample = values.sample ? shuffled(inPart, seed).slice(0, Number(values.sample)) : inPart
  return sample.filter((_, index) => index % shards === shard - 1)
}
