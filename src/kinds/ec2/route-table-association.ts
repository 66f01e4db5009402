import type { Filter, RouteTable } from '@aws-sdk/client-ec2'
import { meaningOf, orAbsent } from '../../aws/errors.ts'
import { allPages } from '../../aws/pages.ts'
import type { KindContext } from '../../resources/kind.ts'

type Aws = KindContext['aws']

export function describeRouteTables(Filters: Filter[], aws: Aws): Promise<RouteTable[]> {
  return allPages(
    // AWS's largest page for route tables.
    marker =>
      aws.ec2
        .describeRouteTables({ Filters, MaxResults: 100, NextToken: marker })
        .then(({ RouteTables, NextToken }) => ({ rows: RouteTables, next: NextToken })),
  )
}

/** Its explicit associations with subnets. The main table's own, implicit one can be neither made nor removed. */
export function associationsOf({ Associations = [] }: RouteTable): { id: string; subnetId: string }[] {
  return Associations.flatMap(({ RouteTableAssociationId, SubnetId, Main, AssociationState }) =>
    RouteTableAssociationId && SubnetId && !Main && !AssociationState?.State?.startsWith('disassociat')
      ? [{ id: RouteTableAssociationId, subnetId: SubnetId }]
      : [],
  )
}

/** A subnet has one table: where it has another, that one is replaced, so that it is never without routes. */
export async function associateSubnet(RouteTableId: string, SubnetId: string, aws: Aws): Promise<void> {
  try {
    await aws.ec2.associateRouteTable({ RouteTableId, SubnetId })
  } catch (error) {
    if (meaningOf(error) !== 'exists') throw error
    const [holder] = await describeRouteTables([{ Name: 'association.subnet-id', Values: [SubnetId] }], aws)
    if (holder?.RouteTableId === RouteTableId) return
    const association = holder && associationsOf(holder).find(({ subnetId }) => subnetId === SubnetId)
    if (!association) throw error
    await aws.ec2.replaceRouteTableAssociation({ AssociationId: association.id, RouteTableId })
  }
}

/** Releases those of the subnets that the table still has: a replacement elsewhere may have taken some already. */
export async function disassociateSubnets(
  table: RouteTable,
  isMeant: (subnetId: string) => boolean,
  aws: Aws,
): Promise<void> {
  await Promise.all(
    associationsOf(table)
      .filter(({ subnetId }) => isMeant(subnetId))
      .map(({ id }) => orAbsent(aws.ec2.disassociateRouteTable({ AssociationId: id }))),
  )
}
