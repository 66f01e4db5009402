import type { ServiceDeployment } from '@aws-sdk/client-ecs'
import { deploymentOf } from '../config/deployment.ts'
import type { Analysis } from '../config/schema/deployment.ts'
import type { Barrier } from './barrier.ts'
import type { Begun } from './begin-release.ts'
import type { ReleaseEnvironment } from './environment.ts'
import { compareVersions } from './metrics-gate.ts'
import type { PauseEnvironment } from './pause.ts'

interface MetricsGate {
  readonly compare: PauseEnvironment['compare']
  /** Why the release went back or was left paused; undefined where nothing was wrong. */
  why(): string | undefined
  /** Ends a comparison that goes on: the release is over, or goes back. */
  stop(): void
}

/** How this release is compared with the previous version at its pauses. */
export function metricsGate(
  begun: Begun,
  {
    aws,
    clock,
    say,
    signal,
    barrier,
  }: Pick<ReleaseEnvironment, 'aws' | 'clock' | 'say' | 'signal'> & { readonly barrier: Barrier | undefined },
): MetricsGate {
  const analysis = recordedAnalysis(begun)
  const over = new AbortController()
  let why: string | undefined
  const compare = async (now: ServiceDeployment) => {
    const stopped = signal ? AbortSignal.any([signal, over.signal]) : over.signal
    const environment = { aws, clock, say, signal: stopped }
    const result = await compareVersions(begun.live, now, analysis!, environment).catch((error: unknown) => {
      if (over.signal.aborted) return undefined
      throw error
    })
    // The release goes back already.
    if (!result) return 'wait'
    const { onInconclusive } = analysis!
    // The other services of a release would not go on while one of them waits for people.
    const unclear = onInconclusive === 'pause' && barrier ? 'rollback' : onInconclusive
    const answer = ({ pause: 'leave', rollback: 'rollback', continue: 'passed' } as const)[unclear]
    const next = { passed: 'passed', failed: 'rollback', inconclusive: answer } as const
    why = next[result.verdict] === 'passed' ? undefined : result.why
    return next[result.verdict]
  }
  return {
    compare: analysis && compare,
    why: () => why,
    stop: () => over.abort(),
  }
}

/** The gate that the release was begun with, as the config has it now. */
function recordedAnalysis({ live, release }: Begun): Analysis | undefined {
  return release.gates?.includes('analysis') ? deploymentOf(live.target.config).analysis : undefined
}

/**
 * Whoever follows the release can answer its pauses: no check was typed for it, and it waits for no other service, unless
 * those are followed as well.
 */
export function isAnswerable(begun: Begun, withOthers = false): boolean {
  const { gates = [] } = begun.release
  const known = !gates.includes('checks') && (withOthers || !gates.includes('others'))
  return known && recordedAnalysis(begun) !== undefined
}
