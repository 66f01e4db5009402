import { ProvisionError } from '../errors.ts'
import type { Rehearsal } from '../sandbox/rehearsal.ts'
import type { Session, StackOptions } from '../session.ts'
import { openSession } from '../session.ts'
import type { CommandContext } from './command.ts'
import { sameStack } from './same-stack.ts'

/** Opens the sandbox of a stack, with or without `--sandbox` on the command line. Throws where it does not exist yet. */
export async function openSandboxSession(
  options: StackOptions,
  { effects, leave }: CommandContext,
  { mayBeNew = false } = {},
): Promise<{ readonly session: Session; readonly rehearsal: Rehearsal }> {
  const session = await openSession({ ...options, sandbox: true }, effects, {
    command: undefined,
    signal: leave,
  })
  const rehearsal = session.rehearsal!
  if (!rehearsal.isNew || mayBeNew) return { session, rehearsal }
  session.close()
  throw new ProvisionError({
    code: 'usage',
    message: `there is no sandbox of ${session.config.stack} yet`,
    hint: `provision up${sameStack({ ...options, sandbox: true })} creates it`,
  })
}
