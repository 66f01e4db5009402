import type { Interrupting } from '../../resources/kind.ts'

/** What decides whether a change restarts a database. */
interface Changeable {
  readonly instanceClass: string
  readonly engineVersion?: string | undefined
  readonly port?: number | undefined
  readonly multiAz?: boolean | undefined
}

/**
 * Changes after which connections to a database break. With a standby in another zone a new class costs one failover.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ModifyInstance.Settings.html
 */
export function interruptionsOf(before: Changeable, after: Changeable): readonly Interrupting[] {
  const reasons: Interrupting[] = []
  if (before.instanceClass !== after.instanceClass)
    reasons.push(
      after.multiAz && before.multiAz
        ? { reason: 'the database fails over to its standby for a new instance class', seconds: 60 }
        : { reason: 'the database restarts for a new instance class', seconds: 300 },
    )
  if (after.engineVersion !== undefined && before.engineVersion !== after.engineVersion)
    reasons.push({ reason: `the database restarts on version ${after.engineVersion}`, seconds: 600 })
  if (after.port !== undefined && before.port !== after.port)
    reasons.push({ reason: `the database restarts on port ${after.port}`, seconds: 120 })
  return reasons
}
