import { identityTags } from '../../src/aws/tags.ts'
import { observe } from '../../src/engine/observe.ts'
import { runPlan } from '../../src/engine/run-plan.ts'
import { kindOf } from '../../src/kinds/index.ts'
import { makePlan } from '../../src/plan/make-plan.ts'
import type { Resource } from '../../src/resources/resource.ts'
import { sandboxContext } from './context.ts'
import { memoryLedger } from './memory-ledger.ts'

const identity = { stack: 'shop', environment: 'test' }

/** Resources declared by hand, without a config: `become` makes an embedded AWS match them. */
export async function becoming() {
  const context = sandboxContext()
  const holder = { user: 'ada', host: 'laptop', pid: 1, since: 0, command: 'up', tool: '1' }
  const ledger = await memoryLedger().lock(holder)
  const { account, region } = context
  await ledger.begin({ format: 1, ...identity, lineage: 'l1', account, region, tool: '1' })
  const become = async (desired: Resource[]) => {
    const content = ledger.content
    const identityOf = (address: string) => identityTags(identity, 'l1', address)
    const observed = await observe({ desired, ledger: content, kindOf, context, identityOf })
    const plan = makePlan({ identity, desired, ledger: content, observed, kindOf, newLineage: 'l1' })
    const { clock, patient } = context
    return runPlan({ plan, kindOf, context, patient, ledger, clock, emit: () => undefined })
  }
  return { become, ledger, context }
}
