import type { Table } from '../state/dynamodb/table.ts'
import type { EmbeddedAws } from '../aws/aws.ts'
import type { Clock } from './clock.ts'
import type { Files } from './files.ts'
import type { Random } from './random.ts'
import type { LiveArea, Terminal } from './terminal.ts'

/** Whose process this is. */
export interface Host {
  readonly user: string
  readonly host: string
  readonly pid: number
  /** Whether a process with this id lives on this host. */
  isAlive(pid: number): boolean
  /** The boot of this host, and the process namespace: process ids can be compared where both are equal. */
  readonly boot?: Boot | undefined
  /** When the process was started, in a unit of the host; two processes with the same id differ in it. */
  startOf?(pid: number): string | undefined
}

export interface Boot {
  readonly id: string
  readonly namespace: string
}

/** Everything outside that a run can touch: passed in, so that a run can be simulated. */
export interface Effects {
  readonly clock: Clock
  readonly random: Random
  readonly files: Files
  readonly terminal: Terminal
  readonly host: Host
  readonly cwd: string
  /** Something that answers in AWS's place on this clock; undefined: AWS itself. */
  readonly aws?: EmbeddedAws
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Stands in for DynamoDB where a run is simulated. */
  readonly ledgerTable?: (address: { readonly name: string; readonly region: string }) => Table
  openLiveArea(): Promise<LiveArea>
  /** Calls `draw` several times a second until the returned function is called. */
  tick(draw: () => void): () => void
}
