import type { Aws } from '../aws/aws.ts'
import { isNotFound, meaningOf } from '../aws/errors.ts'
import { suggestion } from '../config/findings.ts'
import type { StackConfig } from '../config/schema/stack.ts'
import { throwingFailures } from '../engine/problem.ts'
import { ProvisionError } from '../errors.ts'
import { safe } from '../events/style.ts'
import { cacheSnapshots } from '../kinds/elasticache/snapshot.ts'
import { databaseSnapshots } from '../kinds/rds/snapshot.ts'
import type { StackOptions } from '../session.ts'
import { openSession } from '../session.ts'
import { cacheNameOf, databaseIdentifierOf } from '../steps/names.ts'
import type { CommandContext } from './command.ts'
import { exitCodes } from './exit-codes.ts'

export interface SnapshotOptions extends StackOptions {
  /** Of the snapshot. Default: that of what it is taken of, and the time. */
  readonly name?: string | undefined
}

/** Something of the config that AWS can take a snapshot of. */
interface Store {
  readonly service: 'RDS' | 'ElastiCache'
  readonly what: 'database' | 'cache'
  /** Its name in AWS. */
  readonly of: string
  readonly snapshots: typeof databaseSnapshots
  /** How to begin with the snapshot. */
  readonly restore: (name: string) => string
}

/** Between two looks, in milliseconds. */
const pause = 10_000

/**
 * Takes a snapshot of a database or a cache and waits until it can be restored from. Exit code 1 when AWS says that it
 * never will. Rejects with code `usage` for a name that the config does not have.
 */
export async function snapshot(
  named: string,
  options: SnapshotOptions,
  { effects, stop, leave }: CommandContext,
): Promise<number> {
  const session = await openSession(options, effects, { command: 'snapshot', signal: leave })
  try {
    const { clock } = session
    // An unknown name is refused before AWS is asked anything.
    storeNamed(named, session.config)
    const { aws } = await session.identify(await session.ledger.read())
    const store = storeNamed(named, session.config)
    const { service, of, snapshots } = store
    const stamp = new Date(clock.now()).toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-')
    const name = options.name ?? `${of}-${stamp}`
    await throwingFailures(() => begin(aws, store, name))
    effects.terminal.err(`Snapshot ${safe(name)} of ${safe(of)} is being taken.\n`)
    let status = await snapshots.status(aws, name)
    while (status === 'creating' && !stop.aborted) {
      await clock.sleep(pause, stop).catch(() => undefined)
      status = await snapshots.status(aws, name)
    }
    if (status !== 'available') {
      effects.terminal.err(
        stop.aborted
          ? `${service} goes on with it without us.\n`
          : `${service} says that it is ${safe(status)}: there is nothing to restore from.\n`,
      )
      return stop.aborted ? exitCodes.interrupted : exitCodes.failed
    }
    effects.terminal.out(`${name}\n`)
    effects.terminal.err(`${store.restore(safe(name))}\n`)
    return exitCodes.done
  } finally {
    session.close()
  }
}

function storeNamed(named: string, config: StackConfig): Store {
  if (named in config.databases)
    return {
      service: 'RDS',
      what: 'database',
      of: databaseIdentifierOf(config, named),
      snapshots: databaseSnapshots,
      restore: name =>
        `To begin a database with it: snapshotIdentifier: ${name}   (under databases, in a new one)`,
    }
  if (named in config.caches)
    return {
      service: 'ElastiCache',
      what: 'cache',
      of: cacheNameOf(config, named),
      snapshots: cacheSnapshots,
      restore: name =>
        `To begin a cache with it: aws elasticache create-replication-group --snapshot-name ${name} …, then provision import`,
    }
  const names = [...Object.keys(config.databases), ...Object.keys(config.caches)]
  throw new ProvisionError({
    code: 'usage',
    message: `the config has no database and no cache "${safe(named)}"`,
    hint: suggestion(named, names) ?? (names.length > 0 ? `it has ${names.join(', ')}` : 'it has neither'),
  })
}

async function begin(aws: Aws, { what, of, snapshots }: Store, name: string): Promise<void> {
  await snapshots.create(aws, { of, name }).catch((error: unknown) => {
    if (isNotFound(error))
      throw new ProvisionError({
        code: 'failed',
        message: `there is no ${what} ${of} in AWS yet`,
        hint: 'provision up makes it',
        cause: error,
      })
    if (meaningOf(error) === 'exists')
      throw new ProvisionError({
        code: 'failed',
        message: `there is a snapshot ${safe(name)} already`,
        hint: 'give this one another name with --name',
        cause: error,
      })
    throw error
  })
}
