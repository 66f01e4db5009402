import { expect, it } from 'vitest'
import { evaluatorOf } from '../../src/policy/evaluate.ts'
import { othersProbes, unscoped } from '../support/others-probes.ts'
import { examplePairs, policiesOf } from '../support/policies.ts'

it('allow no write on what belongs to others, save where AWS offers nothing to tell it by', async () => {
  const allowed = new Set<string>()
  let asked = 0
  for (const [example, environment] of examplePairs)
    for (const policy of await policiesOf(example, environment)) {
      const allows = evaluatorOf(policy.documents)
      const probes = await othersProbes(policy)
      asked += probes.length
      for (const probe of probes) if (allows(probe)) allowed.add(probe.what)
    }
  expect(asked).toBeGreaterThan(5000)
  expect([...allowed].toSorted()).toEqual(unscoped.toSorted())
})
