import type { DeploymentConfiguration, ServiceDeployment } from '@aws-sdk/client-ecs'
import type { Aws } from '../aws/aws.ts'
import type { RunEvent } from '../events/event.ts'
import type { Release } from '../state/release.ts'
import type { Barrier } from './barrier.ts'
import type { Begun } from './begin-release.ts'
import { isGenerated } from '../kinds/elbv2/test-header.ts'
import type { CheckTools, Endpoint, TestHeader } from './checks.ts'
import { checkText, runCheck } from './checks.ts'
import { endpointOf } from './endpoint.ts'
import type { Answer } from './follower.ts'
import type { Live } from './live.ts'
import { isComparable } from './metrics-gate.ts'
import { shareOf } from './progress.ts'
import { pausedStages } from './strategy.ts'
import { isBetweenSteps, takeSteps } from './traffic-steps.ts'
import { trampledWeights } from './verify.ts'
import type { ReleaseWish } from './wish.ts'

export interface PauseEnvironment {
  readonly aws: Aws
  readonly tools: CheckTools
  readonly say: (event: RunEvent) => void
  /** What a check may want to know, by variable. */
  readonly variables: Readonly<Record<string, string>>
  readonly barrier: Barrier | undefined
  /** Compares the metrics of both versions; undefined where that is no gate of this release. */
  readonly compare: ((now: ServiceDeployment) => Promise<'passed' | Exclude<Answer, 'continue'>>) | undefined
  /**
   * Which pauses this command has made, and may continue. `last`: the one at which services of one release wait for each
   * other. Those of the config are for people in any case.
   */
  readonly own: 'all' | 'last' | 'none'
}

/** How a pause of ECS's is answered: checks first, then the other services, then people. */
export async function answerPause(
  begun: Begun,
  wish: ReleaseWish,
  now: ServiceDeployment,
  { aws, tools, say, variables, barrier, compare, own }: PauseEnvironment,
): Promise<Answer> {
  const { live, release } = begun
  const { name } = live.target
  const trampled = await trampledWeights(live, now, aws, release.steps)
  if (trampled !== undefined) {
    say({ type: 'note', level: 'warning', message: `${name}: ${trampled}` })
    return 'leave'
  }
  const shifted = now.lifecycleStage === 'POST_PRODUCTION_TRAFFIC_SHIFT'
  const check = async (share: number) => {
    if (wish.checks.length === 0) return true
    const endpoint = await endpointFor(live, shifted, aws)
    return runChecks(live, wish, endpoint, { ...variables, ...stageVariables(now, share) }, { tools, say })
  }
  if (own === 'all' && isBetweenSteps(begun, now) && shareOf(now) > 0)
    return takeSteps(begun, now, { aws, clock: tools.clock, signal: tools.signal, say, check, compare })
  if (!(await check(shareOf(now)))) return 'rollback'
  const compared = compare && isComparable(now) ? await compare(now) : 'passed'
  if (compared !== 'passed') return compared
  if (isForPeople(now.lifecycleStage, release, wish)) return 'leave'
  if (shifted && barrier) return barrier.arrive(name)
  return own === 'all' || (own === 'last' && shifted) ? 'continue' : 'wait'
}

/** True at the pauses that the service's own configuration has, and at the one that this release was asked to make. */
export function isForPeople(
  stage: string | undefined,
  { configuration, gates = [] }: Release,
  { pause }: Pick<ReleaseWish, 'pause'>,
): boolean {
  const { lifecycleHooks = [] } = (configuration ?? {}) as DeploymentConfiguration
  const isAsked = pause || gates.includes('pause')
  const stages: string[] = [...pausedStages(lifecycleHooks), ...(isAsked ? [beforeProduction] : [])]
  // ECS reports the hook's stage under the name of the stage that follows it.
  return stages.includes(stage === 'PRODUCTION_TRAFFIC_SHIFT' ? beforeProduction : (stage ?? ''))
}

const beforeProduction = 'PRE_PRODUCTION_TRAFFIC_SHIFT'

/** One after the other, the first that fails ends it. What a command writes is shown without a generated header value. */
export async function runChecks(
  live: Live,
  { checks }: ReleaseWish,
  endpoint: Endpoint | undefined,
  variables: Readonly<Record<string, string>>,
  { tools, say }: Pick<PauseEnvironment, 'tools' | 'say'>,
): Promise<boolean> {
  const { name } = live.target
  const all = { ...variables, ...endpointVariables(endpoint) }
  for (const check of checks) {
    const text = checkText(check)
    const began = tools.clock.now()
    say({ type: 'release.check', service: name, check: text, state: 'started', took: 0, details: [] })
    const { passed, details } = await runCheck(check, endpoint, all, tools)
    say({
      type: 'release.check',
      service: name,
      check: text,
      state: passed ? 'passed' : 'failed',
      took: tools.clock.now() - began,
      details: details.map(line => withoutSecret(line, endpoint?.testHeader)),
    })
    if (!passed) return false
  }
  return true
}

/** Test traffic stays on the new version until the old one goes; once production has moved, production is asked. */
function endpointFor({ ends, target }: Live, shifted: boolean, aws: Aws): Promise<Endpoint | undefined> {
  if (!ends) return Promise.resolve(undefined)
  const rule = shifted ? ends.productionRule : (ends.testRule ?? ends.productionRule)
  return endpointOf(aws, rule, target.domain)
}

function endpointVariables(endpoint: Endpoint | undefined): Record<string, string> {
  const { url, testHeader } = endpoint ?? {}
  return {
    ...(url !== undefined && { PROVISION_URL: url }),
    // Empty where none is needed, so that a command may name it in any case.
    PROVISION_TEST_HEADER: testHeader ? `${testHeader.name}: ${testHeader.value}` : '',
  }
}

/** Header values are compared whatever the case of their letters, and may be written back in any. */
function withoutSecret(line: string, header: TestHeader | undefined): string {
  return header && isGenerated(header.value)
    ? line.replace(new RegExp(header.value, 'gi'), '<test header value>')
    : line
}

function stageVariables(now: ServiceDeployment, share: number): Record<string, string> {
  return {
    PROVISION_STAGE: now.lifecycleStage ?? '',
    PROVISION_TRAFFIC_PERCENT: String(share),
    PROVISION_DEPLOYMENT: now.serviceDeploymentArn ?? '',
  }
}
