import type { ServiceDeploymentBrief } from '@aws-sdk/client-ecs'
import type { Aws } from '../aws/aws.ts'
import { orAbsent } from '../aws/errors.ts'
import { ProvisionError } from '../errors.ts'
import { durationText } from '../events/duration.ts'
import { analysisFindings } from './analysis.ts'
import { missingAlarms } from './alarms.ts'
import { canReplace, percentagesOf, tasksText, wholeTasksText } from '../resources/whole-tasks.ts'
import type { ReleaseEnvironment } from './environment.ts'
import { expiryOf } from './expiry.ts'
import { tasksToStart } from './first-release.ts'
import type { Image } from './image.ts'
import { inUseTag, placed } from './images-in-use.ts'
import type { Live } from './live.ts'
import type { PreflightFinding } from './preflight-finding.ts'
import type { ScanEnvironment } from './scan-gate.ts'
import { scanFindings } from './scan-gate.ts'
import { secretsWithoutValue } from './secret-values.ts'
import { readHealth, readShares, sharesText, soleTarget, targetGroupName } from './traffic.ts'
import { untilRefusal } from './until.ts'
import { trafficSteps } from './wanted-steps.ts'
import type { ReleaseWish } from './wish.ts'

type PreflightEnvironment = ScanEnvironment &
  Pick<ReleaseEnvironment, 'region' | 'stack' | 'environment' | 'repositories'>

/**
 * Everything that is looked at before a release, all findings at once. Gives what is only to be told; throws with code
 * `refused` when there is a reason not to begin. Changes nothing.
 */
export async function preflight(
  live: Live,
  image: Image,
  wish: ReleaseWish,
  environment: PreflightEnvironment,
): Promise<string[]> {
  const { aws, again } = environment
  const [expiry, roles, traffic, alarms, secrets, scan] = await Promise.all([
    expiryFindings(live, image, environment),
    roleFindings(live, aws),
    trafficFindings(live, wish, aws),
    alarmFindings(live, aws),
    secretFindings(live, aws),
    scanFindings(live, image, wish, environment),
  ])
  const found = [
    ...runningFindings(live, again),
    ...imageFindings(live, image),
    ...expiry,
    ...percentageFindings(live, wish),
    ...stepFindings(live, wish),
    ...untilFindings(live, wish),
    ...analysisFindings(live, wish),
    ...roles,
    ...traffic,
    ...alarms,
    ...secrets,
    ...scan,
  ]
  const refusals = found.filter(({ level }) => level === 'refusal')
  if (refusals.length > 0)
    throw new ProvisionError({
      code: 'refused',
      message: `${live.target.name} cannot be released: ${refusals.map(({ message }) => message).join('; ')}`,
      hint: refusals[0]!.hint,
    })
  return found.map(({ message }) => `${live.target.name}: ${message}`)
}

function runningFindings({ target: { name }, running }: Live, again: string): PreflightFinding[] {
  if (!running) return []
  return [
    {
      level: 'refusal',
      message: `a release is under way (${running.status}, begun ${running.createdAt?.toISOString() ?? 'just now'})`,
      hint: `watch it with provision rollout attach ${name}${again}, or end it with provision rollout abort ${name}${again}`,
    },
  ]
}

/** A rolling deployment that can neither stop nor start a task would never end. */
function percentageFindings({ service, strategy }: Live, wish: ReleaseWish): PreflightFinding[] {
  const { desiredCount = 0, deploymentConfiguration } = service
  const percentages = percentagesOf(deploymentConfiguration)
  if ((wish.strategy ?? strategy) !== 'ROLLING' || canReplace(desiredCount, percentages)) return []
  return [
    {
      level: 'refusal',
      message: `at ${tasksText(desiredCount)}, ${wholeTasksText(desiredCount, percentages)}: ECS can neither stop nor start one`,
      hint: 'change deployment.maximumPercent or deployment.minimumHealthyPercent in the config and run provision up, or run more tasks',
    },
  ]
}

/** Steps are taken by the command that follows the release. */
function stepFindings(live: Live, wish: ReleaseWish): PreflightFinding[] {
  const steps = tasksToStart(live) === undefined ? trafficSteps(live, wish) : undefined
  if (!steps) return []
  const { shares, minutes } = steps
  const needs = (minutes * (shares.length - 1) + (wish.bakeMinutes ?? 0)) * 60_000
  const refusal = (message: string, hint: string) => ({ level: 'refusal' as const, message, hint })
  const without = 'release in one canary step with --canary, or remove deployment.steps from the config'
  if (wish.detach)
    return [
      refusal(
        '--detach leaves nobody to move its traffic from step to step',
        `leave out --detach, or ${without}`,
      ),
    ]
  if (wish.pause)
    return [
      refusal(
        '--pause waits before production traffic, where the steps of the release are taken',
        `leave out --pause, or ${without}; deployment.pause at after-test-traffic stops before the first step`,
      ),
    ]
  if (live.ends && !live.ends.productionRule.includes(':listener-rule/'))
    return [refusal('its steps need a listener rule of an Application Load Balancer', without)]
  return needs >= wish.timeout
    ? [
        refusal(
          `its ${shares.length} steps take ${durationText(needs)}, and --timeout rolls back after ${durationText(wish.timeout)}`,
          'use a longer --timeout, or fewer minutes with --step-minutes',
        ),
      ]
    : []
}

