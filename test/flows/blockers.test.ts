import { describe, expect, it } from 'vitest'
import { environmentTag, stackTag } from '../../src/aws/tags.ts'
import { teardown } from '../../src/commands/teardown.ts'
import { attachInterface, releaseInterface } from '../../src/sandbox/ec2/interface.ts'
import { peerings } from '../../src/sandbox/ec2/peering.ts'
import type { World } from '../../src/sandbox/world.ts'
import { onceDuringCalls } from '../support/bystander.ts'
import { monitor } from '../support/guard-duty.ts'
import type { Ended, Life } from '../support/life.ts'
import { liveWith } from '../support/life.ts'

/** A stack that is up, and the ids that others get hold of. */
async function risen(edit?: (life: Life) => void) {
  const life = liveWith('minimal')
  edit?.(life)
  const { code, err } = await life.up()
  expect([code, err]).toEqual([0, err])
  const ledger = (await life.ledger())!
  const attribute = (address: string, name: string) => {
    const entry = ledger.entries.get(address)
    if (!entry || !('attributes' in entry)) throw new Error(`no ${address} in the ledger`)
    return entry.attributes[name] as string
  }
  const idOf = (type: string, name: string) => {
    const entry = [...ledger.entries.values()].find(one => one.type === type)
    return attribute(entry!.address, name)
  }
  return {
    life,
    attribute,
    vpcId: idOf('ec2/vpc', 'vpcId'),
    subnetId: idOf('ec2/subnet', 'subnetId'),
    groupId: attribute('security-groups/ecs', 'groupId'),
  }
}

const refusal = ({ error, writes }: Ended) => {
  expect(writes).toEqual([])
  expect(error).toMatchObject({ code: 'refused' })
  return `${error!.message} Next: ${error!.hint}`
}

const teardownInJson = (life: Life) =>
  life.type((options, context) => teardown({ ...options, json: true }, context))

const lambda = 'AWS Lambda VPC ENI-report-0b6f2c5e-1d2a-4c3b-9e8f-001122334455'

describe('a plan to delete what somebody else uses is refused before its first write', () => {
  it('by the network interface of a Lambda function in a subnet', async () => {
    const { life, subnetId } = await risen()
    let id = ''
    await life.meanwhile((_aws, world) => {
      id = attachInterface(world, { subnetId, groupIds: [], description: lambda })
    })
    const text = refusal(await life.teardown())
    expect(text).toContain(`network interface ${id} (${lambda}, requester`)
    expect(text).toContain('of Lambda function report, which is not part of this stack')
    expect(text).toContain('It blocks network/vpc as well')
    expect(text).toContain('delete the Lambda function report or take it out of the VPC')

    await life.meanwhile((_aws, world) => releaseInterface(world, id))
    expect(await life.teardown()).toMatchObject({ code: 0 })
  })

  it('by a rule of a security group that was made by hand', async () => {
    const { life, vpcId, groupId } = await risen()
    let theirs = ''
    await life.meanwhile(async ({ ec2 }) => {
      const { GroupId } = await ec2.createSecurityGroup({
        GroupName: 'bastion',
        Description: 'x',
        VpcId: vpcId,
      })
      theirs = GroupId!
      await ec2.authorizeSecurityGroupEgress({
        GroupId,
        IpPermissions: [
          { IpProtocol: 'tcp', FromPort: 80, ToPort: 80, UserIdGroupPairs: [{ GroupId: groupId }] },
        ],
      })
    })
    const text = refusal(await life.teardown())
    expect(text).toContain(`a rule of security group ${theirs} (bastion), which is not part of this stack`)
    expect(text).toContain(
      `aws ec2 revoke-security-group-egress --group-id ${theirs} --ip-permissions 'IpProtocol=tcp,FromPort=80,ToPort=80,UserIdGroupPairs=[{GroupId=${groupId}}]'`,
    )
  })

  it('by an EC2 instance of somebody else in a subnet', async () => {
    const { life, subnetId } = await risen()
    let id = ''
    await life.meanwhile(async ({ ec2 }) => {
      const { Instances } = await ec2.runInstances({
        ImageId: 'ami-0123456789abcdef0',
        MinCount: 1,
        MaxCount: 1,
        NetworkInterfaces: [{ DeviceIndex: 0, SubnetId: subnetId }],
        TagSpecifications: [
          {
            ResourceType: 'instance',
            Tags: [
              { Key: 'Name', Value: 'bastion' },
              { Key: stackTag, Value: 'tools' },
              { Key: environmentTag, Value: 'prod' },
            ],
          },
        ],
      })
      id = Instances![0]!.InstanceId!
    })
    const text = refusal(await life.teardown())
    expect(text).toContain(`of EC2 instance ${id} (bastion), which is part of the stack tools/prod`)
    expect(text).toContain(`aws ec2 terminate-instances --instance-ids ${id}`)
  })

  it('by a rule that somebody has added to our listener, unless the listener goes as well', async () => {
    const two = (life: Life) =>
      life.edit(
        'services:',
        'services:\n  api: { image: httpd:2.4, port: 8080, paths: [/api/*], priority: 10 }',
      )
    const { life, attribute } = await risen(two)
    let rule = ''
    await life.meanwhile(async ({ elbv2 }) => {
      const { Rules } = await elbv2.createRule({
        ListenerArn: attribute('load-balancer/http', 'arn'),
        Priority: 900,
        Conditions: [{ Field: 'path-pattern', Values: ['/old/*'] }],
        Actions: [{ Type: 'forward', TargetGroupArn: attribute('load-balancer/api.targets', 'arn') }],
      })
      rule = Rules![0]!.RuleArn!
    })
    life.edit('  api: { image: httpd:2.4, port: 8080, paths: [/api/*], priority: 10 }\n', '')
    const text = refusal(await life.up())
    expect(text).toContain(`the rule with priority 900 (${rule})`)
    expect(text).toContain(`aws elbv2 delete-rule --rule-arn ${rule}`)
    expect(await life.plan()).toMatchObject({ code: 1, writes: [] })
    expect(await life.teardown()).toMatchObject({ code: 0 })
  })

  it('by a peering connection of the VPC and a subnet that was made by hand', async () => {
    const { life, vpcId } = await risen()
    await life.meanwhile(async ({ ec2 }, world) => {
      peerings(world).set('pcx-1', { id: 'pcx-1', requester: 'vpc-other', accepter: vpcId, state: 'active' })
      await ec2.createSubnet({ VpcId: vpcId, CidrBlock: '10.0.200.0/24' })
    })
    const text = refusal(await life.teardown())
    expect(text).toContain('VPC peering connection pcx-1, which is not part of this stack')
    expect(text).toMatch(/subnet subnet-\w+, which is not part of this stack/)
  })

  it('and all of them are listed at once', async () => {
    const { life, subnetId } = await risen()
    await life.meanwhile((_aws, world) => {
      attachInterface(world, { subnetId, groupIds: [], description: lambda })
      attachInterface(world, { subnetId, groupIds: [], description: 'Amazon EKS prod' })
    })
    const { err } = await life.teardown()
    expect(err.match(/^Refused/gm)).toHaveLength(2)
  })
})

