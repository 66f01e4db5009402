import { orAbsent } from '../../aws/errors.ts'
import { allPages } from '../../aws/pages.ts'
import { fromTagList, tagSpecification } from '../../aws/tags.ts'
import type { Kind, KindContext } from '../../resources/kind.ts'
import { findAll, idIn, retag } from './describe.ts'
import { guardDutyIn } from './guard-duty.ts'
import { vpcBlockers } from './vpc-blockers.ts'

export interface VpcProps {
  /** IPv4, /16 to /28. */
  readonly cidrBlock: string
  readonly enableDnsSupport: boolean
  /** AWS's default is false; EFS and interface endpoints need true. */
  readonly enableDnsHostnames: boolean
}

export interface VpcAttributes {
  readonly vpcId: string
}

export const vpc: Kind<VpcProps, VpcAttributes> = {
  type: 'ec2/vpc',
  label: 'VPC',
  ownership: 'tags',
  replaceOn: ['cidrBlock'],
  replacement: 'create-first',
  anonymous: { attributesOf: arn => idIn(arn, 'vpc', vpcId => ({ vpcId })) },
  findBy: [],
  irreplaceable: () => ({
    why: 'a VPC keeps its address range, and nothing in it can move to another VPC',
    instead:
      'create a second environment with the new range (environments: in the config), copy the data, switch the DNS name to it, then tear this one down',
  }),
  // AWS deletes no VPC with one of them in it.
  additions: [{ what: 'subnets, endpoints and peering connections', rule: 'left alone', seen: 'never' }],
  seconds: { create: 2, delete: 1 },

  identify: id => (id.startsWith('vpc-') ? { attributes: { vpcId: id } } : undefined),

  read: async (requests, { aws }) => {
    const [found, recorded] = await Promise.all([
      findAll(requests, ({ vpcId }) => vpcId, {
        aws,
        resourceType: 'vpc',
        byIds: 'vpc-id',
        describe: Filters =>
          allPages(marker =>
            aws.ec2
              .describeVpcs({ Filters, MaxResults: 1000, NextToken: marker })
              .then(({ Vpcs, NextToken }) => ({ rows: Vpcs, next: NextToken })),
          ),
        idOf: ({ VpcId }) => VpcId,
        tagsOf: ({ Tags }) => Tags,
      }),
      // In the same wave where the id is known.
      Promise.all(requests.map(async ({ attributes }) => attributes && dnsOf(aws, attributes.vpcId))),
    ])
    return Promise.all(
      found.map(async (one, index) => {
        if (!one?.VpcId) return undefined
        const [support, hostnames] = recorded[index] ?? (await dnsOf(aws, one.VpcId))
        // Gone between the two reads.
        if (!support || !hostnames) return undefined
        return {
          attributes: { vpcId: one.VpcId },
          props: {
            cidrBlock: one.CidrBlock ?? '',
            enableDnsSupport: support.EnableDnsSupport?.Value ?? true,
            enableDnsHostnames: hostnames.EnableDnsHostnames?.Value ?? false,
          },
          tags: fromTagList(one.Tags),
        }
      }),
    )
  },

  create: async ({ props, tags }, { aws }) => {
    const { Vpc } = await aws.ec2.createVpc({
      CidrBlock: props.cidrBlock,
      TagSpecifications: tagSpecification('vpc', tags),
    })
    return { vpcId: Vpc!.VpcId! }
  },

  finish: async ({ props }, attributes, context) => {
    // What AWS sets by default needs no call.
    if (!props.enableDnsSupport) await setAttribute(attributes, 'enableDnsSupport', props, context)
    if (props.enableDnsHostnames) await setAttribute(attributes, 'enableDnsHostnames', props, context)
    return attributes
  },

  update: async ({ attributes, props, changed }, context) => {
    for (const name of ['enableDnsSupport', 'enableDnsHostnames'] as const)
      if (changed.includes(name)) await setAttribute(attributes, name, props, context)
    return attributes
  },

  retag: ({ vpcId }, change, { aws }) => retag(vpcId, change, aws),

  delete: async ({ attributes: { vpcId } }, { aws }) => {
    await orAbsent(aws.ec2.deleteVpc({ VpcId: vpcId }))
  },

  blockers: (all, { aws }) =>
    vpcBlockers(
      all.map(({ vpcId }) => vpcId),
      aws,
    ),

  companions: (all, { aws }) =>
    guardDutyIn(
      all.map(({ vpcId }) => vpcId),
      aws,
    ),
}

/** AWS shows one attribute per call. */
function dnsOf(aws: KindContext['aws'], VpcId: string) {
  return Promise.all(
    (['enableDnsSupport', 'enableDnsHostnames'] as const).map(Attribute =>
      orAbsent(aws.ec2.describeVpcAttribute({ VpcId, Attribute })),
    ),
  )
}

/** AWS takes one attribute per call. */
async function setAttribute(
  { vpcId }: VpcAttributes,
  name: 'enableDnsSupport' | 'enableDnsHostnames',
  props: VpcProps,
  { aws }: KindContext,
): Promise<void> {
  await aws.ec2.modifyVpcAttribute(
    name === 'enableDnsSupport'
      ? { VpcId: vpcId, EnableDnsSupport: { Value: props.enableDnsSupport } }
      : { VpcId: vpcId, EnableDnsHostnames: { Value: props.enableDnsHostnames } },
  )
}
