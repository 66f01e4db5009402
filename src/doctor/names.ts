import { hasWork, summaryOf } from '../plan/decision.ts'
import type { Check } from './finding.ts'
import { fail, ok } from './finding.ts'

/** What the planner refuses: names that somebody else has, things that have to be there, data that would be lost. */
export const names: Check = async ({ plan }) => {
  if (plan.refusals.length > 0)
    return plan.refusals.map(({ address, message, hint }) => fail('names', `${address}: ${message}`, hint))
  const { create, update, replace, delete: gone } = summaryOf(plan.decisions)
  return [
    ok(
      'names',
      hasWork(plan)
        ? `nothing is in the way of ${create} to create, ${update} to update, ${replace} to replace, ${gone} to delete`
        : 'AWS matches the configuration',
    ),
  ]
}
