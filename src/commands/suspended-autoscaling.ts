import { safe } from '../events/style.ts'
import type { KindContext } from '../resources/kind.ts'
import { openBook } from '../rollout/book.ts'
import type { LeftSuspended } from '../rollout/left-suspended.ts'
import { leftSuspended, leftSuspendedText, restoreLeft } from '../rollout/left-suspended.ts'
import { targetsOf } from '../rollout/target.ts'
import type { Session } from '../session.ts'
import type { LedgerContent } from '../state/entry.ts'
import type { LedgerWriter } from '../state/ledger.ts'
import type { CommandContext } from './command.ts'
import { listenerFor } from './command.ts'

/** The services whose autoscaling is still suspended by a release that is over. */
export function suspendedIn(
  { config }: Session,
  content: LedgerContent | undefined,
  { aws }: KindContext,
): Promise<LeftSuspended[]> {
  return leftSuspended(targetsOf(config, Object.keys(config.services)), content?.releases, aws)
}

/** What a plan says of one of them. */
export function suspendedNote(left: LeftSuspended): string {
  return safe(`Note: ${leftSuspendedText(left)}: provision up restores it`)
}

/** The same for programs; nothing where there is none. */
export function suspendedJson(left: readonly LeftSuspended[]) {
  return left.length > 0
    ? { suspendedAutoscaling: left.map(({ target, number }) => ({ service: target.name, release: number })) }
    : {}
}

interface Restoring {
  readonly left: readonly LeftSuspended[]
  readonly session: Session
  readonly context: KindContext
  readonly ledger: LedgerWriter
  readonly command: CommandContext
}

/** Restores their autoscaling, under the ledger's lock, and says so. */
export async function restoreScaling(
  { left, session, context: { aws }, ledger, command }: Restoring,
  { json = false }: { readonly json?: boolean | undefined },
): Promise<void> {
  const { clock } = session
  for (const one of left) {
    await restoreLeft(one.target, { aws, clock }, openBook(ledger))
    const message = `autoscaling of ${one.target.name} is as it was before release ${one.number}`
    if (json) {
      const tell = await listenerFor(command, { json, clock })
      tell({ type: 'note', level: 'info', message, at: clock.now() })
    } else command.effects.terminal.err(`${safe(message)}\n`)
  }
}
