import { describe, expect, it } from 'vitest'
import { withoutCycles } from '../../src/engine/graph.ts'
import type { Resource } from '../../src/resources/resource.ts'
import { becoming } from '../support/becoming.ts'
import type { SandboxContext } from '../support/context.ts'

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

async function groupsOf({ aws }: SandboxContext) {
  const { SecurityGroups = [] } = await aws.ec2.describeSecurityGroups({})
  return SecurityGroups.filter(({ GroupName }) => GroupName !== 'default')
}

describe('references in a circle', () => {
  it('are made, and deleted together', async () => {
    const { become, ledger, context } = await becoming()
    expect(await become(groupsThatAllowEachOther())).toMatchObject({ outcome: 'done' })
    const made = await groupsOf(context)
    expect(made.map(({ IpPermissions = [] }) => IpPermissions[0]?.UserIdGroupPairs?.[0]?.GroupId)).toEqual(
      made.map(({ GroupId }) => GroupId).toReversed(),
    )

    const began = context.clock.now()
    expect(await become([])).toMatchObject({ outcome: 'done', failed: [], skipped: [] })
    expect(await groupsOf(context)).toEqual([])
    expect(ledger.content?.entries.size).toBe(0)
    expect(context.clock.now() - began).toBeLessThan(15_000)
  })

  it('give no order, while all other references still do', () => {
    const edge = (user: string, address: string) => ({ user, address, holds: true })
    const circle = [edge('a', 'b'), edge('b', 'c'), edge('c', 'a')]
    const rest = [edge('top', 'a'), edge('c', 'bottom'), edge('top', 'bottom')]
    expect(withoutCycles([...circle, ...rest])).toEqual(rest)
  })
})
