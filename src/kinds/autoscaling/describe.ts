import type { AutoScalingGroup } from '@aws-sdk/client-auto-scaling'
import type { Aws } from '../../aws/aws.ts'
import { allPages } from '../../aws/pages.ts'

/** The most that AWS takes in one call. */
const namesPerCall = 100

/** Aligned with `names`; unknown ones are left out by AWS. */
export async function describeGroups(
  names: readonly string[],
  { autoscaling }: Aws,
): Promise<(AutoScalingGroup | undefined)[]> {
  const distinct = [...new Set(names)]
  const chunks = Array.from({ length: Math.ceil(distinct.length / namesPerCall) }, (_, index) =>
    distinct.slice(index * namesPerCall, (index + 1) * namesPerCall),
  )
  const found = await Promise.all(
    chunks.map(AutoScalingGroupNames =>
      allPages(marker =>
        autoscaling
          .describeAutoScalingGroups({ AutoScalingGroupNames, MaxRecords: 100, NextToken: marker })
          .then(({ AutoScalingGroups, NextToken }) => ({ rows: AutoScalingGroups, next: NextToken })),
      ),
    ),
  )
  const known = new Map(found.flat().map(one => [one.AutoScalingGroupName, one]))
  return names.map(name => known.get(name))
}
