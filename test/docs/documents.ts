import { kindOf } from '../../src/kinds/index.ts'
import { estimate } from '../../src/cost/estimate.ts'
import type { Subject } from '../../src/docs/paper.ts'
import { inventoryOf } from '../../src/plan/inventory.ts'
import { configOf, resourcesOf } from '../support/stacks.ts'

/** What the document of this stack is made from, before anything of it is made. */
export async function subjectOf(stack: object): Promise<Subject> {
  const identity = { stack: 'shop', environment: 'dev' }
  const desired = await resourcesOf(stack)
  const situation = { identity, desired, ledger: undefined, observed: new Map(), kindOf, newLineage: '' }
  const inventory = inventoryOf(situation)
  return {
    ...identity,
    inventory,
    estimate: estimate(inventory, 'us-east-1'),
    config: await configOf(stack),
    account: '123456789012',
    region: 'us-east-1',
    partition: 'aws',
    outputs: {},
    date: '2026-01-31',
    serial: 0,
  }
}
