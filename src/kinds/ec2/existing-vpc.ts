import type { Kind } from '../../resources/kind.ts'
import { existing } from '../existing.ts'
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
  ...existing("aws ec2 describe-vpcs --query 'Vpcs[].VpcId'"),
  type: 'ec2/existing-vpc',
  label: 'existing VPC',
  findBy: ['vpcId'],

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
}
