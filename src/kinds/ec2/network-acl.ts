import { orAbsent } from '../../aws/errors.ts'
import { fromTagList, tagSpecification } from '../../aws/tags.ts'
import { texts } from '../../resources/additions.ts'
import { sorted } from '../../resources/json.ts'
import type { Kind } from '../../resources/kind.ts'
import { asSet } from '../spelling.ts'
import { findAll, retag } from './describe.ts'
import { describeNetworkAcls, moveSubnets, releaseSubnets, subnetsOf } from './network-acl-association.ts'
import type { NetworkAclEntry } from './network-acl-entry.ts'
import { changeEntries, entriesFrom, normalEntries } from './network-acl-entry.ts'

export type { NetworkAclEntry } from './network-acl-entry.ts'

export interface NetworkAclProps {
  readonly vpcId: string
  /** Stateless: answers to what goes out have to be let in as well. What no rule allows is denied. */
  readonly ingress: readonly NetworkAclEntry[]
  readonly egress: readonly NetworkAclEntry[]
  /** The subnets that it guards instead of the VPC's default ACL. */
  readonly subnetIds: readonly string[]
}

export interface NetworkAclAttributes {
  readonly networkAclId: string
}

export const networkAcl: Kind<NetworkAclProps, NetworkAclAttributes> = {
  type: 'ec2/network-acl',
  label: 'network ACL',
  ownership: 'tags',
  replaceOn: ['vpcId'],
  replacement: 'create-first',
  late: ['ingress', 'egress', 'subnetIds'],
  // Inside a parent that is not there it is not looked for.
  findBy: ['vpcId'],
  seconds: { create: 2, delete: 2 },
  additions: [
    // What traffic is let through is a matter of security.
    { what: 'rules', rule: 'reverted' },
    {
      what: 'associations with subnets',
      rule: 'left alone',
      seen: 'in a prop',
      prop: 'subnetIds',
      members: texts,
      line: id => `association with ${id}`,
    },
  ],

  normalise: props => ({
    ...props,
    ingress: normalEntries(props.ingress),
    egress: normalEntries(props.egress),
    subnetIds: asSet(props.subnetIds),
  }),

  read: async (requests, { aws }) => {
    const found = await findAll(requests, ({ networkAclId }) => networkAclId, {
      aws,
      resourceType: 'network-acl',
      byIds: 'network-acl-id',
      describe: Filters => describeNetworkAcls(Filters, aws),
      idOf: ({ NetworkAclId }) => NetworkAclId,
      tagsOf: ({ Tags }) => Tags,
    })
    return found.map(
      one =>
        one && {
          attributes: { networkAclId: one.NetworkAclId! },
          props: {
            vpcId: one.VpcId ?? '',
            ingress: entriesFrom(one.Entries, 'ingress'),
            egress: entriesFrom(one.Entries, 'egress'),
            subnetIds: sorted(subnetsOf(one)),
          },
          tags: fromTagList(one.Tags),
        },
    )
  },

  create: async ({ props, tags, token }, { aws }) => {
    const { NetworkAcl } = await aws.ec2.createNetworkAcl({
      VpcId: props.vpcId,
      ClientToken: token,
      TagSpecifications: tagSpecification('network-acl', tags),
    })
    return { networkAclId: NetworkAcl!.NetworkAclId! }
  },

  finish: async ({ props }, attributes, { aws }) => {
    const { networkAclId } = attributes
    await Promise.all([
      changeEntries(networkAclId, 'ingress', { before: [], after: props.ingress }, aws),
      changeEntries(networkAclId, 'egress', { before: [], after: props.egress }, aws),
    ])
    // A new ACL denies everything: subnets come under it only when its rules stand.
    await moveSubnets(props.subnetIds, networkAclId, aws)
    return attributes
  },

  update: async ({ attributes, observed, props, changed }, { aws }) => {
    const { networkAclId } = attributes
    for (const direction of ['ingress', 'egress'] as const)
      if (changed.includes(direction))
        await changeEntries(
          networkAclId,
          direction,
          { before: observed[direction], after: props[direction] },
          aws,
        )
    if (changed.includes('subnetIds')) {
      const added = props.subnetIds.filter(id => !observed.subnetIds.includes(id))
      await moveSubnets(added, networkAclId, aws)
      const removed = observed.subnetIds.filter(id => !props.subnetIds.includes(id))
      await releaseSubnets(removed, observed.vpcId, aws)
    }
    return attributes
  },

  retag: ({ networkAclId }, change, { aws }) => retag(networkAclId, change, aws),

  delete: async ({ attributes: { networkAclId } }, { aws }) => {
    const [one] = await describeNetworkAcls([{ Name: 'network-acl-id', Values: [networkAclId] }], aws)
    if (!one) return
    await releaseSubnets(subnetsOf(one), one.VpcId ?? '', aws)
    await orAbsent(aws.ec2.deleteNetworkAcl({ NetworkAclId: networkAclId }))
  },
}
