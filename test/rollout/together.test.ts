import { describe, expect, it } from 'vitest'
import { Barrier } from '../../src/rollout/barrier.ts'
import { exitCodeFor, verdictOn } from '../../src/rollout/outcome.ts'

describe('services of one release at their barrier', () => {
  it('go on when the last has come', async () => {
    const barrier = new Barrier(2)
    const first = barrier.arrive('backend')
    let gone = false
    void first.then(() => (gone = true))
    await barrier.arrival('backend')
    expect(gone).toBe(false)
    expect(await barrier.arrive('frontend')).toBe('continue')
    expect(await first).toBe('continue')
  })

  it('go back together, those too that come later', async () => {
    const barrier = new Barrier(3)
    const first = barrier.arrive('backend')
    barrier.fail()
    expect(await first).toBe('rollback')
    expect(await barrier.arrive('frontend')).toBe('rollback')
  })
})

describe('what a deployment has come to', () => {
  it.each([
    [{ status: 'SUCCESSFUL' }, undefined, 'released'],
    [{ status: 'ROLLBACK_SUCCESSFUL' }, undefined, 'rolled-back'],
    [{ status: 'ROLLBACK_SUCCESSFUL' }, 'check-failed', 'gate-failed'],
    [{ status: 'ROLLBACK_SUCCESSFUL' }, 'deadline', 'timed-out'],
    [{ status: 'ROLLBACK_SUCCESSFUL' }, 'aborted', 'aborted'],
    [
      { status: 'ROLLBACK_SUCCESSFUL', lifecycleHookDetails: [{ status: 'TIMED_OUT' }] },
      undefined,
      'timed-out',
    ],
    [{ status: 'STOPPED', statusReason: 'Replaced by a new service deployment.' }, undefined, 'superseded'],
    [{ status: 'STOPPED', statusReason: 'Stopped by user.' }, undefined, 'stopped'],
    [{ status: 'ROLLBACK_FAILED' }, undefined, 'failed'],
  ] as const)('%o after %s is %s', (deployment, cause, outcome) => {
    expect(
      verdictOn(
        {
          ...deployment,
          lifecycleHookDetails: [
            ...(('lifecycleHookDetails' in deployment && deployment.lifecycleHookDetails) || []),
          ],
        },
        cause,
      ).outcome,
    ).toBe(outcome)
  })

  it('gives the exit code of the cause, not of those that went back because of it', () => {
    expect(exitCodeFor(['released', 'released'])).toBe(0)
    expect(exitCodeFor(['rolled-back', 'gate-failed'])).toBe(14)
    expect(exitCodeFor(['rolled-back'])).toBe(10)
    expect(exitCodeFor(['superseded'])).toBe(11)
    expect(exitCodeFor(['stopped'])).toBe(12)
    expect(exitCodeFor(['running'])).toBe(13)
    expect(exitCodeFor(['timed-out'])).toBe(13)
    expect(exitCodeFor(['rolled-back', 'failed'])).toBe(1)
    expect(exitCodeFor(['rolled-back', 'aborted'])).toBe(15)
  })
})
