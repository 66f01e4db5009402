import { parseArgs } from 'node:util'
import { subjects, titleOf } from './document.ts'
import type { Choice } from './exploration.ts'
import { explore, replayOf } from './exploration.ts'

// The SDK prints seven lines about Node 20 in each process that makes a client.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true'

const { values } = parseArgs({
  options: {
    example: { type: 'string', multiple: true },
    environment: { type: 'string', short: 'e' },
    part: { type: 'string', default: '' },
    case: { type: 'string' },
    denied: { type: 'boolean', default: false },
    released: { type: 'boolean', default: false },
    pairs: { type: 'string' },
    seed: { type: 'string', default: '1' },
    sample: { type: 'string' },
    /** `1/2` and `2/2`: each half of the edits, for a process on each core. */
    shard: { type: 'string', default: '1/1' },
    /** A line of JSON for each edit, whatever came of it. */
    json: { type: 'boolean', default: false },
  },
})

const number = (text: string | undefined) => (text === undefined ? undefined : Number(text))
const [shard = 1, shards = 1] = values.shard.split('/').map(Number)
const choice: Choice = {
  seed: Number(values.seed),
  part: values.part,
  only: values.case,
  pairs: number(values.pairs),
  sample: number(values.sample),
  shard: [shard, shards],
  denied: values.denied,
  released: values.released,
}
const tell = (text: string) => process.stdout.write(`${text}\n`)
const columns = ['executed', 'refused', 'announced', 'one-way', 'failed'] as const
const table = [['example', 'edits', ...columns, 'calm', 'retried (s)']]

for (const subject of subjects()) {
  if (values.example && !values.example.includes(subject.example)) continue
  if (values.environment && values.environment !== subject.environment) continue
  const { edits, verdicts, calm, retried } = await explore(subject, choice, (result, edit) => {
    if (values.json) tell(JSON.stringify({ ...subject, ...result }))
    if (result.verdict !== 'failed') return
    process.exitCode = 1
    if (!values.json)
      tell(`\n${replayOf(subject, edit, choice)}\n  ${result.findings.slice(0, 12).join('\n  ')}`)
  })
  const counts = columns.map(verdict => String(verdicts[verdict]))
  if (edits > 0) table.push([titleOf(subject), String(edits), ...counts, String(calm), String(retried)])
}

if (table.length === 1) {
  process.stderr.write('no edit has such a name\n')
  process.exitCode = 64
}
const widths = table[0]!.map((_, column) => Math.max(...table.map(row => row[column]!.length)))
for (const row of table) {
  const cells = row.map((cell, column) => cell.padEnd(widths[column]!))
  tell(cells.join('  ').trimEnd())
}
