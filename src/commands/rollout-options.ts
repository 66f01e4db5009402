import { scanLimits, type ScanLimit } from '../config/schema/deployment.ts'
import { ProvisionError } from '../errors.ts'
import type { Check } from '../rollout/checks.ts'
import { argvOf } from '../rollout/argv.ts'
import type { Until } from '../rollout/until.ts'
import type { ReleaseWish } from '../rollout/wish.ts'
import type { StackOptions } from '../session.ts'

/** Options of everything that works on a release. */
export interface ReleaseOptions extends StackOptions {
  readonly json?: boolean | undefined
  readonly yes?: boolean | undefined
  readonly verify?: readonly string[] | undefined
  readonly http?: readonly string[] | undefined
  /** `90s`, `30m`, `2h`. */
  readonly timeout?: string | undefined
  readonly detach?: boolean | undefined
  /** `test-traffic`, `production-traffic` or `done`. */
  readonly until?: string | undefined
}

/** What `rollout <services>` takes. */
export interface RolloutOptions extends ReleaseOptions {
  /** `REFERENCE`, or `SERVICE=REFERENCE` for each of several services. */
  readonly image?: readonly string[] | undefined
  readonly tag?: string | undefined
  /** Another environment of the same stack, whose running image is taken. */
  readonly from?: string | undefined
  /** Folder with a Dockerfile. */
  readonly build?: string | undefined
  readonly strategy?: string | undefined
  readonly canary?: string | undefined
  readonly step?: string | undefined
  /** `1,5,25,100`. */
  readonly steps?: string | undefined
  readonly stepMinutes?: string | undefined
  readonly bake?: string | undefined
  readonly pause?: boolean | undefined
  readonly acceptWeights?: boolean | undefined
  /** Release an image that runs already. */
  readonly force?: boolean | undefined
  /** `critical`, `high`, `medium`, `low` or `off`, in place of the service's `deployment.scan`. */
  readonly scan?: string | undefined
  /** False: without the service's `deployment.analysis`. */
  readonly analysis?: boolean | undefined
}

const strategies = {
  rolling: 'ROLLING',
  'blue-green': 'BLUE_GREEN',
  canary: 'CANARY',
  linear: 'LINEAR',
} as const

const defaultTimeout = 2 * 60 * 60_000

/** How the release is to go. Throws with code `usage` on what cannot be read or does not go together. */
export function wishOf(options: RolloutOptions): ReleaseWish {
  const {
    strategy,
    canary,
    step,
    steps,
    stepMinutes,
    bake,
    pause = false,
    acceptWeights = false,
    detach = false,
    force = false,
    scan,
    analysis = true,
  } = options
  const checks = checksOf(options)
  const named =
    strategy === undefined
      ? canary === undefined && steps === undefined
        ? step === undefined
          ? undefined
          : 'LINEAR'
        : 'CANARY'
      : strategyOf(strategy)
  if (detach && checks.length > 0)
    throw usage('--detach leaves nobody to run the checks', 'leave out --detach, or --verify and --http')
  const until = untilOf(options)
  if (detach && until !== undefined)
    throw usage('--detach follows no stage at all', 'leave out --detach or --until')
  if (canary !== undefined && named !== 'CANARY')
    throw usage(`--canary does not go with --strategy ${strategy}`, 'leave one of the two out')
  if (step !== undefined && named !== 'LINEAR')
    throw usage(`--step does not go with --strategy ${strategy}`, 'leave one of the two out')
  if (steps !== undefined && canary !== undefined)
    throw usage('--steps does not go with --canary: its first step is the canary', 'leave one of the two out')
  if (steps !== undefined && named !== 'CANARY')
    throw usage(`--steps does not go with --strategy ${strategy}`, 'leave one of the two out')
  return {
    strategy: named,
    canaryPercent: canary === undefined ? undefined : percentOf(canary, '--canary', 0.1),
    stepPercent: step === undefined ? undefined : percentOf(step, '--step', 3),
    steps: steps === undefined ? undefined : stepsOf(steps),
    stepMinutes: stepMinutes === undefined ? undefined : minutesOf(stepMinutes, '--step-minutes'),
    bakeMinutes: bake === undefined ? undefined : minutesOf(bake, '--bake'),
    checks,
    pause,
    timeout: timeoutOf(options),
    acceptWeights,
    force,
    scan: scan === undefined ? undefined : scanLimitOf(scan),
    analysis,
    together: false,
    until,
    detach,
  }
}

