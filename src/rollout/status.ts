import type { ServiceDeployment } from '@aws-sdk/client-ecs'
import type { Aws } from '../aws/aws.ts'
import { startCount } from '../config/task-counts.ts'
import type { TestHeader } from './checks.ts'
import { endpointOf } from './endpoint.ts'
import type { Release, TrafficSteps } from '../state/release.ts'
import type { ReleaseEnvironment } from './environment.ts'
import type { Live } from './live.ts'
import { addressesOf } from './own-targets.ts'
import { pausesOf, shareOf, timeText, waitText } from './progress.ts'
import { isScalingSuspended } from './suspended-scaling.ts'
import type { Target } from './target.ts'
import type { Shares } from './traffic.ts'
import { readHealth, readShares } from './traffic.ts'
import { newTargetGroups } from './verify.ts'

type StatusEnvironment = Pick<ReleaseEnvironment, 'aws' | 'book'>

/** How the new version is reached before it has production traffic. */
export interface TestTraffic {
  readonly url: string
  /** Undefined where test traffic has a port of its own. */
  readonly header: TestHeader | undefined
}

/**
 * What services run, and how far a release that is under way has come. One call for twenty releases. `showTestHeader`: with
 * `test`, which has the value of the header.
 */
export async function statusOf(
  lives: readonly Live[],
  environment: StatusEnvironment,
  { showTestHeader = false }: { readonly showTestHeader?: boolean } = {},
) {
  const arns = lives.flatMap(({ running }) => running?.serviceDeploymentArn ?? [])
  const deployments = await describeDeployments(arns, environment)
  return Promise.all(
    lives.map(async live => {
      const test = showTestHeader ? await testTrafficOf(live, environment.aws) : undefined
      return { ...(await rowOf(live, deployments, environment)), ...(test && { test }) }
    }),
  )
}

async function testTrafficOf({ ends, target }: Live, aws: Aws): Promise<TestTraffic | undefined> {
  if (!ends?.testRule) return undefined
  const endpoint = await endpointOf(aws, ends.testRule, target.domain)
  return endpoint && { url: endpoint.url, header: endpoint.testHeader }
}

async function describeDeployments(arns: readonly string[], { aws }: StatusEnvironment) {
  const found: ServiceDeployment[] = []
  for (let at = 0; at < arns.length; at += 20) {
    const { serviceDeployments = [] } = await aws.ecs.describeServiceDeployments({
      serviceDeploymentArns: arns.slice(at, at + 20),
    })
    found.push(...serviceDeployments)
  }
  return found
}

/** `2 of 3 tasks run`. A service that is to run none says so, and whether the config wants it so. */
export function tasksTextOf({ target, service }: Pick<Live, 'target' | 'service'>): string {
  const { runningCount = 0, desiredCount = 0 } = service
  if (desiredCount > 0) return `${runningCount} of ${desiredCount} tasks run`
  const wanted = startCount(target.config)
  return wanted === 0 ? 'desired count 0' : `no task runs: desired count 0, and the config says ${wanted}`
}

/** How the targets are that get production traffic; undefined for a service behind no load balancer. */
export async function healthOf({ target, service, ends }: Live, aws: Aws) {
  const groups = (service.loadBalancers ?? []).flatMap(({ targetGroupArn }) => targetGroupArn ?? [])
  const shares = ends && (await readShares(aws, ends.productionRule))
  const live = shares ? Object.keys(shares).filter(group => (shares[group] ?? 0) > 0) : groups
  if (live.length === 0) return undefined
  const addresses = await addressesOf(target, aws)
  const found = await Promise.all(live.map(group => readHealth(aws, group, addresses)))
  const healthy = found.reduce((sum, one) => sum + one.healthy, 0)
  const total = found.reduce((sum, one) => sum + one.total, 0)
  const text = total === 0 ? 'no target is registered' : `${healthy} of ${total} targets healthy`
  return { healthy, text, shares, reasons: [...new Set(found.flatMap(({ reasons }) => reasons))] }
}

async function rowOf(one: Live, deployments: readonly ServiceDeployment[], { aws, book }: StatusEnvironment) {
  const { target, service, image, strategy, running } = one
  const health = await healthOf(one, aws)
  const now = deployments.find(one => one.serviceDeploymentArn === running?.serviceDeploymentArn)
  const releases = await book.read(target.name)
  const known = releases.find(one => one.deployment === running?.serviceDeploymentArn)
  const autoscaling = await autoscalingText(target, releases, known, aws)
  const { taskDefinition = '' } = service
  const step = now && known?.steps && (await stepOf(now, known.steps, health?.shares, aws))
  return {
    service: target.name,
    image,
    taskDefinition,
    strategy,
    tasks: tasksTextOf({ target, service }),
    ...(health && { healthy: health.text }),
    ...(health?.shares && { weights: health.shares }),
    ...(autoscaling !== undefined && { autoscaling }),
    ...(now && {
      release: {
        number: known?.number ?? 0,
        deployment: now.serviceDeploymentArn,
        status: now.status,
        stage: now.lifecycleStage,
        share: step?.share ?? shareOf(now),
        waits: `${known?.abortedBy === undefined ? '' : `aborted by ${known.abortedBy}; `}${step?.text ?? waitText(now)}`,
      },
    }),
  }
}

/** How far a release has come between ECS's first step and its last one; undefined before and after. */
async function stepOf(
  now: ServiceDeployment,
  { shares, minutes }: TrafficSteps,
  weights: Shares | undefined,
  aws: Aws,
): Promise<{ readonly share: number; readonly text: string } | undefined> {
  const asked = shareOf(now)
  const [pause] = pausesOf(now)
  const [group] = await newTargetGroups(now, aws)
  if (asked === 0 || asked === 100 || !pause || !weights || group === undefined) return undefined
  const share = weights[group] ?? 0
  const then = shares.find(one => one > share) ?? 100
  const until = pause.expiresAt ? ` before ${timeText(pause.expiresAt)}` : ''
  return {
    share,
    text: `${share} % of production traffic on the new version; the command that follows the release moves it to ${then} % after ${minutes} min, and ECS rolls back if none does${until}`,
  }
}

/** What keeps autoscaling from changing the number of tasks; undefined where nothing does. */
async function autoscalingText(
  target: Target,
  releases: readonly Release[],
  running: Release | undefined,
  aws: Aws,
): Promise<string | undefined> {
  if ((await isScalingSuspended(target, aws)) !== true) return undefined
  const by = releases.findLast(({ suspended }) => suspended !== undefined)
  if (!by) return 'suspended, and not by a release'
  return by === running
    ? `suspended while release ${by.number} is under way`
    : `suspended by release ${by.number}, which no command has followed to its end: provision up restores it`
}
