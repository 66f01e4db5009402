import type { ServiceDeployment } from '@aws-sdk/client-ecs'
import type { Aws } from '../aws/aws.ts'
import { startCount } from '../config/task-counts.ts'
import type { Clock } from '../effects/clock.ts'
import type { TrafficSteps } from '../state/release.ts'
import type { Live } from './live.ts'
import { addressesOf } from './own-targets.ts'
import { pausesOf, shareOf } from './progress.ts'
import { readHealth, readShares, sharesText, soleTarget, targetGroupName } from './traffic.ts'
import { ownShares } from './wanted-steps.ts'

/** Milliseconds for which a release that ECS calls successful may still be settling. */
const settling = 90_000
const interval = 5000

/**
 * Whether the new version carries all the traffic and is healthy: looked at, not taken from ECS's word. Gives what is
 * wrong, or undefined.
 */
export async function whatIsWrong(
  live: Live,
  taskDefinition: string,
  deployment: ServiceDeployment,
  { aws, clock }: { readonly aws: Aws; readonly clock: Clock },
): Promise<string | undefined> {
  const groups = await newTargetGroups(deployment, aws)
  return whenSettled(() => look(live, taskDefinition, groups, aws), clock)
}

/** As `whatIsWrong`, for a new version that has the test traffic only. */
export async function whatIsWrongInTest(
  live: Live,
  taskDefinition: string,
  deployment: ServiceDeployment,
  { aws, clock }: { readonly aws: Aws; readonly clock: Clock },
): Promise<string | undefined> {
  const [group] = await newTargetGroups(deployment, aws)
  const { ends, service, target } = live
  if (!ends?.testRule || group === undefined) return 'it has no test traffic'
  const { testRule } = ends
  const { desiredCount = 0 } = service
  return whenSettled(async () => {
    const [shares, addresses] = await Promise.all([
      readShares(aws, testRule),
      addressesOf(target, aws, taskDefinition),
    ])
    if (shares && shares[group] !== 100) return `test traffic is elsewhere: ${sharesText(shares)}`
    const { healthy, total, reasons } = await readHealth(aws, group, addresses)
    if (healthy >= Math.max(total, desiredCount)) return undefined
    return `${healthy} of ${Math.max(total, desiredCount)} targets in ${targetGroupName(group)} are healthy${reasons.length > 0 ? ` (${reasons.join('; ')})` : ''}`
  }, clock)
}

/** As `whatIsWrong`, for the version that has the traffic again after a release was taken back. */
export function whatIsWrongBefore(
  live: Live,
  taskDefinition: string,
  { aws, clock }: { readonly aws: Aws; readonly clock: Clock },
): Promise<string | undefined> {
  const { ends } = live
  return whenSettled(async () => {
    const shares = ends && (await readShares(aws, ends.productionRule))
    const sole = shares && soleTarget(shares, ends)
    if (shares && sole === undefined) return `its traffic is split: ${sharesText(shares)}`
    return look(live, taskDefinition, sole === undefined ? [] : [sole], aws)
  }, clock)
}

async function whenSettled(
  look: () => Promise<string | undefined>,
  clock: Clock,
): Promise<string | undefined> {
  const until = clock.monotonic() + settling
  for (;;) {
    const wrong = await look()
    if (wrong === undefined || clock.monotonic() >= until) return wrong
    await clock.sleep(interval)
  }
}

/** The target groups that the new version is registered with: which of the two it is alternates. */
export async function newTargetGroups(
  { targetServiceRevision }: ServiceDeployment,
  aws: Aws,
): Promise<string[]> {
  if (!targetServiceRevision?.arn) return []
  const { serviceRevisions = [] } = await aws.ecs.describeServiceRevisions({
    serviceRevisionArns: [targetServiceRevision.arn],
  })
  return (serviceRevisions[0]?.resolvedConfiguration?.loadBalancers ?? []).flatMap(
    ({ targetGroupArn }) => targetGroupArn ?? [],
  )
}

/**
 * That someone has changed the weights during the release; undefined when they are what ECS has asked for, or what one of
 * the release's own steps has set.
 */
export async function trampledWeights(
  { ends }: Live,
  deployment: ServiceDeployment,
  aws: Aws,
  steps?: TrafficSteps,
): Promise<string | undefined> {
  if (!ends) return undefined
  const [[group], shares] = await Promise.all([
    newTargetGroups(deployment, aws),
    readShares(aws, ends.productionRule),
  ])
  const asked = shareOf(deployment)
  if (!group || !shares) return undefined
  if (ownShares(steps, asked).some(own => Math.abs((shares[group] ?? 0) - own) < 0.5)) return undefined
  // Between the two looks somebody else may have answered the pause: then ECS has moved the traffic.
  const { serviceDeployments: [now] = [] } = await aws.ecs.describeServiceDeployments({
    serviceDeploymentArns: [deployment.serviceDeploymentArn!],
  })
  const waits = pausesOf(now ?? {}).map(({ hookId }) => hookId)
  if (!pausesOf(deployment).every(({ hookId }) => waits.includes(hookId))) return undefined
  return `the weights of its production rule were changed outside the release: ${sharesText(shares)}; ECS had asked for ${asked} % on ${targetGroupName(group)}`
}

async function look(
  { target, ends, service: before }: Live,
  taskDefinition: string,
  groups: readonly string[],
  aws: Aws,
): Promise<string | undefined> {
  const { cluster, serviceName } = target
  const { services: [service] = [] } = await aws.ecs.describeServices({ cluster, services: [serviceName] })
  const { runningCount = 0, desiredCount = 0 } = service ?? {}
  if (service?.taskDefinition !== taskDefinition)
    return `the service runs ${service?.taskDefinition ?? 'nothing'}, not ${taskDefinition}`
  if (desiredCount === 0)
    return startCount(target.config) === 0 ? undefined : 'its desired count is 0: no task runs'
  if (runningCount < desiredCount) return `${runningCount} of ${desiredCount} tasks run`
  if (ends && groups.length > 0) {
    const shares = await readShares(aws, ends.productionRule)
    if (shares && shares[groups[0]!] !== 100)
      return `the new version does not have all the traffic: ${sharesText(shares)}`
  }
  const watched =
    groups.length > 0
      ? groups
      : (before.loadBalancers ?? []).flatMap(({ targetGroupArn }) => targetGroupArn ?? [])
  const addresses = watched.length > 0 ? await addressesOf(target, aws, taskDefinition) : undefined
  for (const group of watched) {
    const { healthy, total, reasons } = await readHealth(aws, group, addresses)
    if (healthy < Math.max(total, desiredCount))
      return `${healthy} of ${Math.max(total, desiredCount)} targets in ${targetGroupName(group)} are healthy${reasons.length > 0 ? ` (${reasons.join('; ')})` : ''}`
  }
  return undefined
}
