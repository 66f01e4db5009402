import type { ExistingVpc } from '../config/schema/existing.ts'
import type { Declare } from './declare.ts'
import type { Network } from './network.ts'

/** A network that somebody else has built: its ways in and out stand already. */
export function existingNetwork(declare: Declare, { id, ...subnets }: ExistingVpc): Network {
  const origin = 'existing.vpc'
  const vpc = declare('existing/vpc', 'ec2/existing-vpc', { vpcId: id }, { name: id, origin })
  const { vpcId } = vpc.out
  const all = (access: 'public' | 'private', ids: readonly string[]) =>
    ids.map((subnetId, index) =>
      declare(
        `existing/${access}-subnet-${index + 1}`,
        'ec2/existing-subnet',
        { subnetId, vpcId },
        { name: subnetId, origin },
      ),
    )
  const publicSubnets = all('public', subnets.publicSubnets)
  const privateSubnets = all('private', subnets.privateSubnets)
  const tasksArePublic = privateSubnets.length === 0
  const inner = tasksArePublic ? publicSubnets : privateSubnets
  return {
    vpc,
    zones: [],
    publicSubnets,
    privateSubnets,
    taskSubnets: inner,
    dataSubnets: inner,
    tasksArePublic,
    inbound: [],
    outbound: [],
  }
}
