import { describe, expect, it } from 'vitest'
import { identityTags } from '../../src/aws/tags.ts'
import { withoutCycles } from '../../src/engine/graph.ts'
import { observe } from '../../src/engine/observe.ts'
import { runPlan } from '../../src/engine/run-plan.ts'
import { kindOf } from '../../src/kinds/index.ts'
import { makePlan } from '../../src/plan/make-plan.ts'
import type { Resource } from '../../src/resources/resource.ts'
import { sandboxContext } from '../support/context.ts'
import { memoryLedger } from '../support/memory-ledger.ts'

const identity = { stack: 'shop', environment: 'test' }

/** A VPC and two security groups in it, each of which lets the other one in. */
function groupsThatAllowEachOther(): Resource[] {
  const id = (reference: string, attribute: string) => ({ reference, attribute, holds: true })
  const common = { tags: {}, after: [] }
  const group = (name: string, other: string): Resource => ({
    ...common,
    address: name,
    type: 'ec2/security-group',
    props: {
      groupName: name,
      description: name,
      vpcId: id('vpc', 'vpcId'),
      ingress: [{ protocol: 'tcp', fromPort: 80, toPort: 80, groupId: id(other, 'groupId') }],
    },
  })
  const vpc = { ...common, address: 'vpc', type: 'ec2/vpc', props: { cidrBlock: '10.0.0.0/16' } }
  return [vpc, group('web', 'api'), group('api', 'web')]
}

async function lifeOf() {
  const context = sandboxContext()
  const holder = { user: 'ada', host: 'laptop', pid: 1, since: 0, command: 'up', tool: '1' }
  const ledger = await memoryLedger().lock(holder)
  await ledger.begin({
    format: 1,
    ...identity,
    lineage: 'l1',
    account: context.account,
    region: context.region,
    tool: '1',
  })
  const become = async (desired: Resource[]) => {
    const content = ledger.content
    const identityOf = (address: string) => identityTags(identity, 'l1', address)
    const observed = await observe({ desired, ledger: content, kindOf, context, identityOf })
    const plan = makePlan({ identity, desired, ledger: content, observed, kindOf, newLineage: 'l1' })
    const { clock, aws: patient } = context
    return runPlan({ plan, kindOf, context, patient, ledger, clock, emit: () => undefined })
  }
  const groups = async () => {
    const { SecurityGroups = [] } = await context.aws.ec2.describeSecurityGroups({})
    return SecurityGroups.filter(({ GroupName }) => GroupName !== 'default')
  }
  return { become, groups, ledger, clock: context.clock }
}

describe('references in a circle', () => {
  it('are made, and deleted together', async () => {
    const { become, groups, ledger, clock } = await lifeOf()
    expect(await become(groupsThatAllowEachOther())).toMatchObject({ outcome: 'done' })
    const made = await groups()
    expect(made.map(({ IpPermissions = [] }) => IpPermissions[0]?.UserIdGroupPairs?.[0]?.GroupId)).toEqual(
      made.map(({ GroupId }) => GroupId).toReversed(),
    )

    const began = clock.now()
    expect(await become([])).toMatchObject({ outcome: 'done', failed: [], skipped: [] })
    expect(await groups()).toEqual([])
    expect(ledger.content?.entries.size).toBe(0)
    expect(clock.now() - began).toBeLessThan(15_000)
  })

  it('give no order, while all other references still do', () => {
    const edge = (user: string, address: string) => ({ user, address, holds: true })
    const circle = [edge('a', 'b'), edge('b', 'c'), edge('c', 'a')]
    const rest = [edge('top', 'a'), edge('c', 'bottom'), edge('top', 'bottom')]
    expect(withoutCycles([...circle, ...rest])).toEqual(rest)
  })
})
