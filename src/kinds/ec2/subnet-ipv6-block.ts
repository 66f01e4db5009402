import type { Subnet, SubnetIpv6CidrBlockAssociation } from '@aws-sdk/client-ec2'
import { orAbsent } from '../../aws/errors.ts'
import type { Goneness, Kind, KindContext, Readiness } from '../../resources/kind.ts'
import { describeSubnets } from './describe-existing.ts'
import { normalVpcBlock, placeOf, subnetBlock } from './ipv6-block.ts'

export interface SubnetIpv6BlockProps {
  readonly subnetId: string
  /** The /56 of its VPC. */
  readonly vpcCidrBlock: string
  /** Which of the 256 /64 in there. */
  readonly number: number
  /** Whatever starts in the subnet gets an IPv6 address. */
  readonly assignOnCreation: boolean
}

export interface SubnetIpv6BlockAttributes {
  readonly associationId: string
  readonly subnetId: string
}

export const subnetIpv6Block: Kind<SubnetIpv6BlockProps, SubnetIpv6BlockAttributes> = {
  type: 'ec2/subnet-ipv6-block',
  label: 'IPv6 block of the subnet',
  ownership: 'parent',
  replaceOn: ['subnetId', 'vpcCidrBlock', 'number'],
  replacement: 'create-first',
  uniqueKeys: [
    { props: ['number', 'vpcCidrBlock'], label: 'number in the IPv6 block of the VPC' },
    { props: ['subnetId'], label: 'subnet' },
  ],
  findBy: ['subnetId'],
  seconds: { create: 2, delete: 2 },

  normalise: props => ({ ...props, vpcCidrBlock: normalVpcBlock(props.vpcCidrBlock) }),

  read: async (requests, context) => {
    const subnets = await subnetsOf(
      requests.map(({ attributes, props }) => attributes?.subnetId ?? props.subnetId!),
      context,
    )
    return subnets.map((subnet, index) => {
      const one = subnet && blockIn(subnet, requests[index]!.attributes)
      if (!subnet || !one) return undefined
      const subnetId = subnet.SubnetId!
      return {
        attributes: { associationId: one.AssociationId!, subnetId },
        props: {
          subnetId,
          ...placeOf(one.Ipv6CidrBlock!),
          assignOnCreation: subnet.AssignIpv6AddressOnCreation ?? false,
        },
        tags: undefined,
        ...(stateOf(one) === 'associated' ? {} : { pending: stateOf(one) }),
      }
    })
  },

  create: async ({ props: { subnetId, vpcCidrBlock, number } }, { aws }) => {
    const { Ipv6CidrBlockAssociation } = await aws.ec2.associateSubnetCidrBlock({
      SubnetId: subnetId,
      Ipv6CidrBlock: subnetBlock(vpcCidrBlock, number),
    })
    return { associationId: Ipv6CidrBlockAssociation!.AssociationId!, subnetId }
  },

  // AWS takes it only of a subnet whose block stands.
  converges: ({ assignOnCreation }) => assignOnCreation,

  update: async ({ attributes, props: { assignOnCreation } }, context) => {
    await assign(attributes, assignOnCreation, context)
    return attributes
  },

  delete: async ({ attributes }, context) => {
    // While addresses of it are given out, AWS lets go of no block.
    await orAbsent(assign(attributes, false, context))
    await orAbsent(context.aws.ec2.disassociateSubnetCidrBlock({ AssociationId: attributes.associationId }))
  },

  ready: async (all, context) => {
    const subnets = await subnetsOf(
      all.map(({ subnetId }) => subnetId),
      context,
    )
    return all.map((attributes, index): Readiness<SubnetIpv6BlockAttributes> => {
      const one = subnets[index] && blockIn(subnets[index], attributes)
      return one && stateOf(one) === 'associated'
        ? { state: 'ready', attributes }
        : { state: 'waiting', status: one ? stateOf(one) : 'not visible yet' }
    })
  },

  gone: async (all, context) => {
    const subnets = await subnetsOf(
      all.map(({ subnetId }) => subnetId),
      context,
    )
    return all.map(({ associationId }, index): Goneness => {
      const one = subnets[index]?.Ipv6CidrBlockAssociationSet?.find(
        ({ AssociationId }) => AssociationId === associationId,
      )
      return !one || /^(disassociated|failed)$/.test(stateOf(one))
        ? { state: 'gone' }
        : { state: 'waiting', status: stateOf(one) }
    })
  },
}

function subnetsOf(ids: readonly string[], { aws }: KindContext): Promise<(Subnet | undefined)[]> {
  return describeSubnets(ids, aws)
}

function blockIn(
  { Ipv6CidrBlockAssociationSet = [] }: Subnet,
  attributes: SubnetIpv6BlockAttributes | undefined,
): SubnetIpv6CidrBlockAssociation | undefined {
  return Ipv6CidrBlockAssociationSet.filter(one => !/^(dis|fail)/.test(stateOf(one))).find(
    ({ AssociationId }) => attributes === undefined || AssociationId === attributes.associationId,
  )
}

function stateOf({ Ipv6CidrBlockState }: SubnetIpv6CidrBlockAssociation): string {
  return Ipv6CidrBlockState?.State ?? 'associating'
}

async function assign(
  { subnetId }: SubnetIpv6BlockAttributes,
  Value: boolean,
  { aws }: KindContext,
): Promise<void> {
  await aws.ec2.modifySubnetAttribute({ SubnetId: subnetId, AssignIpv6AddressOnCreation: { Value } })
}
