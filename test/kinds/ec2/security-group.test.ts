import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DescribeSecurityGroupsCommand,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
  UpdateSecurityGroupRuleDescriptionsIngressCommand,
} from '@aws-sdk/client-ec2'
import { describe, expect, it } from 'vitest'
import type { Rule, SecurityGroupProps } from '../../../src/kinds/ec2/security-group.ts'
import { securityGroup } from '../../../src/kinds/ec2/security-group.ts'
import { mockedContext, readRequest, sandboxContext, tagsFor } from '../../support/context.ts'
import { describeKindLife } from '../../support/kind-life.ts'
import { awsTags, ec2Error, makeGroup, makeVpc, mockEc2, token } from './network.ts'

const address = 'web/security-group'
const https: Rule = { protocol: 'tcp', fromPort: 443, toPort: 443, cidr: '0.0.0.0/0' }
const fromPeer: Rule = { protocol: 'tcp', fromPort: 80, toPort: 80, groupId: 'sg-2', description: 'peer' }
const props: SecurityGroupProps = {
  groupName: 'shop-test-web',
  description: 'web',
  vpcId: 'vpc-1',
  ingress: [https, fromPeer],
}
const attributes = { groupId: 'sg-1' }
const tags = tagsFor(address)
const request = { address, props, tags, token }
const httpsPermission = {
  IpProtocol: 'tcp',
  FromPort: 443,
  ToPort: 443,
  IpRanges: [{ CidrIp: '0.0.0.0/0' }],
}
const peerPermission = {
  IpProtocol: 'tcp',
  FromPort: 80,
  ToPort: 80,
  UserIdGroupPairs: [{ GroupId: 'sg-2', Description: 'peer' }],
}
const allowAll = { IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }
const row = {
  GroupId: 'sg-1',
  GroupName: 'shop-test-web',
  Description: 'web',
  VpcId: 'vpc-1',
  IpPermissions: [peerPermission, httpsPermission],
  IpPermissionsEgress: [allowAll],
  Tags: awsTags(tags),
}

describeKindLife({
  kind: securityGroup,
  props: async context => {
    const vpcId = await makeVpc(context)
    const peer = await makeGroup(context, vpcId, 'peer')
    return {
      ...props,
      vpcId,
      ingress: [https, { ...fromPeer, groupId: peer }, { ...https, cidr: '::/0' }],
      egress: [https],
    }
  },
  changes: [
    { ingress: [{ ...https, description: 'everyone' }] },
    { ingress: [] },
    { egress: [{ protocol: '-1', cidr: '0.0.0.0/0' }] },
    { egress: [] },
  ],
})

