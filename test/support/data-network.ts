import { securityGroups } from '../../src/sandbox/ec2/security-group.ts'
import { subnets } from '../../src/sandbox/ec2/subnet.ts'
import type { SandboxContext } from './context.ts'
import { tagsFor } from './context.ts'

export const subnetIds = ['subnet-a', 'subnet-b', 'subnet-c']
export const groupIds = ['sg-1', 'sg-2']

/** Puts three subnets in three zones and two security groups into the embedded AWS. */
export function addNetwork({ world }: SandboxContext): void {
  const [vpcId, created] = ['vpc-1', 0]
  for (const [index, id] of subnetIds.entries())
    subnets(world).set(id, {
      id,
      vpcId,
      cidr: `10.0.${index}.0/24`,
      zone: `us-east-1${'abc'[index]}`,
      created,
      mapPublicIp: false,
    })
  for (const id of groupIds)
    securityGroups(world).set(id, { id, name: id, description: id, vpcId, created, ingress: [], egress: [] })
}

/** The tags of a resource that stands at the same address of another stack. */
export const foreignTags = tagsFor('step/thing', { 'provision:stack': 'other' })
