import { beforeAll, describe, expect, it } from 'vitest'
import { drift } from '../../src/commands/drift.ts'
import { overlaid } from '../../src/config/overlay.ts'
import type { Plan } from '../../src/plan/decision.ts'
import type { StackSituation } from '../../src/situation.ts'
import type { Life } from '../support/life.ts'
import { liveOn } from '../support/life.ts'
import type { Field } from '../support/optional-fields.ts'
import { fieldsIn, optionalFields, without } from '../support/optional-fields.ts'
import {
  batchesOf,
  bringUp,
  effectOf,
  isInPlace,
  planFor,
  planned,
  situationOf,
} from '../support/removal-plans.ts'
import type { Config } from '../support/removals.ts'
import { bases, configOf, written } from '../support/removals.ts'

/** Fields whose removal asks for something else, and rightly does nothing. */
const withoutEffect: Readonly<Record<string, string>> = {
  'databases.*.snapshotIdentifier': 'it counts only when the instance is made',
}

/** Fields that no base has. */
const elsewhere: Readonly<Record<string, string>> = {
  ledger: 'it says where the ledger is, and so which stack is meant',
}

const tried = new Set<string>()

describe.each(bases)('an option that is removed from $example', base => {
  let life: Life
  let config: Config
  let situation: StackSituation
  const plans: { readonly field: Field; readonly made: Plan | string }[] = []

  beforeAll(async () => {
    const bare = configOf(base)
    life = liveOn(written(bare), base.environment)
    config = overlaid(bare, (await base.prepare?.(life)) ?? {}) as Config
    life.write(written(config))
    await bringUp(life, config)
    situation = await situationOf(life)
    for (const field of fieldsIn(config))
      plans.push({ field, made: await planFor(situation, without(config, field.path)) })
    for (const { field } of plans) tried.add(field.field)
  }, 300_000)

  it('changes what it was about, stays and says so, or is refused with a way forward', () => {
    const silent = plans.filter(({ made }) => effectOf(situation, made) === 'silent')
    expect(silent.map(({ field }) => field).filter(({ field }) => !(field in withoutEffect))).toEqual([])
  })

  it('is in AWS what the plan said, once and for all', async () => {
    const fields = plans
      // What somebody else owns is looked up by what the config says of it: that takes another look at AWS.
      .filter(({ field }) => !field.field.startsWith('existing'))
      .filter(({ made }) => isInPlace(made) && effectOf(situation, made) !== 'same')
      .map(({ field }) => field)
    for (const batch of await batchesOf(situation, config, fields)) {
      const one = life.copy()
      one.write(written(batch))
      const { code, err, error } = await one.up({ allowInterruption: true })
      expect([code, error, err]).toEqual([0, undefined, err])
      const { resources, refusals } = await planned(one)
      expect(refusals).toEqual([])
      expect(resources.filter(({ action, notes }) => action !== 'none' || notes)).toEqual([])
      const seen = await one.type((options, context) =>
        drift({ ...options, detailedExitcode: true }, context),
      )
      expect([seen.code, seen.out]).toEqual([0, seen.out])
    }
  })
})

it('is tried for every optional field of the schema', () => {
  expect(optionalFields().filter(field => !tried.has(field))).toEqual(Object.keys(elsewhere))
})
