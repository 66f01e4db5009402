import type { Subnet, Vpc } from '@aws-sdk/client-ec2'
import type { Aws } from '../../aws/aws.ts'
import { allPages } from '../../aws/pages.ts'

/** Aligned with `ids`. By a filter, which leaves unknown ids out; an id list would fail the whole call. */
export async function describeVpcs(ids: readonly string[], { ec2 }: Aws): Promise<(Vpc | undefined)[]> {
  const Filters = [{ Name: 'vpc-id', Values: [...new Set(ids)] }]
  const rows = await allPages(marker =>
    ec2
      .describeVpcs({ Filters, MaxResults: 1000, NextToken: marker })
      .then(({ Vpcs, NextToken }) => ({ rows: Vpcs, next: NextToken })),
  )
  return ids.map(id => rows.find(({ VpcId }) => VpcId === id))
}

/** Aligned with `ids`. */
export async function describeSubnets(ids: readonly string[], { ec2 }: Aws): Promise<(Subnet | undefined)[]> {
  const Filters = [{ Name: 'subnet-id', Values: [...new Set(ids)] }]
  const rows = await allPages(marker =>
    ec2
      .describeSubnets({ Filters, MaxResults: 1000, NextToken: marker })
      .then(({ Subnets, NextToken }) => ({ rows: Subnets, next: NextToken })),
  )
  return ids.map(id => rows.find(({ SubnetId }) => SubnetId === id))
}
