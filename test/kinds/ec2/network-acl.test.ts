import {
  CreateNetworkAclCommand,
  CreateNetworkAclEntryCommand,
  DeleteNetworkAclCommand,
  DeleteNetworkAclEntryCommand,
  DescribeNetworkAclsCommand,
  ReplaceNetworkAclAssociationCommand,
  ReplaceNetworkAclEntryCommand,
} from '@aws-sdk/client-ec2'
import type { NetworkAcl } from '@aws-sdk/client-ec2'
import { describe, expect, it } from 'vitest'
import type { NetworkAclProps } from '../../../src/kinds/ec2/network-acl.ts'
import { networkAcl } from '../../../src/kinds/ec2/network-acl.ts'
import type { SandboxContext } from '../../support/context.ts'
import { mockedContext, readRequest, sandboxContext, tagsFor } from '../../support/context.ts'
import { describeKindLife } from '../../support/kind-life.ts'
import { awsTags, ec2Error, makeSubnet, makeVpc, mockEc2, token } from './network.ts'

const address = 'network/public-acl'
const tags = tagsFor(address)
const attributes = { networkAclId: 'acl-1' }
const web = {
  ruleNumber: 100,
  action: 'allow',
  protocol: 'tcp',
  cidr: '0.0.0.0/0',
  fromPort: 80,
  toPort: 80,
} as const
const all = { ruleNumber: 100, action: 'allow', protocol: 'all', cidr: '0.0.0.0/0' } as const
const props: NetworkAclProps = { vpcId: 'vpc-1', ingress: [web], egress: [all], subnetIds: ['subnet-1'] }

const row: NetworkAcl = {
  NetworkAclId: 'acl-1',
  VpcId: 'vpc-1',
  Entries: [
    {
      RuleNumber: 100,
      Egress: false,
      RuleAction: 'allow',
      Protocol: '6',
      CidrBlock: '0.0.0.0/0',
      PortRange: { From: 80, To: 80 },
    },
    { RuleNumber: 32767, Egress: false, RuleAction: 'deny', Protocol: '-1', CidrBlock: '0.0.0.0/0' },
    { RuleNumber: 100, Egress: true, RuleAction: 'allow', Protocol: '-1', CidrBlock: '0.0.0.0/0' },
    { RuleNumber: 32767, Egress: true, RuleAction: 'deny', Protocol: '-1', CidrBlock: '0.0.0.0/0' },
  ],
  Associations: [{ NetworkAclAssociationId: 'aclassoc-1', NetworkAclId: 'acl-1', SubnetId: 'subnet-1' }],
  Tags: awsTags(tags),
}

async function place(context: SandboxContext): Promise<NetworkAclProps> {
  const vpcId = await makeVpc(context)
  return { ...props, vpcId, subnetIds: [await makeSubnet(context, vpcId)] }
}

describeKindLife({
  kind: networkAcl,
  props: place,
  changes: [
    { ingress: [web, { ...web, ruleNumber: 110, fromPort: 443, toPort: 443 }] },
    { ingress: [{ ...web, action: 'deny' }] },
    { egress: [{ ...all, protocol: 'udp', fromPort: 53, toPort: 53 }] },
    { subnetIds: [] },
  ],
})

