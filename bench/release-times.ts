import { durations } from '../src/sandbox/durations.ts'
import { usualImage } from '../src/sandbox/ecs/task-times.ts'
import { leavingOf, timelineOf } from '../src/sandbox/ecs/timeline.ts'
import { sandboxContext } from '../test/support/context.ts'
import { releasing } from '../test/support/releasing.ts'
import type { ReleaseTimes } from '../test/support/rolling-front.ts'
import { awsTimes, copilotTimes, ourTimes, rollingFront } from '../test/support/rolling-front.ts'
import type { Measure } from './measure.ts'

/** A rolling release of one healthy task: against what it is made of, and against other tools' defaults. */
export async function releaseTimes(): Promise<Measure[]> {
  const ours = await secondsOfRelease(ourTimes)
  const aws = await secondsOfRelease(awsTimes)
  const copilot = await secondsOfRelease(copilotTimes)
  const parts = partsOf(ourTimes)
  const sum = Object.values(parts).reduce((total, seconds) => total + seconds, 0)
  const name = 'rolling release of one task'
  const seconds = (value: number) => `${Math.round(value)} s`
  return [
    {
      name: `${name}: time / pull, start, checks and draining`,
      value: ours / sum,
      goal: 1.15,
      note:
        `${seconds(ours)} for ${seconds(sum)}: ` +
        Object.entries(parts)
          .map(([part, one]) => `${part} ${one}`)
          .join(', '),
    },
    {
      name: `${name}: time / with AWS's defaults`,
      value: ours / aws,
      goal: 0.5,
      note: `${seconds(ours)} for ${seconds(aws)}`,
    },
    {
      name: `${name}: time / with Copilot's defaults`,
      value: ours / copilot,
      goal: 1,
      note: `${seconds(ours)} for ${seconds(copilot)}`,
    },
  ]
}

/** By the tool, from the preflight to the verification. */
async function secondsOfRelease(times: ReleaseTimes): Promise<number> {
  const front = await rollingFront(sandboxContext(), times)
  const web = await releasing(front, { config: { deployment: 'rolling' } })
  const { clock } = front.context
  const began = clock.now()
  const { outcome } = await web.release('nginx:2')
  if (outcome !== 'released' || web.sick.length > 0)
    throw new Error(
      `the release ended as ${outcome}, with ${web.sick.length} seconds without a healthy target`,
    )
  return (clock.now() - began) / 1000
}

/** Seconds that AWS takes for each part, whatever asks for it. */
function partsOf({ targets, gracePeriod }: ReleaseTimes): Readonly<Record<string, number>> {
  const times = {
    placement: durations['task placement'],
    pull: (usualImage / 100) * durations['image pull per 100 MiB'],
    start: durations['task start'],
    boot: durations['application boot'],
  }
  const { runningAt, healthyAt } = timelineOf({
    times,
    targetChecks: [
      {
        interval: targets.healthCheckInterval!,
        healthyThreshold: targets.healthyThreshold!,
        unhealthyThreshold: targets.unhealthyThreshold!,
        first: targets.healthCheckInterval!,
      },
    ],
    gracePeriod,
    notice: durations['target health notice'],
  })
  const { draining, stopping } = leavingOf({
    deregistrationDelays: [targets.deregistrationDelay!],
    stops: durations['application stop'],
    stopTimeout: 30,
  })
  const { placement, pull, start } = times
  return { placement, pull, start, checks: healthyAt - runningAt, draining, stopping }
}
