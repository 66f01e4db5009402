import type { VpcIpv6CidrBlockAssociation } from '@aws-sdk/client-ec2'
import { orAbsent } from '../../aws/errors.ts'
import type { Goneness, Kind, KindContext, Readiness } from '../../resources/kind.ts'
import { describeVpcs } from './describe-existing.ts'
import { normalVpcBlock } from './ipv6-block.ts'

export interface VpcIpv6BlockProps {
  readonly vpcId: string
}

export interface VpcIpv6BlockAttributes {
  readonly associationId: string
  readonly vpcId: string
  /** The /56 that Amazon has given. */
  readonly cidrBlock: string
}

/** IPv6 addresses of a VPC, from Amazon's pool. They come and go in place. */
export const vpcIpv6Block: Kind<VpcIpv6BlockProps, VpcIpv6BlockAttributes> = {
  type: 'ec2/vpc-ipv6-block',
  label: 'IPv6 block of the VPC',
  ownership: 'parent',
  replaceOn: ['vpcId'],
  replacement: 'create-first',
  readyAttributes: ['cidrBlock'],
  findBy: ['vpcId'],
  seconds: { create: 2, delete: 2 },

  read: async (requests, context) => {
    const found = await blocksOf(
      requests.map(({ attributes, props }) => ({ vpcId: attributes?.vpcId ?? props.vpcId!, ...attributes })),
      context,
    )
    return requests.map(({ attributes, props }, index) => {
      const one = found[index]
      if (!one) return undefined
      const vpcId = attributes?.vpcId ?? props.vpcId!
      return {
        attributes: attributesOf(vpcId, one),
        props: { vpcId },
        tags: undefined,
        ...(isStanding(one) ? {} : { pending: stateOf(one) }),
      }
    })
  },

  create: async ({ props: { vpcId } }, { aws }) => {
    const { Ipv6CidrBlockAssociation } = await aws.ec2.associateVpcCidrBlock({
      VpcId: vpcId,
      AmazonProvidedIpv6CidrBlock: true,
    })
    return attributesOf(vpcId, Ipv6CidrBlockAssociation!)
  },

  delete: async ({ attributes: { associationId } }, { aws }) => {
    await orAbsent(aws.ec2.disassociateVpcCidrBlock({ AssociationId: associationId }))
  },

  ready: async (attributes, context) => {
    const found = await blocksOf(attributes, context)
    return attributes.map(({ vpcId }, index): Readiness<VpcIpv6BlockAttributes> => {
      const one = found[index]
      if (one && isStanding(one)) return { state: 'ready', attributes: attributesOf(vpcId, one) }
      return { state: 'waiting', status: one ? stateOf(one) : 'not visible yet' }
    })
  },

  gone: async (attributes, context) => {
    const found = await blocksOf(attributes, context, () => true)
    return found.map((one): Goneness =>
      !one || /^(disassociated|failed)$/.test(stateOf(one))
        ? { state: 'gone' }
        : { state: 'waiting', status: stateOf(one) },
    )
  },
}

interface Wanted {
  readonly vpcId: string
  readonly associationId?: string
}

/** Aligned with `wanted`. A block that is not recorded is the first that Amazon has given. */
async function blocksOf(
  wanted: readonly Wanted[],
  { aws }: KindContext,
  isMeant: (one: VpcIpv6CidrBlockAssociation) => boolean = one => !/^(dis|fail)/.test(stateOf(one)),
): Promise<(VpcIpv6CidrBlockAssociation | undefined)[]> {
  const vpcs = await describeVpcs(
    wanted.map(({ vpcId }) => vpcId),
    aws,
  )
  return wanted.map(({ associationId }, index) =>
    vpcs[index]?.Ipv6CidrBlockAssociationSet?.filter(isMeant).find(
      ({ AssociationId, Ipv6Pool = 'Amazon' }) =>
        associationId === undefined ? Ipv6Pool === 'Amazon' : AssociationId === associationId,
    ),
  )
}

function stateOf({ Ipv6CidrBlockState }: VpcIpv6CidrBlockAssociation): string {
  return Ipv6CidrBlockState?.State ?? 'associating'
}

function isStanding(one: VpcIpv6CidrBlockAssociation): boolean {
  return stateOf(one) === 'associated'
}

/** AWS says which addresses only after a moment. */
function attributesOf(
  vpcId: string,
  { AssociationId, Ipv6CidrBlock }: VpcIpv6CidrBlockAssociation,
): VpcIpv6BlockAttributes {
  return {
    associationId: AssociationId!,
    vpcId,
    cidrBlock: Ipv6CidrBlock ? normalVpcBlock(Ipv6CidrBlock) : '',
  }
}
