import { isNotFound, meaningOf } from '../aws/errors.ts'
import { suggestion } from '../config/findings.ts'
import { ProvisionError } from '../errors.ts'
import { safe } from '../events/style.ts'
import { createSnapshot, snapshotProgress } from '../kinds/rds/snapshot.ts'
import type { StackOptions } from '../session.ts'
import { openSession } from '../session.ts'
import { databaseIdentifierOf } from '../steps/names.ts'
import type { CommandContext } from './command.ts'
import { exitCodes } from './command.ts'

export interface SnapshotOptions extends StackOptions {
  /** Of the snapshot. Default: the instance's and the time. */
  readonly name?: string | undefined
}

/** Between two looks, in milliseconds. */
const pause = 10_000

/** Takes a snapshot of a database and waits until it can be restored from. */
export async function snapshot(
  database: string,
  options: SnapshotOptions,
  { effects, stop, leave }: CommandContext,
): Promise<number> {
  const session = await openSession(options, effects, { signal: leave })
  try {
    const { config, clock } = session
    const names = Object.keys(config.databases)
    if (!names.includes(database))
      throw new ProvisionError({
        code: 'usage',
        message: `the config has no database "${safe(database)}"`,
        hint:
          suggestion(database, names) ?? (names.length > 0 ? `it has ${names.join(', ')}` : 'it has none'),
      })
    const { aws } = await session.identify(await session.ledger.read())
    const instance = databaseIdentifierOf(config, database)
    const stamp = new Date(clock.now()).toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-')
    const name = options.name ?? `${instance}-${stamp}`
    await createSnapshot(aws, { instance, name }).catch((error: unknown) => {
      throw refusal(error, instance, name) ?? error
    })
    effects.terminal.err(`Snapshot ${safe(name)} of ${safe(instance)} is being taken.\n`)
    let progress = await snapshotProgress(aws, name)
    while (progress.status === 'creating' && !stop.aborted) {
      await clock.sleep(pause, stop).catch(() => undefined)
      progress = await snapshotProgress(aws, name)
    }
    if (progress.status !== 'available') {
      effects.terminal.err(
        stop.aborted
          ? 'RDS goes on with it without us.\n'
          : `RDS says that it is ${safe(progress.status)}: there is nothing to restore from.\n`,
      )
      return stop.aborted ? exitCodes.interrupted : exitCodes.failed
    }
    effects.terminal.out(`${name}\n`)
    effects.terminal.err(
      `To begin a database with it: snapshotIdentifier: ${safe(name)}   (under databases, in a new one)\n`,
    )
    return exitCodes.done
  } finally {
    session.close()
  }
}

function refusal(error: unknown, instance: string, name: string): ProvisionError | undefined {
  if (isNotFound(error))
    return new ProvisionError({
      code: 'failed',
      message: `there is no database ${instance} in AWS yet`,
      hint: 'provision up makes it',
      cause: error,
    })
  if (meaningOf(error) === 'exists')
    return new ProvisionError({
      code: 'failed',
      message: `there is a snapshot ${safe(name)} already`,
      hint: 'give this one another name with --name',
      cause: error,
    })
  return undefined
}
