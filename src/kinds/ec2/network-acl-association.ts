import type { Filter, NetworkAcl } from '@aws-sdk/client-ec2'
import { hasCode } from '../../aws/errors.ts'
import { allPages } from '../../aws/pages.ts'
import type { KindContext } from '../../resources/kind.ts'

type Aws = KindContext['aws']

export function describeNetworkAcls(Filters: Filter[], { ec2 }: Aws): Promise<NetworkAcl[]> {
  return allPages(marker =>
    ec2
      .describeNetworkAcls({ Filters, MaxResults: 1000, NextToken: marker })
      .then(({ NetworkAcls, NextToken }) => ({ rows: NetworkAcls, next: NextToken })),
  )
}

export function subnetsOf({ Associations = [] }: NetworkAcl): string[] {
  return Associations.flatMap(({ SubnetId }) => (SubnetId ? [SubnetId] : []))
}

/** Puts subnets under this ACL. Each has exactly one at any time, so that there is only changing over. */
export async function moveSubnets(
  subnetIds: readonly string[],
  networkAclId: string,
  aws: Aws,
): Promise<void> {
  if (subnetIds.length === 0) return
  const now = await associationsOf(subnetIds, aws)
  await Promise.all(now.map(association => move(association, networkAclId, aws)))
}

/** Puts subnets back under the ACL that came with their VPC: AWS knows no way to have none. */
export async function releaseSubnets(subnetIds: readonly string[], vpcId: string, aws: Aws): Promise<void> {
  if (subnetIds.length === 0) return
  const [standard] = await describeNetworkAcls(
    [
      { Name: 'vpc-id', Values: [vpcId] },
      { Name: 'default', Values: ['true'] },
    ],
    aws,
  )
  if (standard?.NetworkAclId) await moveSubnets(subnetIds, standard.NetworkAclId, aws)
}

interface Association {
  readonly id: string
  readonly subnetId: string
  readonly networkAclId: string
}

async function associationsOf(subnetIds: readonly string[], aws: Aws): Promise<Association[]> {
  const holders = await describeNetworkAcls([{ Name: 'association.subnet-id', Values: [...subnetIds] }], aws)
  return holders
    .flatMap(({ Associations = [] }) => Associations)
    .flatMap(({ NetworkAclAssociationId: id, SubnetId: subnetId, NetworkAclId: networkAclId }) =>
      id && subnetId && networkAclId && subnetIds.includes(subnetId) ? [{ id, subnetId, networkAclId }] : [],
    )
}

async function move(association: Association, NetworkAclId: string, aws: Aws): Promise<void> {
  if (association.networkAclId === NetworkAclId) return
  try {
    await aws.ec2.replaceNetworkAclAssociation({ AssociationId: association.id, NetworkAclId })
  } catch (error) {
    // Its id is new after every move: somebody else has moved this subnet since we looked.
    if (!hasCode(error, 'InvalidAssociationID.NotFound')) throw error
    const [now] = await associationsOf([association.subnetId], aws)
    if (now && now.networkAclId !== NetworkAclId)
      await aws.ec2.replaceNetworkAclAssociation({ AssociationId: now.id, NetworkAclId })
  }
}
