import type { CommandContext } from '../../src/commands/command.ts'
import type { ProvisionError } from '../../src/errors.ts'
import type { Fault } from './fault.ts'
import type { Sent } from './network.ts'
import type { Machine } from './process.ts'

export interface Ended {
  readonly how: 'exited' | 'refused' | 'killed'
  /** The exit code of a command that exited by itself. */
  readonly code: number | undefined
  readonly error: ProvisionError | undefined
  readonly out: string
  readonly err: string
  readonly sent: readonly Sent[]
  /** Operations that were to change something. */
  readonly writes: readonly string[]
  /** Operations that AWS has refused. */
  readonly refused: readonly string[]
  /** Writes to the disk, or to the table of the ledger, in their order. */
  readonly ledgerSites: readonly string[]
  /** Virtual milliseconds. */
  readonly took: number
}

export interface CommandWish extends Machine {
  readonly faults?: readonly Fault[]
  readonly deleteData?: readonly string[]
  readonly onSend?: (sent: Sent) => void
  /** Called for each call and each write to disk or table, as it happens. */
  readonly onSite?: (site: string) => void
}

export type CommandName = 'up' | 'teardown'

/** Any other command, with the options that make it work on this stack. */
export type Typed = (options: TypedOptions, context: CommandContext) => Promise<number>

export interface TypedOptions {
  readonly config: string
  readonly environment: string
  readonly ledger: string | undefined
  readonly yes: true
}
