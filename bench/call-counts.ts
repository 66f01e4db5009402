import type { CallRecord } from '../src/aws/aws.ts'
import type { Measure } from './measure.ts'
import { fewestCalls } from './minimal-calls.ts'
import type { Example } from './stack.ts'
import { examples, firstUpAndPlan, pollsOf, titleOf } from './stack.ts'

export async function callCounts(): Promise<Measure[]> {
  const measured: Measure[] = []
  for (const example of examples) measured.push(...(await countsOf(example)))
  return measured
}

async function countsOf(example: Example): Promise<Measure[]> {
  const { up, plan } = await firstUpAndPlan(example)
  const fewest = [...fewestCalls(plan.desired).values()].reduce((total, calls) => total + calls, 0)
  const polls = new Set(pollsOf(up.calls))
  const resources = up.desired.length
  return [
    {
      name: `${titleOf(example)}: no-op plan: calls / batched minimum`,
      value: plan.calls.length / fewest,
      goal: 1.1,
      note: `${plan.calls.length} / ${fewest}`,
    },
    { name: `${titleOf(example)}: no-op plan: waves of calls`, value: wavesOf(plan.calls), goal: 2 },
    {
      name: `${titleOf(example)}: first up: calls without polling`,
      value: up.calls.length - polls.size,
      // Only this example's calls were counted when the goal was set.
      goal: example.name === 'apranova' ? 80 : undefined,
      note: `${up.calls.filter(({ read }) => !read).length} of them write; ${resources} resources`,
    },
  ]
}

/** A wave ends when the first of its calls is answered: whatever starts later may have needed that answer. */
export function wavesOf(calls: readonly CallRecord[]): number {
  let waves = 0
  let end = -Infinity
  for (const { started, milliseconds } of calls.toSorted((a, b) => a.started - b.started)) {
    if (started >= end) {
      waves++
      end = started + milliseconds
    } else end = Math.min(end, started + milliseconds)
  }
  return waves
}
