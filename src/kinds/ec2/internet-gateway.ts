import type { Filter } from '@aws-sdk/client-ec2'
import { meaningOf, orAbsent } from '../../aws/errors.ts'
import { allPages } from '../../aws/pages.ts'
import { fromTagList, tagSpecification } from '../../aws/tags.ts'
import type { Kind, KindContext } from '../../resources/kind.ts'
import { findAll, idIn, retag } from './describe.ts'
import { blockersOf, interfacesWith } from './network-interface.ts'

export interface InternetGatewayProps {
  /** The VPC it is attached to; a VPC has at most one. Read as empty when it is attached to none. */
  readonly vpcId: string
}

export interface InternetGatewayAttributes {
  readonly internetGatewayId: string
}

export const internetGateway: Kind<InternetGatewayProps, InternetGatewayAttributes> = {
  type: 'ec2/internet-gateway',
  label: 'internet gateway',
  ownership: 'tags',
  replaceOn: [],
  replacement: 'create-first',
  late: ['vpcId'],
  anonymous: {
    attributesOf: arn => idIn(arn, 'internet-gateway', internetGatewayId => ({ internetGatewayId })),
  },
  findBy: [],
  seconds: { create: 2, delete: 2 },

  read: async (requests, { aws }) => {
    const found = await findAll(requests, ({ internetGatewayId }) => internetGatewayId, {
      aws,
      resourceType: 'internet-gateway',
      byIds: 'internet-gateway-id',
      describe: Filters => describeGateways(Filters, aws),
      idOf: ({ InternetGatewayId }) => InternetGatewayId,
      tagsOf: ({ Tags }) => Tags,
    })
    return found.map(
      one =>
        one && {
          attributes: { internetGatewayId: one.InternetGatewayId! },
          props: { vpcId: one.Attachments?.[0]?.VpcId ?? '' },
          tags: fromTagList(one.Tags),
        },
    )
  },

  create: async ({ tags }, { aws }) => {
    const { InternetGateway } = await aws.ec2.createInternetGateway({
      TagSpecifications: tagSpecification('internet-gateway', tags),
    })
    return { internetGatewayId: InternetGateway!.InternetGatewayId! }
  },

  finish: async ({ props }, attributes, { aws }) => {
    await attach(attributes, props.vpcId, aws)
    return attributes
  },

  update: async ({ attributes, observed, props }, { aws }) => {
    if (observed.vpcId) await detach(attributes, observed.vpcId, aws)
    await attach(attributes, props.vpcId, aws)
    return attributes
  },

  retag: ({ internetGatewayId }, change, { aws }) => retag(internetGatewayId, change, aws),

  delete: async ({ attributes }, { aws }) => {
    const vpcIds = await attachedTo(attributes, aws)
    if (!vpcIds) return
    for (const vpcId of vpcIds) await detach(attributes, vpcId, aws)
    await orAbsent(aws.ec2.deleteInternetGateway({ InternetGatewayId: attributes.internetGatewayId }))
  },

  // It cannot be detached while anything in its VPC has a public address.
  blockers: async (all, { aws }) => {
    const gateways = await describeGateways(
      [{ Name: 'internet-gateway-id', Values: all.map(({ internetGatewayId }) => internetGatewayId) }],
      aws,
    )
    const vpcOf = new Map(
      gateways.map(({ InternetGatewayId, Attachments }) => [InternetGatewayId, Attachments?.[0]?.VpcId]),
    )
    const vpcIds = [...vpcOf.values()].filter(vpcId => vpcId !== undefined)
    const interfaces = await interfacesWith('vpc-id', vpcIds, aws)
    const mapped = interfaces.filter(({ Association }) => Association?.PublicIp)
    const blockers = await blockersOf(mapped, aws)
    return all.map(({ internetGatewayId }) =>
      mapped.flatMap(({ VpcId, NetworkInterfaceId = '' }) =>
        VpcId === vpcOf.get(internetGatewayId) ? (blockers.get(NetworkInterfaceId) ?? []) : [],
      ),
    )
  },
}

type Aws = KindContext['aws']

function describeGateways(Filters: Filter[], aws: Aws) {
  return allPages(marker =>
    aws.ec2
      .describeInternetGateways({ Filters, MaxResults: 1000, NextToken: marker })
      .then(({ InternetGateways, NextToken }) => ({ rows: InternetGateways, next: NextToken })),
  )
}

/** Undefined when the gateway itself is gone. */
async function attachedTo({ internetGatewayId }: InternetGatewayAttributes, aws: Aws) {
  const [one] = await describeGateways([{ Name: 'internet-gateway-id', Values: [internetGatewayId] }], aws)
  return one && (one.Attachments ?? []).flatMap(({ VpcId }) => (VpcId ? [VpcId] : []))
}

async function attach(attributes: InternetGatewayAttributes, vpcId: string, aws: Aws): Promise<void> {
  try {
    await aws.ec2.attachInternetGateway({ InternetGatewayId: attributes.internetGatewayId, VpcId: vpcId })
  } catch (error) {
    // A repeated attachment is refused, even to the same VPC.
    if (meaningOf(error) !== 'exists' || !(await attachedTo(attributes, aws))?.includes(vpcId)) throw error
  }
}

async function detach(
  { internetGatewayId }: InternetGatewayAttributes,
  vpcId: string,
  aws: Aws,
): Promise<void> {
  await orAbsent(aws.ec2.detachInternetGateway({ InternetGatewayId: internetGatewayId, VpcId: vpcId }))
}
