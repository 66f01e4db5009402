import type { ServiceDeployment } from '@aws-sdk/client-ecs'
import type { ReleaseOutcome } from '../state/release.ts'

/** What we did to a deployment before it ended. */
export type Cause = 'check-failed' | 'alarm' | 'deadline' | 'aborted' | 'others-failed'

export interface Verdict {
  readonly outcome: Exclude<ReleaseOutcome, 'running'>
  /** Undefined for a release that went as wished. */
  readonly why: string | undefined
}

/**
 * What a deployment that is over has come to. A rolled-back service is steady and healthy, so only its deployment can
 * tell that the release has failed.
 */
export function verdictOn(
  deployment: ServiceDeployment,
  cause: Cause | undefined,
  /** Who asked for its end, as the ledger has it. */
  abortedBy?: string,
): Verdict {
  const { status, statusReason, rollback, lifecycleHookDetails = [] } = deployment
  const reason = rollback?.reason ?? statusReason
  switch (status) {
    case 'SUCCESSFUL':
      return { outcome: 'released', why: undefined }
    case 'STOPPED':
      return /replaced|superseded|new service deployment/i.test(statusReason ?? '')
        ? { outcome: 'superseded', why: statusReason }
        : { outcome: 'stopped', why: statusReason ?? 'the deployment was stopped' }
    case 'ROLLBACK_SUCCESSFUL':
      if (cause === 'check-failed') return { outcome: 'gate-failed', why: 'a check did not pass' }
      if (cause === 'alarm') return { outcome: 'rolled-back', why: 'an alarm of the deployment went off' }
      if (cause === 'deadline') return { outcome: 'timed-out', why: 'it took longer than --timeout allows' }
      if (cause === 'others-failed')
        return { outcome: 'rolled-back', why: 'another service of the same release failed' }
      if (cause === 'aborted' || abortedBy !== undefined)
        return { outcome: 'aborted', why: abortedBy === undefined ? 'aborted' : `aborted by ${abortedBy}` }
      if (lifecycleHookDetails.some(hook => hook.status === 'TIMED_OUT'))
        return { outcome: 'timed-out', why: 'nobody answered the pause in time, so ECS rolled back' }
      return { outcome: 'rolled-back', why: reason ?? 'ECS rolled the deployment back' }
    default:
      return { outcome: 'failed', why: `${status}: ${reason ?? 'ECS gives no reason'}` }
  }
}

/** The exit code of a release, and of several together: the first that did not go as wished. */
export function exitCodeFor(outcomes: readonly ReleaseOutcome[]): number {
  const codes: Record<ReleaseOutcome, number> = {
    released: 0,
    'rolled-back': 10,
    superseded: 11,
    stopped: 12,
    'timed-out': 13,
    running: 13,
    'gate-failed': 14,
    aborted: 15,
    failed: 1,
  }
  // The cause comes before those that went back only because of it.
  const order: readonly ReleaseOutcome[] = [
    'failed',
    'gate-failed',
    'timed-out',
    'stopped',
    'superseded',
    'aborted',
    'rolled-back',
    'running',
  ]
  return codes[order.find(outcome => outcomes.includes(outcome)) ?? 'released']
}