function untilFindings(live: Live, wish: ReleaseWish): PreflightFinding[] {
  if (tasksToStart(live) !== undefined) return []
  const strategy = wish.strategy ?? live.strategy
  const refusal = untilRefusal({ live, strategy, steps: trafficSteps(live, wish) }, wish)
  return refusal ? [{ level: 'refusal', ...refusal }] : []
}

function imageFindings(
  { target: { config } }: Live,
  { note, architectures, reference }: Image,
): PreflightFinding[] {
  const wanted = config.architecture === 'arm64' ? 'arm64' : 'amd64'
  if (architectures.length > 0 && !architectures.includes(wanted))
    return [
      {
        level: 'refusal',
        message: `${reference} is built for ${architectures.join(', ')}, the service runs on ${config.architecture}`,
        hint: `build it with --platform linux/${wanted}, or set architecture in the config`,
      },
    ]
  return note ? [{ level: 'note', message: note, hint: '' }] : []
}

/** A repository of others may expire what the service runs: that is said, and not for this command to change. */
async function expiryFindings(
  { target }: Live,
  { reference }: Image,
  environment: PreflightEnvironment,
): Promise<PreflightFinding[]> {
  const image = placed(reference, environment.region)
  if (!image) return []
  const isOwn = environment.repositories.includes(image.repositoryName)
  const given = isOwn ? [inUseTag(environment, target.name, image.digest)] : []
  const expiry = await expiryOf(image, target.name, given, environment)
  return expiry ? [{ level: 'note', message: `${expiry.message}; ${expiry.hint}`, hint: '' }] : []
}

async function roleFindings({ taskDefinition, ends }: Live, aws: Aws): Promise<PreflightFinding[]> {
  const arns = [taskDefinition.executionRoleArn, taskDefinition.taskRoleArn, ends?.role]
  const names = [...new Set(arns.flatMap(arn => arn?.split('/').at(-1) || []))]
  const found = await Promise.all(names.map(async RoleName => orAbsent(aws.iam.getRole({ RoleName }))))
  return names
    .filter((_name, index) => !found[index])
    .map(name => ({
      level: 'refusal',
      message: `the role ${name} is gone`,
      hint: 'provision up makes it again',
    }))
}

/** ECS takes any name, and an alarm that does not exist rolls nothing back. */
async function alarmFindings({ target: { name }, service }: Live, aws: Aws): Promise<PreflightFinding[]> {
  const missing = await missingAlarms(service.deploymentConfiguration ?? {}, aws)
  return missing.map(alarm => ({
    level: 'refusal',
    message: `there is no alarm ${alarm}, which is to roll the release back`,
    hint: `provision up makes the stack's own alarms again; create any other one, or correct services.${name}.deployment.alarms and run provision up`,
  }))
}

/** A service that runs no task may have been waiting for the value of a secret. */
async function secretFindings(live: Live, aws: Aws): Promise<PreflightFinding[]> {
  if (tasksToStart(live) === undefined) return []
  const names = await secretsWithoutValue(live, aws)
  return names.map(name => ({
    level: 'refusal',
    message: `the secret ${name} has no value, so that ECS starts no task`,
    hint: 'give it one with provision secret set; provision secret list shows which ones have a value',
  }))
}

/** A deployment that was stopped, or could not go back, leaves the weights as they were at that moment. */
function leftHalfWay(last: ServiceDeploymentBrief | undefined): boolean {
  return last?.status === 'STOPPED' || last?.status === 'ROLLBACK_FAILED'
}

async function trafficFindings(
  { service, ends, running, deployments }: Live,
  wish: ReleaseWish,
  aws: Aws,
): Promise<PreflightFinding[]> {
  // While ECS moves the traffic the weights are its own.
  if (!ends || running) return []
  const shares = await readShares(aws, ends.productionRule)
  const sole = shares && soleTarget(shares, ends)
  if (shares && sole === undefined) {
    const message = leftHalfWay(deployments[0])
      ? `its last release was stopped on the way, and left its traffic split: ${sharesText(shares)}`
      : `the weights of its production rule were changed outside a release: ${sharesText(shares)}`
    if (wish.acceptWeights) return [{ level: 'note', message, hint: '' }]
    return [
      {
        level: 'refusal',
        message,
        hint: 'give all the weight to one of the two target groups again, or let the release take them over with --accept-weights',
      },
    ]
  }
  if (sole === undefined || (service.desiredCount ?? 0) === 0) return []
  const { healthy, total, reasons } = await readHealth(aws, sole)
  if (healthy > 0)
    return total > healthy
      ? [
          {
            level: 'note',
            message: `${total - healthy} of ${total} targets are not healthy now (${reasons.join('; ')})`,
            hint: '',
          },
        ]
      : []
  // A broken version may well be what this release is to mend: it is said, not forbidden.
  return [
    {
      level: 'note',
      message: `no target in ${targetGroupName(sole)} is healthy now (${total === 0 ? 'none is registered' : reasons.join('; ')}): there is nothing good to roll back to`,
      hint: '',
    },
  ]
}
