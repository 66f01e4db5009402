import type { Kind } from '../../resources/kind.ts'
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
  type: 'ec2/existing-subnet',
  label: 'existing subnet',
  ownership: 'existing',
  replaceOn: [],
  replacement: 'create-first',
  findBy: ['subnetId', 'vpcId'],
  seconds: { create: 0, delete: 0 },

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

  create: async ({ props: { subnetId, vpcId } }) => {
    throw new Error(`there is no subnet ${subnetId} in ${vpcId}`)
  },

  delete: async () => {},
}
