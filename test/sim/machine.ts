import type { Effects } from '../../src/effects/effects.ts'
import type { EmbeddedAws } from '../../src/aws/aws.ts'
import type { Files } from '../../src/effects/files.ts'
import type { Random } from '../../src/effects/random.ts'
import type { Table } from '../../src/state/dynamodb/table.ts'
import type { Process } from './process.ts'
import { pipedTerminal } from '../support/terminal.ts'

export interface Parts {
  readonly process: Process
  readonly random: Random
  readonly files: Files
  readonly table: Table
  readonly aws: EmbeddedAws
  readonly cwd: string
  readonly isAlive: (pid: number) => boolean
  readonly environment: Readonly<Record<string, string>>
}

/** Everything that a simulated process reaches, and what it has written on its terminal. */
export function machineFor({ process, random, files, table, aws, cwd, isAlive, environment }: Parts) {
  const written = { out: '', err: '' }
  const effects: Effects = {
    clock: process.clock(),
    random,
    files,
    ...pipedTerminal(written),
    host: {
      user: 'ada',
      host: process.host,
      pid: process.pid,
      boot: { id: `boot of ${process.host}`, namespace: 'pid' },
      isAlive,
    },
    cwd,
    environment,
    aws,
    ledgerTable: () => table,
  }
  return { effects, written }
}