describe('ec2/security-group', () => {
  it('is created in one call that carries its tags', async () => {
    const ec2 = mockEc2()
    ec2.on(CreateSecurityGroupCommand).resolves({ GroupId: 'sg-1' })
    expect(await securityGroup.create(request, mockedContext())).toEqual(attributes)
    expect(ec2.calls().map(call => call.args[0].input)).toEqual([
      {
        GroupName: 'shop-test-web',
        Description: 'web',
        VpcId: 'vpc-1',
        TagSpecifications: [{ ResourceType: 'security-group', Tags: awsTags(tags) }],
      },
    ])
  })

  it('gets all its rules in one call, and AWS’s default egress needs none', async () => {
    const ec2 = mockEc2()
    ec2.on(AuthorizeSecurityGroupIngressCommand).resolves({})
    await securityGroup.finish!(request, attributes, mockedContext())
    expect(ec2.calls().map(call => call.args[0].input)).toEqual([
      { GroupId: 'sg-1', IpPermissions: [httpsPermission, peerPermission] },
    ])
  })

  it('adds only the missing rules when some exist already', async () => {
    const ec2 = mockEc2()
    ec2
      .on(AuthorizeSecurityGroupIngressCommand)
      .rejectsOnce(ec2Error('InvalidPermission.Duplicate'))
      .resolves({})
    ec2.on(DescribeSecurityGroupsCommand).resolves({
      SecurityGroups: [{ ...row, IpPermissions: [peerPermission] }],
    })
    await securityGroup.finish!(request, attributes, mockedContext())
    expect(ec2.commandCalls(AuthorizeSecurityGroupIngressCommand)[1]?.args[0].input).toEqual({
      GroupId: 'sg-1',
      IpPermissions: [httpsPermission],
    })
  })

  it('revokes AWS’s default egress when none is declared to be allowed', async () => {
    const ec2 = mockEc2()
    ec2.on(RevokeSecurityGroupEgressCommand).resolves({})
    const closed = { ...props, ingress: [], egress: [] }
    await securityGroup.finish!({ ...request, props: closed }, attributes, mockedContext())
    expect(ec2.calls().map(call => call.args[0].input)).toEqual([
      { GroupId: 'sg-1', IpPermissions: [allowAll] },
    ])
  })

  it('reads what was declared, so that a second run changes nothing', async () => {
    const ec2 = mockEc2()
    ec2.on(DescribeSecurityGroupsCommand).resolves({ SecurityGroups: [row] })
    const [found] = await securityGroup.read([readRequest(address, props, attributes)], mockedContext())
    const egress = [{ protocol: '-1', cidr: '0.0.0.0/0' }]
    expect(found).toEqual({ attributes, props: { ...securityGroup.normalise!(props), egress }, tags })
    expect(ec2.calls()).toHaveLength(1)
  })

  it('speaks of protocols and addresses as AWS does', () => {
    const ingress = [
      { protocol: '6', fromPort: 1, toPort: 2, cidr: 'FD00::/8' },
      { protocol: 'ALL', fromPort: 0, toPort: 65535, cidr: '10.0.0.0/8' },
    ]
    expect(securityGroup.normalise!({ ...props, ingress }).ingress).toEqual([
      { protocol: '-1', cidr: '10.0.0.0/8' },
      { protocol: 'tcp', fromPort: 1, toPort: 2, cidr: 'fd00::/8' },
    ])
  })

  it('tells what its inbound rules open to addresses, and nothing of other groups', () => {
    const ingress = [
      { protocol: 'tcp', fromPort: 443, toPort: 443, cidr: '0.0.0.0/0' },
      { protocol: 'udp', fromPort: 1000, toPort: 2000, cidr: '::/0' },
      { protocol: 'icmp', fromPort: -1, toPort: -1, cidr: '10.0.0.0/8' },
      { protocol: '-1', cidr: '10.0.0.0/8' },
      { protocol: 'tcp', fromPort: 5432, toPort: 5432, groupId: 'sg-1' },
    ]
    expect(securityGroup.opens!({ ingress, egress: [{ protocol: '-1', cidr: '0.0.0.0/0' }] })).toEqual([
      { port: 'tcp/443', to: '0.0.0.0/0' },
      { port: 'udp/1000-2000', to: '::/0' },
      { port: 'icmp', to: '10.0.0.0/8' },
      { port: 'all ports', to: '10.0.0.0/8' },
    ])
  })

  it('sorts its rules though a peer is not known yet', () => {
    const peer = { unknown: 'database/security-group.groupId' } as unknown as string
    const ingress = [{ ...fromPeer, groupId: peer }, https]
    expect(securityGroup.normalise!({ ...props, ingress }).ingress).toHaveLength(2)
    expect(securityGroup.normalise!({ ...props, ingress: peer as never }).ingress).toEqual(peer)
  })

  it('adds the new rule before it revokes the old one, and leaves the others alone', async () => {
    const ec2 = mockEc2()
    ec2.onAnyCommand().resolves({})
    const wanted = { ...props, ingress: [{ ...https, cidr: '10.0.0.0/8' }, fromPeer] }
    await securityGroup.update!(
      { address, attributes, observed: props, props: wanted, changed: ['ingress'] },
      mockedContext(),
    )
    expect(ec2.calls().map(call => [call.args[0].constructor.name, call.args[0].input])).toEqual([
      [
        'AuthorizeSecurityGroupIngressCommand',
        { GroupId: 'sg-1', IpPermissions: [{ ...httpsPermission, IpRanges: [{ CidrIp: '10.0.0.0/8' }] }] },
      ],
      ['RevokeSecurityGroupIngressCommand', { GroupId: 'sg-1', IpPermissions: [httpsPermission] }],
    ])
  })

  it('changes a description without touching the rule', async () => {
    const ec2 = mockEc2()
    ec2.on(UpdateSecurityGroupRuleDescriptionsIngressCommand).resolves({})
    const wanted = { ...props, ingress: [https, { ...fromPeer, description: 'the load balancer' }] }
    await securityGroup.update!(
      { address, attributes, observed: props, props: wanted, changed: ['ingress'] },
      mockedContext(),
    )
    expect(ec2.calls()).toHaveLength(1)
  })

  it('revokes the remaining rules when one of them has gone already', async () => {
    const ec2 = mockEc2()
    ec2.on(RevokeSecurityGroupIngressCommand).rejectsOnce(ec2Error('InvalidPermission.NotFound')).resolves({})
    ec2.on(DescribeSecurityGroupsCommand).resolves({
      SecurityGroups: [{ ...row, IpPermissions: [httpsPermission] }],
    })
    await securityGroup.update!(
      { address, attributes, observed: props, props: { ...props, ingress: [] }, changed: ['ingress'] },
      mockedContext(),
    )
    expect(ec2.commandCalls(RevokeSecurityGroupIngressCommand)[1]?.args[0].input).toEqual({
      GroupId: 'sg-1',
      IpPermissions: [httpsPermission],
    })
  })

  it('shows a group of the same name with the tags of the stack it belongs to', async () => {
    const ec2 = mockEc2()
    const foreign = { ...tags, 'provision:stack': 'other' }
    ec2.on(DescribeSecurityGroupsCommand).resolves({ SecurityGroups: [{ ...row, Tags: awsTags(foreign) }] })
    const [found] = await securityGroup.read([readRequest(address, props)], mockedContext())
    expect(found?.tags).toEqual(foreign)
    expect(ec2.calls().map(call => call.args[0].input)).toMatchObject([
      {
        Filters: [
          { Name: 'group-name', Values: ['shop-test-web'] },
          { Name: 'vpc-id', Values: ['vpc-1'] },
        ],
      },
    ])
  })

  it('takes an already deleted group for deleted', async () => {
    const ec2 = mockEc2()
    ec2.on(DescribeSecurityGroupsCommand).resolves({ SecurityGroups: [{ ...row, IpPermissions: [] }] })
    ec2.on(DeleteSecurityGroupCommand).rejects(ec2Error('InvalidGroup.NotFound'))
    await securityGroup.delete({ address, attributes, dataMayGo: false }, mockedContext())
    expect(ec2.calls()).toHaveLength(2)
  })

  it('goes together with a group that it refers to and that refers to it', async () => {
    const context = sandboxContext()
    const vpcId = await makeVpc(context)
    const [one, two] = [await makeGroup(context, vpcId, 'one'), await makeGroup(context, vpcId, 'two')]
    const pairs = [
      [one, two],
      [two, one],
    ] as const
    for (const [groupId, peer] of pairs) {
      const mutual = { ...request, props: { ...props, vpcId, ingress: [{ ...fromPeer, groupId: peer }] } }
      await securityGroup.finish!(mutual, { groupId }, context)
    }
    await Promise.all(
      pairs.map(([groupId]) =>
        securityGroup.delete({ address, attributes: { groupId }, dataMayGo: false }, context),
      ),
    )
    await context.aws.ec2.deleteVpc({ VpcId: vpcId })
  })

  it('fails with AWS’s own words when its name is taken in another case', async () => {
    const context = sandboxContext()
    const vpcId = await makeVpc(context)
    await makeGroup(context, vpcId, 'SHOP-test-WEB')
    await expect(
      securityGroup.create({ ...request, props: { ...props, vpcId } }, context),
    ).rejects.toMatchObject({ name: 'InvalidGroup.Duplicate' })
  })
})
