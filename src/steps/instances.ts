import type { InstanceConfig } from '../config/schema/instance.ts'
import type { StackConfig } from '../config/schema/stack.ts'
import { architectureOf } from '../config/architecture.ts'
import type { Declare, Handle } from './declare.ts'
import { ready } from './declare.ts'
import type { Facts } from './facts.ts'
import { instancePolicies } from './identity.ts'
import { instanceRole } from './instance-role.ts'
import type { Names } from './names.ts'
import type { Network } from './network.ts'
import type { SecurityGroups } from './security-groups.ts'
import { userDataOf } from './user-data.ts'
import type { Wiring } from './wiring.ts'

interface Ground {
  readonly network: Network
  readonly groups: SecurityGroups
  /** By instance. */
  readonly wirings: ReadonlyMap<string, Wiring>
}

/** EC2 instances that the config names one by one. */
export function instances(
  declare: Declare,
  config: StackConfig,
  { network, groups, wirings }: Ground,
  facts: Facts,
  names: Names,
): void {
  for (const [name, instance] of Object.entries(config.instances)) {
    const { environment, secretVariables, after, ...uses } = wirings.get(name)!
    const origin = `instances.${name}`
    const isPublic = instance.access === 'public'
    const profile = instanceRole(
      declare,
      { name, origin, inlinePolicies: instancePolicies(uses) },
      facts,
      names,
    )
    declare(
      `instances/${name}`,
      'ec2/instance',
      {
        image: instance.image ?? newestAmazonLinux(instance.instanceType),
        instanceType: instance.instanceType,
        subnetId: subnetOf(instance, network).out.subnetId,
        securityGroupIds: [groups.instances.get(name)!.out.groupId],
        associatePublicIp: isPublic,
        instanceProfileName: profile.out.instanceProfileName,
        userData: userDataOf(instance.userData, { ...environment, ...secretVariables }),
        rootVolumeSize: instance.rootVolume.size,
        rootVolumeType: instance.rootVolume.type,
        rootVolumeEncrypted: true,
        httpTokens: 'required',
        state: 'running',
      },
      {
        name: names.of(name),
        after: [
          ready(profile),
          ...(isPublic ? network.inbound : []),
          // Its first boot fetches packages.
          ...network.outbound,
          ...after,
        ],
        origin,
      },
    )
  }
}

/** The public parameter that names the newest Amazon Linux 2023. */
function newestAmazonLinux(instanceType: string): string {
  return `/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-${architectureOf(instanceType)}`
}

function subnetOf(
  { access, zone }: InstanceConfig,
  { publicSubnets, privateSubnets, zones }: Network,
): Handle<'ec2/subnet'> {
  const subnets = access === 'public' ? publicSubnets : privateSubnets
  const index = zone === undefined ? 0 : zones.indexOf(zone)
  return subnets[Math.max(index, 0)]!
}
