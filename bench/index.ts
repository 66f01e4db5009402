import { callCounts } from './call-counts.ts'
import { coldStart } from './cold-start.ts'
import { exampleSizes, examplesAsMarkdown } from './examples.ts'
import { lag } from './lag.ts'
import { makespan } from './makespan.ts'
import type { Measure } from './measure.ts'
import { holds, rounded } from './measure.ts'
import { packageSize } from './package-size.ts'
import { releases } from './releases.ts'
import { scale } from './scale.ts'
import { wire } from './wire.ts'

const groups = {
  examples: exampleSizes,
  makespan,
  callCounts,
  lag,
  coldStart,
  packageSize,
  releases,
  scale,
  wire,
}
const json = process.argv.includes('--json')
const asked = process.argv.slice(2).filter(argument => argument !== '--json')
const unknown = asked.filter(name => !(name in groups))
if (unknown.length > 0) {
  console.error(`no group ${unknown.join(', ')}; there are: ${Object.keys(groups).join(', ')}`)
  process.exit(64)
}

if (!json && asked.join() === 'examples') {
  // As it stands in the README.
  console.log(await examplesAsMarkdown())
  process.exit(0)
}

const measures: Measure[] = []
for (const [name, group] of Object.entries(groups))
  if (asked.length === 0 || asked.includes(name)) measures.push(...(await group()))

if (json) {
  const rows = measures.map(measure => {
    const { name, value, goal, unit, note } = measure
    return {
      name,
      value: rounded(value),
      goal: goal ?? null,
      holds: holds(measure),
      ...(unit ? { unit } : {}),
      ...(note ? { note } : {}),
    }
  })
  console.log(JSON.stringify(rows, undefined, 2))
} else {
  const rows = measures.map(measure => [
    measure.name,
    `${rounded(measure.value)}${measure.unit ? ` ${measure.unit}` : ''}`,
    measure.goal === undefined ? '' : `≤ ${measure.goal}`,
    measure.goal === undefined ? '' : holds(measure) ? 'holds' : 'NOT HELD',
    measure.note ?? '',
  ])
  const head = ['measure', 'value', 'goal', '', '']
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map(row => row[column]!.length)))
  for (const row of [head, ...rows])
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
}