describe('a plan that nobody stands in the way of', () => {
  it('asks nothing more when it deletes nothing', async () => {
    const { life } = await risen()
    const { calls } = await life.up()
    expect(calls.map(({ operation }) => operation)).not.toContain('DescribeNetworkInterfaces')
  })

  it('does not count what AWS is about to remove, and says for what it waits', async () => {
    const { life, subnetId, groupId } = await risen()
    const left: string[] = []
    await life.meanwhile((_aws, world) => {
      for (const description of ['RDSNetworkInterface', 'ES logs', 'ELB app/old/0123456789abcdef']) {
        const id = attachInterface(world, { subnetId, groupIds: [groupId], description })
        releaseInterface(world, id, world.now() + 200_000)
        left.push(id)
      }
    })
    const { code, err, out } = await teardownInJson(life)
    expect([code, err]).toEqual([0, err])
    expect(out).toContain(
      `waiting for network interface ${left[0]} (RDSNetworkInterface, requester amazon-rds)`,
    )
  })
})

describe('GuardDuty in our VPC', () => {
  it('is named in the plan and removed together with the VPC', async () => {
    const { life, vpcId, subnetId } = await risen()
    let ids = { endpointId: '', groupId: '' }
    await life.meanwhile(async aws => {
      ids = await monitor(aws, vpcId, [subnetId])
    })
    const { code, err } = await life.teardown()
    expect([code, err]).toEqual([0, err])
    expect(err).toContain(`also deletes VPC endpoint ${ids.endpointId} of GuardDuty`)
    expect(err).toContain(`also deletes security group ${ids.groupId} of GuardDuty`)
    for (const table of ['ec2/vpc', 'ec2/vpc-endpoint', 'ec2/security-group', 'ec2/subnet'])
      expect(life.tables()[table] ?? [], table).toEqual([])
  })
})

describe('what appears between plan and run', () => {
  const minutesOf = async (life: Life) => {
    let now = 0
    await life.meanwhile((_aws, world) => void (now = world.now()))
    return now / 60_000
  }

  /** Puts a network interface into the subnet as soon as the load balancer has been deleted. */
  const appearing = (description: string, subnetId: string) => {
    const seen = { id: '', at: 0 }
    onceDuringCalls((world: World) => {
      if (world.table('elbv2/load-balancer').list().length > 0) return false
      seen.id = attachInterface(world, { subnetId, groupIds: [], description })
      seen.at = world.now() / 60_000
      return true
    })
    return seen
  }

  it('is named at the first refusal, and not waited for', async () => {
    const { life, subnetId } = await risen()
    const seen = appearing(lambda, subnetId)
    const { code, err } = await life.teardown()
    expect(code).toBe(1)
    expect(err).toContain(`AWS refuses to delete it: it is in use by network interface ${seen.id}`)
    expect(err).toContain('of Lambda function report, which is not part of this stack')
    // The load balancer’s own network interfaces take a minute to go.
    expect((await minutesOf(life)) - seen.at).toBeLessThan(2)
    await life.meanwhile((_aws, world) => releaseInterface(world, seen.id))
    expect(await life.teardown()).toMatchObject({ code: 0 })
  })

  it('is given up after minutes where AWS should have removed it', async () => {
    const { life, subnetId } = await risen()
    const seen = appearing('ES logs', subnetId)
    const { code, err } = await life.teardown()
    expect(code).toBe(1)
    expect(err).toMatch(/AWS has refused to delete it for 15 minutes; waiting for network interface eni-/)
    expect((await minutesOf(life)) - seen.at).toBeLessThan(18)
  })
})