describe('ec2/network-acl', () => {
  it('has rules about IPv6 as it has others', async () => {
    const context = sandboxContext()
    const six = { ...web, ruleNumber: 150, cidr: '::/0' }
    const wish = { ...(await place(context)), ingress: [web, six] }
    const made = await networkAcl.create({ address, props: wish, tags, token }, context)
    await networkAcl.finish!({ address, props: networkAcl.normalise!(wish), tags, token }, made, context)
    const [found] = await networkAcl.read([readRequest(address, wish, made)], context)
    expect(found?.props.ingress).toEqual(networkAcl.normalise!(wish).ingress)
    const { Entries = [] } = (
      await context.aws.ec2.describeNetworkAcls({ NetworkAclIds: [made.networkAclId] })
    ).NetworkAcls![0]!
    expect(Entries.find(({ RuleNumber }) => RuleNumber === 150)).toMatchObject({ Ipv6CidrBlock: '::/0' })
  })

  it('gets its rules before the first subnet comes under it', async () => {
    const ec2 = mockEc2()
    ec2.on(CreateNetworkAclCommand).resolves({ NetworkAcl: { NetworkAclId: 'acl-1' } })
    ec2.on(CreateNetworkAclEntryCommand).resolves({})
    ec2.on(DescribeNetworkAclsCommand).resolves({
      NetworkAcls: [
        {
          Associations: [
            { NetworkAclAssociationId: 'aclassoc-9', NetworkAclId: 'acl-0', SubnetId: 'subnet-1' },
          ],
        },
      ],
    })
    ec2.on(ReplaceNetworkAclAssociationCommand).resolves({})
    const request = { address, props: networkAcl.normalise!(props), tags, token }
    const made = await networkAcl.create(request, mockedContext())
    await networkAcl.finish!(request, made, mockedContext())
    expect(ec2.calls().map(call => call.args[0].input)).toEqual([
      {
        VpcId: 'vpc-1',
        ClientToken: token,
        TagSpecifications: [{ ResourceType: 'network-acl', Tags: awsTags(tags) }],
      },
      {
        NetworkAclId: 'acl-1',
        RuleNumber: 100,
        RuleAction: 'allow',
        Protocol: '6',
        Egress: false,
        CidrBlock: '0.0.0.0/0',
        PortRange: { From: 80, To: 80 },
      },
      {
        NetworkAclId: 'acl-1',
        RuleNumber: 100,
        RuleAction: 'allow',
        Protocol: '-1',
        Egress: true,
        CidrBlock: '0.0.0.0/0',
      },
      { Filters: [{ Name: 'association.subnet-id', Values: ['subnet-1'] }], MaxResults: 1000 },
      { AssociationId: 'aclassoc-9', NetworkAclId: 'acl-1' },
    ])
  })

  it('reads what was declared, and none of the rules that AWS adds', async () => {
    const ec2 = mockEc2()
    ec2.on(DescribeNetworkAclsCommand).resolves({ NetworkAcls: [row] })
    const [found] = await networkAcl.read([readRequest(address, props, attributes)], mockedContext())
    expect(found).toEqual({ attributes, props: networkAcl.normalise!(props), tags })
    expect(ec2.calls()).toHaveLength(1)
  })

  it.each([
    [
      'replaces the rule that differs',
      [{ ...web, cidr: '10.0.0.0/8' }],
      ReplaceNetworkAclEntryCommand,
      { CidrBlock: '10.0.0.0/8', RuleNumber: 100, Egress: false },
    ],
    ['deletes the rule that is gone', [], DeleteNetworkAclEntryCommand, { RuleNumber: 100, Egress: false }],
  ])('%s, in one call', async (_what, ingress, command, input) => {
    const ec2 = mockEc2()
    ec2.on(command as typeof DeleteNetworkAclEntryCommand).resolves({})
    const observed = networkAcl.normalise!(props)
    await networkAcl.update!(
      {
        address,
        attributes,
        observed,
        props: networkAcl.normalise!({ ...props, ingress }),
        changed: ['ingress'],
      },
      mockedContext(),
    )
    expect(ec2.calls().map(call => call.args[0].input)).toEqual([expect.objectContaining(input)])
  })

  it('looks again when a subnet has been moved under its hands', async () => {
    const ec2 = mockEc2()
    const under = (id: string) => ({
      NetworkAcls: [
        { Associations: [{ NetworkAclAssociationId: id, NetworkAclId: 'acl-0', SubnetId: 'subnet-1' }] },
      ],
    })
    ec2.on(DescribeNetworkAclsCommand).resolvesOnce(under('aclassoc-8')).resolves(under('aclassoc-9'))
    ec2
      .on(ReplaceNetworkAclAssociationCommand)
      .rejectsOnce(ec2Error('InvalidAssociationID.NotFound'))
      .resolves({})
    await networkAcl.update!(
      { address, attributes, observed: { ...props, subnetIds: [] }, props, changed: ['subnetIds'] },
      mockedContext(),
    )
    expect(ec2.commandCalls(ReplaceNetworkAclAssociationCommand).map(call => call.args[0].input)).toEqual([
      { AssociationId: 'aclassoc-8', NetworkAclId: 'acl-1' },
      { AssociationId: 'aclassoc-9', NetworkAclId: 'acl-1' },
    ])
  })

  it('gives its subnets back to the default ACL before it goes', async () => {
    const context = sandboxContext()
    const where = await place(context)
    const request = { address, props: networkAcl.normalise!(where), tags, token }
    const made = await networkAcl.finish!(request, await networkAcl.create(request, context), context)
    await networkAcl.delete({ address, attributes: made, dataMayGo: false }, context)
    const { NetworkAcls = [] } = await context.aws.ec2.describeNetworkAcls({})
    expect(NetworkAcls).toHaveLength(1)
    expect(NetworkAcls[0]).toMatchObject({
      IsDefault: true,
      Associations: [{ SubnetId: where.subnetIds[0] }],
    })
  })

  it('takes one that is already deleted for deleted', async () => {
    const ec2 = mockEc2()
    ec2.on(DescribeNetworkAclsCommand).resolves({ NetworkAcls: [] })
    ec2.on(DeleteNetworkAclCommand).rejects(ec2Error('InvalidNetworkAclID.NotFound'))
    await networkAcl.delete({ address, attributes, dataMayGo: false }, mockedContext())
    expect(ec2.commandCalls(DeleteNetworkAclCommand)).toHaveLength(0)
  })
})
