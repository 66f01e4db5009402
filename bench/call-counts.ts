import type { CallRecord } from '../src/aws/aws.ts'
import type { Measure } from './measure.ts'
import { fewestCalls } from './minimal-calls.ts'
import { firstUpAndPlan, pollsOf } from './stack.ts'

export async function callCounts(): Promise<Measure[]> {
  const { up, plan } = await firstUpAndPlan()
  const fewest = [...fewestCalls(plan.desired).values()].reduce((total, calls) => total + calls, 0)
  const polls = new Set(pollsOf(up.calls))
  return [
    {
      name: 'no-op plan: calls / batched minimum',
      value: plan.calls.length / fewest,
      goal: 1.1,
      note: `${plan.calls.length} / ${fewest}`,
    },
    { name: 'no-op plan: waves of calls', value: wavesOf(plan.calls), goal: 2 },
    {
      name: 'first up: calls without polling',
      value: up.calls.length - polls.size,
      goal: 80,
      note: `${up.calls.filter(({ read }) => !read).length} of them write`,
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
