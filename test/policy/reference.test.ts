import { describe, expect, it } from 'vitest'
import { policyCommands } from '../../src/policy/commands.ts'
import { lengthOf, longestPolicy } from '../../src/policy/documents.ts'
import type { Statement } from '../../src/policy/statement.ts'
import { examplePairs, policiesOf } from '../support/policies.ts'
import type { ReferenceAction } from '../support/service-authorization.ts'
import { canMatch, referenceOf } from '../support/service-authorization.ts'

const printed = (
  await Promise.all(examplePairs.map(([name, environment]) => policiesOf(name, environment)))
).flat()
const statements = printed.flatMap(({ of, documents }) =>
  documents.flatMap(({ Statement: all }) => all.map(statement => ({ of, statement }))),
)

/** What is wrong with a statement, by a rule for each of its actions that the reference knows. */
async function problems(
  rule: (action: string, known: ReferenceAction, statement: Statement) => string | undefined,
): Promise<string[]> {
  const found = new Set<string>()
  for (const { statement } of statements)
    for (const action of statement.Action) {
      const known = await referenceOf(action)
      const problem = known && rule(action, known, statement)
      if (problem !== undefined) found.add(problem)
    }
  return [...found].toSorted()
}

/** The reference knows these two as those of Classic Load Balancers alone; the others have the same actions. */
const isClassic = (action: string) => /^elasticloadbalancing:(Add|Remove)Tags$/.test(action)

/** Where the reference says that an action needs several types, and one of them is meant. */
const alternatives = [
  /^elasticloadbalancing:\w+ at listener(-rule)?\/(net|gwy)$/,
  /^es:(Add|Remove)Tags at (application|datasource)$/,
  /^rds:(CreateDBInstanceReadReplica|DeregisterDBProxyTargets) at cluster$/,
  /^route53:ChangeTagsForResource at healthcheck$/,
]

const isByTag = ({ Condition }: Statement) => JSON.stringify(Condition ?? {}).includes('aws:ResourceTag/')

describe('the printed policies of every command, example and environment', () => {
  it('are printed for 11 pairs of example and environment', () => {
    expect(printed).toHaveLength(11 * policyCommands.length)
    expect(statements.length).toBeGreaterThan(1000)
  })

  it('have no Sid twice, use only letters and digits in it, and fit into a managed policy', () => {
    for (const { of, documents } of printed) {
      const sids = documents.flatMap(({ Statement: all }) => all.map(({ Sid }) => Sid))
      expect([of, sids.length]).toEqual([of, new Set(sids).size])
      expect(sids.filter(sid => !/^[A-Za-z0-9]+$/.test(sid))).toEqual([])
      for (const document of documents) expect(lengthOf(document)).toBeLessThanOrEqual(longestPolicy)
    }
  })

  it('are at most 10 documents for one command: as many as one role can have', () => {
    for (const { of, documents } of printed) expect([of, documents.length <= 10]).toEqual([of, true])
  })

  it('name only actions that AWS has', async () => {
    const actions = new Set(statements.flatMap(({ statement }) => statement.Action))
    const unknown: string[] = []
    for (const action of actions) if (!(await referenceOf(action))) unknown.push(action)
    expect(unknown).toEqual([])
  })

  it('name all resources for an action that AWS authorises at none', async () => {
    expect(
      await problems((action, { types }, { Resource }) =>
        types.length === 0 && !Resource.includes('*') ? `${action} at ${Resource.join(', ')}` : undefined,
      ),
    ).toEqual([])
  })

  it('name only resources of a type that the action has', async () => {
    expect(
      await problems((action, { types }, statement) => {
        if (types.length === 0 || statement.Resource.includes('*') || isClassic(action)) return undefined
        const fits = (resource: string) => types.some(type => canMatch(resource, type))
        const right = statement.Resource.filter(fits)
        // A statement with a condition on tags has the resources of other actions, too.
        const enough = isByTag(statement) ? right.length > 0 : right.length === statement.Resource.length
        return enough ? undefined : `${action} at ${statement.Resource.filter(one => !fits(one)).join(', ')}`
      }),
    ).toEqual([])
  })

  it('use only condition keys that AWS fills for the action', async () => {
    expect(
      await problems((action, { types, conditionKeys }, { Condition = {} }) => {
        const known = [...conditionKeys, ...types.flatMap(type => type.conditionKeys)]
        const unknown = Object.values(Condition)
          .flatMap(Object.keys)
          .filter(
            key =>
              !known.some(one => one === key || (one.includes('$') && key.startsWith(one.split('$')[0]!))),
          )
        return unknown.length > 0 ? `${action}: ${unknown.join(', ')}` : undefined
      }),
    ).toEqual([])
  })

  it('allow an action at every type of resource that it cannot do without', async () => {
    const missing = new Set<string>()
    for (const { documents } of printed) {
      const all = documents.flatMap(({ Statement: of }) => of)
      for (const action of new Set(all.flatMap(({ Action }) => Action))) {
        const known = await referenceOf(action)
        const resources = all.flatMap(({ Action, Resource }) => (Action.includes(action) ? Resource : []))
        for (const type of known?.types ?? [])
          if (type.required && !resources.some(one => one === '*' || canMatch(one, type)))
            missing.add(`${action} at ${type.name}`)
      }
    }
    const single = [...missing].filter(one => !alternatives.some(known => known.test(one)))
    expect(single.toSorted()).toEqual([])
  })
})
