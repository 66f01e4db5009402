import { serialTag } from '../aws/tags.ts'
import type { Plan } from '../plan/decision.ts'
import type { KindContext } from '../resources/kind.ts'
import type { KindOf } from './graph.ts'
import type { RunResult } from './run-plan.ts'

interface Marking {
  readonly plan: Plan
  readonly kindOf: KindOf
  readonly context: KindContext
  readonly result: RunResult
  /** Of the ledger, once all is written. */
  readonly serial: number
}

/**
 * Tags one resource of the stack with the ledger's serial, so that an older copy of the ledger is noticed. Only after a
 * run that made or removed something: an older copy that differs in wishes alone does no harm. The tag is read with the
 * resource, so a plan costs no call more, and it goes with the resource at a teardown.
 */
export async function markSerial({ plan, kindOf, context, result, serial }: Marking): Promise<void> {
  const changed = plan.decisions.some(({ action }) =>
    ['create', 'replace', 'delete', 'resume'].includes(action),
  )
  if (!changed) return
  const failed = new Set([...result.failed, ...result.skipped])
  for (const { address, type, action } of plan.decisions) {
    const { ownership, retag } = kindOf(type)
    const attributes = result.attributes.get(address)
    const gone = action === 'delete' || action === 'forget' || failed.has(address)
    if (gone || !attributes || ownership !== 'tags' || !retag) continue
    return retag(attributes, { set: { [serialTag]: String(serial) }, remove: [] }, context)
  }
}
