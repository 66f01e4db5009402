import type { Kind } from '../../resources/kind.ts'
import { describeVpcs } from './describe-existing.ts'

export interface ExistingVpcProps {
  readonly vpcId: string
}

export interface ExistingVpcAttributes {
  readonly vpcId: string
  readonly cidrBlock: string
}

/** A VPC that somebody else owns: read, never changed, never deleted. */
export const existingVpc: Kind<ExistingVpcProps, ExistingVpcAttributes> = {
  type: 'ec2/existing-vpc',
  label: 'existing VPC',
  ownership: 'existing',
  replaceOn: [],
  replacement: 'create-first',
  findBy: ['vpcId'],
  seconds: { create: 0, delete: 0 },

  read: async (requests, { aws }) => {
    const found = await describeVpcs(
      requests.map(({ props, attributes }) => props.vpcId ?? attributes?.vpcId ?? ''),
      aws,
    )
    return found.map(
      one =>
        one && {
          attributes: { vpcId: one.VpcId!, cidrBlock: one.CidrBlock ?? '' },
          props: { vpcId: one.VpcId! },
          tags: undefined,
        },
    )
  },

  create: async ({ props: { vpcId } }) => {
    throw new Error(`there is no VPC ${vpcId}`)
  },

  delete: async () => {},
}
