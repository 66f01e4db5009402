import type { AutoScalingGroup, InstanceRefresh } from '@aws-sdk/client-auto-scaling'
import type { Aws } from '../../aws/aws.ts'
import type { Readiness } from '../../resources/kind.ts'
import { describeGroups } from './describe.ts'
import type { GroupAttributes } from './group.ts'
import { launchFrom } from './launch.ts'

/** Enough instances in service, and the exchange that the last change started is over. */
export async function readinessOf(
  all: readonly GroupAttributes[],
  aws: Aws,
): Promise<Readiness<GroupAttributes>[]> {
  const found = await describeGroups(
    all.map(({ groupName }) => groupName),
    aws,
  )
  return Promise.all(
    all.map(async ({ refreshId, ...before }, index): Promise<Readiness<GroupAttributes>> => {
      const one = found[index]
      if (!one?.AutoScalingGroupARN) return { state: 'waiting', status: 'not visible yet' }
      const refreshing =
        refreshId === undefined ? undefined : await refreshOf(before.groupName, refreshId, aws)
      if (refreshing && refreshing.state !== 'ready') return refreshing
      const serving = inService(one)
      if (serving >= (one.MinSize ?? 0))
        return {
          state: 'ready',
          attributes: { groupName: before.groupName, arn: one.AutoScalingGroupARN },
        }
      const reason = await failureOf(before.groupName, aws)
      if (reason !== undefined) return { state: 'failed', reason }
      return { state: 'waiting', status: `${serving} of ${one.MinSize} instances in service` }
    }),
  )
}

/** The version that an instance still runs when the group is to have another; undefined when all are up to date. */
export function outdatedVersionIn(one: AutoScalingGroup): string | undefined {
  const { launchTemplateVersion } = launchFrom(one)
  return (one.Instances ?? [])
    .map(({ LaunchTemplate }) => LaunchTemplate?.Version)
    .find(version => version !== undefined && version !== launchTemplateVersion)
}

/** The exchange that is going on in the group. */
export async function runningRefresh(
  { AutoScalingGroupName }: AutoScalingGroup,
  { autoscaling }: Aws,
): Promise<string | undefined> {
  const { InstanceRefreshes = [] } = await autoscaling.describeInstanceRefreshes({
    AutoScalingGroupName,
    MaxRecords: 1,
  })
  const [newest] = InstanceRefreshes
  const over = newest?.Status === 'Successful' || ended.has(newest?.Status)
  return over ? undefined : newest?.InstanceRefreshId
}

function inService({ Instances = [] }: AutoScalingGroup): number {
  return Instances.filter(
    ({ LifecycleState, HealthStatus }) => LifecycleState === 'InService' && HealthStatus === 'Healthy',
  ).length
}

/** AWS says only here why no instance comes; it goes on trying by itself where that can help. */
async function failureOf(AutoScalingGroupName: string, { autoscaling }: Aws): Promise<string | undefined> {
  const { Activities = [] } = await autoscaling.describeScalingActivities({
    AutoScalingGroupName,
    MaxRecords: 1,
  })
  const [newest] = Activities
  const message = newest?.StatusMessage ?? ''
  return newest?.StatusCode === 'Failed' && !passing.test(message) ? message : undefined
}

/** Of a role or profile made a moment ago, and of capacity that comes and goes. */
const passing = /Invalid IAM Instance Profile|no associated IAM Roles|capacity/i

async function refreshOf(
  AutoScalingGroupName: string,
  refreshId: string,
  { autoscaling }: Aws,
): Promise<{ state: 'ready' } | { state: 'waiting'; status: string } | { state: 'failed'; reason: string }> {
  const { InstanceRefreshes = [] } = await autoscaling.describeInstanceRefreshes({
    AutoScalingGroupName,
    InstanceRefreshIds: [refreshId],
  })
  const [one] = InstanceRefreshes
  const status = one?.Status ?? 'Pending'
  if (status === 'Successful') return { state: 'ready' }
  return ended.has(status)
    ? {
        state: 'failed',
        reason: `the exchange of instances is ${status}: ${one?.StatusReason ?? 'no reason given'}`,
      }
    : { state: 'waiting', status: `exchanging instances, ${one?.PercentageComplete ?? 0} %` }
}

const ended: ReadonlySet<InstanceRefresh['Status']> = new Set([
  'Failed',
  'Cancelled',
  'RollbackFailed',
  'RollbackSuccessful',
])
