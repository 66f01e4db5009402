import { orAbsent } from '../../aws/errors.ts'
import { allPages } from '../../aws/pages.ts'
import { fromTagList, tagSpecification } from '../../aws/tags.ts'
import type { Kind, KindContext } from '../../resources/kind.ts'
import { smallestBlocksIn } from './address-blocks.ts'
import { findAll, retag } from './describe.ts'
import { blockersOf, interfacesWith } from './network-interface.ts'

export interface SubnetProps {
  readonly vpcId: string
  /** IPv4, /16 to /28, inside the VPC's. */
  readonly cidrBlock: string
  readonly availabilityZone: string
  /** AWS's default is false. */
  readonly mapPublicIpOnLaunch?: boolean | undefined
}

export interface SubnetAttributes {
  readonly subnetId: string
}

export const subnet: Kind<SubnetProps, SubnetAttributes> = {
  type: 'ec2/subnet',
  label: 'subnet',
  ownership: 'tags',
  replaceOn: ['vpcId', 'cidrBlock', 'availabilityZone'],
  replacement: 'create-first',
  uniqueKeys: [{ props: ['cidrBlock', 'vpcId'], label: 'address range', units: smallestBlocksIn }],
  withdrawn: { mapPublicIpOnLaunch: { becomes: false } },
  // Inside a parent that is not there it is not looked for.
  findBy: ['vpcId'],
  seconds: { create: 2, delete: 1 },

  identify: id => (id.startsWith('subnet-') ? { attributes: { subnetId: id } } : undefined),

  read: async (requests, { aws }) => {
    const found = await findAll(requests, ({ subnetId }) => subnetId, {
      aws,
      resourceType: 'subnet',
      byIds: 'subnet-id',
      describe: Filters =>
        allPages(marker =>
          aws.ec2
            .describeSubnets({ Filters, MaxResults: 1000, NextToken: marker })
            .then(({ Subnets, NextToken }) => ({ rows: Subnets, next: NextToken })),
        ),
      idOf: ({ SubnetId }) => SubnetId,
      tagsOf: ({ Tags }) => Tags,
    })
    return found.map(
      one =>
        one && {
          attributes: { subnetId: one.SubnetId! },
          props: {
            vpcId: one.VpcId ?? '',
            cidrBlock: one.CidrBlock ?? '',
            availabilityZone: one.AvailabilityZone ?? '',
            mapPublicIpOnLaunch: one.MapPublicIpOnLaunch ?? false,
          },
          tags: fromTagList(one.Tags),
        },
    )
  },

  create: async ({ props, tags }, { aws }) => {
    const { Subnet } = await aws.ec2.createSubnet({
      VpcId: props.vpcId,
      CidrBlock: props.cidrBlock,
      AvailabilityZone: props.availabilityZone,
      TagSpecifications: tagSpecification('subnet', tags),
    })
    return { subnetId: Subnet!.SubnetId! }
  },

  finish: async ({ props }, attributes, context) => {
    // CreateSubnet has no member for it; false is what AWS sets by default.
    if (props.mapPublicIpOnLaunch) await mapPublicIp(attributes, true, context)
    return attributes
  },

  update: async ({ attributes, props, changed }, context) => {
    if (changed.includes('mapPublicIpOnLaunch'))
      await mapPublicIp(attributes, props.mapPublicIpOnLaunch ?? false, context)
    return attributes
  },

  retag: ({ subnetId }, change, { aws }) => retag(subnetId, change, aws),

  delete: async ({ attributes: { subnetId } }, { aws }) => {
    await orAbsent(aws.ec2.deleteSubnet({ SubnetId: subnetId }))
  },

  // NAT gateways, endpoints, tasks and databases are in a subnet by their network interfaces.
  blockers: async (all, { aws }) => {
    const interfaces = await interfacesWith(
      'subnet-id',
      all.map(({ subnetId }) => subnetId),
      aws,
    )
    const blockers = await blockersOf(interfaces, aws)
    return all.map(({ subnetId }) =>
      interfaces.flatMap(({ SubnetId, NetworkInterfaceId = '' }) =>
        SubnetId === subnetId ? (blockers.get(NetworkInterfaceId) ?? []) : [],
      ),
    )
  },
}

async function mapPublicIp(
  { subnetId }: SubnetAttributes,
  Value: boolean,
  { aws }: KindContext,
): Promise<void> {
  await aws.ec2.modifySubnetAttribute({ SubnetId: subnetId, MapPublicIpOnLaunch: { Value } })
}