export function checksOf({ verify = [], http = [] }: ReleaseOptions): Check[] {
  // A command that cannot be read is refused before anything is begun.
  for (const text of verify) argvOf(text)
  for (const path of http)
    if (!path.startsWith('/')) throw usage(`--http ${path} is not a path`, 'write --http /health')
  return [
    ...http.map(path => ({ kind: 'http', path }) as const),
    ...verify.map(text => ({ kind: 'command', text }) as const),
  ]
}

/** Undefined: to the end of the release. */
export function untilOf({ until = 'done' }: ReleaseOptions): Until | undefined {
  if (until === 'test-traffic' || until === 'production-traffic') return until
  if (until === 'done') return undefined
  throw usage(`--until ${until} is not known`, 'use one of test-traffic, production-traffic, done')
}

/** Milliseconds. */
export function timeoutOf({ timeout }: ReleaseOptions): number {
  return timeout === undefined ? defaultTimeout : durationOf(timeout, '--timeout')
}

function strategyOf(name: string): (typeof strategies)[keyof typeof strategies] {
  const known = strategies[name as keyof typeof strategies]
  if (known) return known
  throw usage(`--strategy ${name} is not known`, `use one of ${Object.keys(strategies).join(', ')}`)
}

function scanLimitOf(text: string): ScanLimit | 'off' {
  const known = [...scanLimits, 'off' as const].find(one => one === text)
  if (known) return known
  throw usage(`--scan ${text} is not known`, `use one of ${scanLimits.join(', ')} and off`)
}

/** AWS takes steps of a tenth. */
function percentOf(text: string, option: string, least: number): number {
  const value = Number(text.replace(/\s*%$/, ''))
  if (Number.isFinite(value) && value >= least && value <= 100) return Math.round(value * 10) / 10
  throw usage(`${option} ${text} is not a percentage from ${least} to 100`, `write ${option} 5%`)
}

function stepsOf(text: string): number[] {
  const shares = text.split(',').map(share => percentOf(share.trim(), '--steps', 0.1))
  const isAscending = shares.every((share, index) => share > (shares[index - 1] ?? 0))
  if (shares.length > 1 && isAscending && shares.at(-1) === 100) return shares
  throw usage(`--steps ${text}: percentages have to ascend and to end with 100`, 'write --steps 1,5,25,100')
}

function minutesOf(text: string, option: string): number {
  const minutes = durationOf(/^\d+$/.test(text) ? `${text}m` : text, option) / 60_000
  if (Number.isInteger(minutes) && minutes <= 1440) return minutes
  throw usage(`${option} ${text}: AWS takes whole minutes up to a day`, `write ${option} 10m`)
}

/** Milliseconds of `90s`, `30m` or `2h`. Throws with code `usage` on anything else. */
export function durationOf(text: string, option: string): number {
  const [, number, unit = 's'] = /^(\d+(?:\.\d+)?)(s|m|h)$/.exec(text) ?? []
  if (number === undefined)
    throw usage(`${option} ${text} is not a duration`, `write ${option} 30m, 90s or 2h`)
  return Number(number) * { s: 1000, m: 60_000, h: 3_600_000 }[unit as 's' | 'm' | 'h']
}

export function usage(message: string, hint: string): ProvisionError {
  return new ProvisionError({ code: 'usage', message, hint })
}
