import type { Kind } from '../../resources/kind.ts'
import { existing } from '../existing.ts'
import { describeSubnets } from './describe-existing.ts'

export interface ExistingSubnetProps {
  readonly subnetId: string
  /** Where it has to be. */
  readonly vpcId: string
}

export interface ExistingSubnetAttributes {
  readonly subnetId: string
  readonly availabilityZone: string
}

/** A subnet that somebody else owns: read, never changed, never deleted. One of another VPC is as good as absent. */
export const existingSubnet: Kind<ExistingSubnetProps, ExistingSubnetAttributes> = {
  ...existing("aws ec2 describe-subnets --query 'Subnets[].[SubnetId,VpcId]'"),
  type: 'ec2/existing-subnet',
  label: 'existing subnet',
  findBy: ['subnetId', 'vpcId'],

  read: async (requests, { aws }) => {
    const found = await describeSubnets(
      requests.map(({ props, attributes }) => props.subnetId ?? attributes?.subnetId ?? ''),
      aws,
    )
    return found.map((one, index) => {
      const wanted = requests[index]!.props.vpcId
      if (!one || (wanted !== undefined && one.VpcId !== wanted)) return undefined
      return {
        attributes: { subnetId: one.SubnetId!, availabilityZone: one.AvailabilityZone ?? '' },
        props: { subnetId: one.SubnetId!, vpcId: one.VpcId ?? '' },
        tags: undefined,
      }
    })
  },
}
