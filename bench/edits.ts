import { subjects } from '../test/edits/document.ts'
import { explore } from '../test/edits/exploration.ts'

// The table in the README. The whole matrix takes about an hour; a number as the first argument takes so many edits of
// each example, chosen by the seed.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true'
const [sample] = process.argv.slice(2).map(Number)

const head = [
  'example',
  'edits',
  'executed in one `up`',
  'refused up front',
  'announced as interrupting',
  'cannot be taken back',
  'failed',
  'longest time spent on an impossible call',
]
const rows: string[][] = []
for (const subject of subjects()) {
  const { edits, verdicts, retried } = await explore(subject, { seed: 1, sample })
  const { example, environment } = subject
  rows.push([
    `[${example}](examples/${example}/provision.yaml), ${environment}`,
    ...[
      edits,
      verdicts.executed,
      verdicts.refused,
      verdicts.announced,
      verdicts['one-way'],
      verdicts.failed,
    ].map(String),
    `${retried} s`,
  ])
}
const lines = [head, ['---', ...head.slice(1).map(() => '---:')], ...rows]
process.stdout.write(lines.map(line => `| ${line.join(' | ')} |\n`).join(''))
