import { securityGroups } from '../ec2/security-group.ts'
import { awsFault } from '../fault.ts'
import type { World } from '../world.ts'

/** The ids, unless one of them is unknown or of another VPC. */
export function securityGroupsIn(world: World, vpcId: string, ids: readonly string[] = []): string[] {
  for (const id of ids) {
    const group = securityGroups(world).get(id)
    if (!group)
      throw awsFault('InvalidParameterValue', `Invalid security group , groupId= ${id}, groupName=.`)
    if (group.vpcId !== vpcId)
      throw awsFault(
        'InvalidParameterCombination',
        'The DB instance and EC2 security group are in different VPCs.',
      )
  }
  return [...ids]
}
