import type { CallRecord } from '../src/aws/aws.ts'
import { grouped } from './measure.ts'
import { fewestCalls } from './minimal-calls.ts'
import { examples, firstUpAndPlan, pollsOf, titleOf } from './stack.ts'

const asked = process.argv[2] ?? 'apranova'
const example = examples.find(one => one.name === asked || titleOf(one) === asked)
if (!example) {
  console.error(`no example ${asked}; there are: ${examples.map(titleOf).join(', ')}`)
  process.exit(64)
}

const { up, plan } = await firstUpAndPlan(example)
const polls = new Set(pollsOf(up.calls))
const firstWrite = up.calls.findIndex(({ read }) => !read)
show(
  'first up: reads before the first change',
  up.calls.slice(0, firstWrite).filter(call => !polls.has(call)),
)
show(
  'first up: changes',
  up.calls.filter(({ read }) => !read),
)
show('first up: reads after the first change (polling)', [...polls])
show('no-op plan', plan.calls)

console.log('\nno-op plan: batched minimum')
for (const [what, calls] of fewestCalls(plan.desired)) console.log(`${String(calls).padStart(5)}  ${what}`)

function show(title: string, calls: readonly CallRecord[]): void {
  console.log(`\n${title}: ${calls.length}`)
  const names = grouped(calls, ({ service, operation }) => `${service}:${operation}`)
  for (const [name, own] of [...names].toSorted(
    ([a, one], [b, two]) => two.length - one.length || a.localeCompare(b),
  )) {
    const failed = own.filter(({ error }) => error !== undefined)
    const errors = [...new Set(failed.map(({ error }) => error))].join(', ')
    console.log(
      `${String(own.length).padStart(5)}  ${name}${failed.length > 0 ? `   ${failed.length} × ${errors}` : ''}`,
    )
  }
}
