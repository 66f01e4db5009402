import type { DeploymentConfiguration, TaskDefinition } from '@aws-sdk/client-ecs'
import type { Web } from '../effects/programs.ts'
import { ProvisionError } from '../errors.ts'
import type { Release, ReleaseGate, ReleaseSettings, TrafficSteps } from '../state/release.ts'
import { gatesOf } from './analysis.ts'
import type { Begun } from './begin-release.ts'
import type { ReleaseEnvironment } from './environment.ts'
import { startNotes, tasksToStart } from './first-release.ts'
import { resolveImage } from './image.ts'
import type { Image } from './image.ts'
import type { Live } from './live.ts'
import { readLive } from './live.ts'
import { preflight } from './preflight.ts'
import { settingsOf } from './settings.ts'
import { tasksTextOf } from './status.ts'
import { configurationFor, firstConfiguration } from './strategy.ts'
import { suspendsScaling } from './suspended-scaling.ts'
import type { Target } from './target.ts'
import { underWayWith } from './under-way.ts'
import { assertUntil } from './until.ts'
import { trafficSteps } from './wanted-steps.ts'
import type { ReleaseWish } from './wish.ts'

/** One service's part of a release, decided and not begun. */
export interface ReleasePlan {
  readonly live: Live
  readonly image: Image
  /** ARN, when a release of before is restored; else what is registered anew with the image. */
  readonly taskDefinition: string | TaskDefinition
  readonly configuration: DeploymentConfiguration
  /** By which it moves production traffic; undefined where ECS does that alone. */
  readonly steps?: TrafficSteps | undefined
  readonly settings: ReleaseSettings
  /** Autoscaling is suspended while it is followed. */
  readonly suspends?: boolean
  /** New tasks of the version that runs. */
  readonly action?: 'restart'
  /** The settings are those of an earlier release and have to be given back to the service. */
  readonly restores: Release | undefined
  /** How many tasks it starts where the service runs none; undefined where it runs some. */
  readonly starts: number | undefined
  /** Run once as a task of the new version before anything else. */
  readonly command: readonly string[] | undefined
  /** What it pauses for, beside the pauses of the config. */
  readonly gates?: readonly ReleaseGate[]
}

export interface ImageWish {
  readonly target: Target
  /** As the user wrote it, completed to a repository and a tag or digest. */
  readonly reference: string
}

export interface PlanEnvironment extends Pick<
  ReleaseEnvironment,
  'aws' | 'region' | 'book' | 'clock' | 'again' | 'say' | 'signal' | 'stack' | 'environment' | 'repositories'
> {
  readonly tools: { readonly web: Web }
}

export interface Planned {
  readonly plans: readonly ReleasePlan[]
  /** Releases of the same image that are under way, as an earlier run of the same command has left them. */
  readonly attached: readonly Begun[]
  /** What the preflight has to tell. */
  readonly notes: readonly string[]
  /** Services that have the image already; `why` no task of them runs. */
  readonly unchanged: readonly { readonly name: string; readonly why: string | undefined }[]
}

/**
 * Looks at everything and decides, for all services before the first of them is touched. Throws with code `refused` and
 * all reasons at once.
 */
export async function planReleases(
  wishes: readonly ImageWish[],
  wish: ReleaseWish,
  environment: PlanEnvironment,
): Promise<Planned> {
  const { aws, region, tools } = environment
  const { web } = tools
  const lives = await readLive(
    wishes.map(({ target }) => target),
    aws,
  )
  const refusals: ProvisionError[] = []
  const notes: string[] = []
  const planned = await Promise.all(
    lives.map(async (live, index): Promise<ReleasePlan | Begun | undefined> => {
      try {
        const image = await resolveImage(wishes[index]!.reference, { aws, region, web })
        const same = await underWayWith(image, live, environment)
        if (same) {
          assertUntil({ ...same.release, live: same.live, steps: same.release.steps }, wish)
          return same
        }
        const [told, settings] = await Promise.all([
          preflight(live, image, wish, environment),
          settingsOf(live, aws),
        ])
        notes.push(...told)
        const starts = tasksToStart(live)
        notes.push(...startNotes(live, starts, wish))
        const configure = starts === undefined ? configurationFor : firstConfiguration
        const configuration = configure(live, wish, wishes.length > 1)
        return {
          live,
          image,
          taskDefinition: live.taskDefinition,
          configuration,
          suspends:
            starts === undefined && !wish.detach && suspendsScaling(live.target, configuration.strategy),
          steps: starts === undefined ? trafficSteps(live, wish) : undefined,
          settings,
          restores: undefined,
          starts,
          command: live.target.config.release?.command,
          gates: gatesOf(live, wish),
        }
      } catch (error) {
        if (!(error instanceof ProvisionError)) throw error
        refusals.push(error)
        return undefined
      }
    }),
  )
  if (refusals.length > 0) throw asOne(refusals)
  const attached = planned.flatMap(one => (one && 'deployment' in one ? [one] : []))
  const plans = planned.flatMap(one => (one && 'image' in one ? [one] : []))
  const isUnchanged = ({ live, image, starts }: ReleasePlan) =>
    !wish.force && starts === undefined && live.image === image.reference
  return {
    plans: plans.filter(plan => !isUnchanged(plan)),
    attached,
    notes,
    unchanged: plans.filter(isUnchanged).map(({ live }) => ({ name: live.target.name, why: idle(live) })),
  }
}

/** Why a service that is to run tasks does not. */
function idle(live: Live): string | undefined {
  const { desiredCount = 0, runningCount = 0 } = live.service
  return desiredCount > 0 && runningCount === 0 ? tasksTextOf(live) : undefined
}

/** All refusals in one. */
export function asOne(refusals: readonly ProvisionError[]): ProvisionError {
  const [first] = refusals
  return new ProvisionError({
    code: first!.code,
    message: refusals.map(({ message }) => message).join('\n'),
    hint: first!.hint,
  })
}
