import { throwingFailures } from '../engine/problem.ts'
import { ProvisionError } from '../errors.ts'
import { pruneText } from '../events/prune-text.ts'
import { safe } from '../events/style.ts'
import { keptReleases } from '../rollout/prunable.ts'
import type { Prunable, PruneWish } from '../rollout/prune.ts'
import { familyOf, prune, readPrunable } from '../rollout/prune.ts'
import type { Session, StackOptions } from '../session.ts'
import { openSession } from '../session.ts'
import type { LedgerContent } from '../state/entry.ts'
import { repositoryNameOf } from '../steps/names.ts'
import type { CommandContext } from './command.ts'
import { holderOf } from './command.ts'
import { exitCodes } from './exit-codes.ts'
import { usage } from './rollout-options.ts'
import { sameStack } from './same-stack.ts'
import { consent } from './up.ts'

export interface PruneOptions extends StackOptions {
  /** Releases of each service that `rollout rollback` can still bring back. Default: all that the history knows. */
  readonly keep?: string | undefined
  readonly dryRun?: boolean | undefined
  readonly yes?: boolean | undefined
  readonly json?: boolean | undefined
}

/**
 * Deletes old revisions of the services' task definitions, and images that run nowhere and that no release needs. Under
 * the ledger's lock, so that no release begins meanwhile. Exit code 1 when the answer was no or something was not deleted.
 */
export async function pruneStack(options: PruneOptions, command: CommandContext): Promise<number> {
  const { effects, leave, stop } = command
  const { terminal } = effects
  const keep = countOf(options.keep)
  const session = await openSession(options, effects, { command: 'prune', signal: leave, stop })
  try {
    const { aws, region } = await session.identify(await session.ledger.read())
    const ledger = await session.ledger.lock(holderOf(effects, 'prune'))
    try {
      if (!ledger.content) throw nothingKnown(options)
      const wish = wishOf(session, ledger.content, keep)
      const found = await throwingFailures(() => readPrunable(wish, { aws, region }))
      const { stack, environment } = wish
      if (!options.json) terminal.err(pruneText(found, { stack, environment }))
      const question = `Delete this of ${stack}/${environment}? It cannot be undone.`
      const isToRun = !isEmpty(found) && !options.dryRun
      if (isToRun && !(await consent(options, command, question))) return exitCodes.failed
      const failures = isToRun ? await throwingFailures(() => prune(found, aws)) : []
      if (options.json)
        terminal.out(`${JSON.stringify(jsonOf(found, wish, isToRun, failures), undefined, 2)}\n`)
      else if (isToRun) terminal.err(failures.length === 0 ? 'Deleted.\n' : notDeleted(failures))
      return failures.length === 0 ? exitCodes.done : exitCodes.failed
    } finally {
      await ledger.release()
    }
  } finally {
    session.close()
  }
}

function countOf(keep: string | undefined): number | undefined {
  if (keep === undefined) return undefined
  const count = Number(keep)
  if (Number.isInteger(count) && count > 0) return count
  throw usage(
    `--keep ${keep} is not a number of releases`,
    'write --keep 5, or leave it out to keep all in the history',
  )
}

function nothingKnown(options: StackOptions): ProvisionError {
  return new ProvisionError({
    code: 'refused',
    message:
      'nothing is recorded of this stack, so it is not known which releases its services can go back to',
    hint: `provision ledger rebuild${sameStack(options)} records what AWS has`,
  })
}

function wishOf(
  { config, environment }: Session,
  { entries, releases = {} }: LedgerContent,
  keep: number | undefined,
): PruneWish {
  const recorded = [...entries.values()]
  const attributesOf = (type: string) =>
    recorded
      .filter(entry => entry.type === type)
      .flatMap(entry => [
        ...('attributes' in entry ? [entry.attributes] : []),
        ...entry.deposed.map(({ attributes }) => attributes),
      ])
  const texts = (type: string, name: string) =>
    attributesOf(type).flatMap(attributes => {
      const value = attributes[name]
      return typeof value === 'string' ? [value] : []
    })
  return {
    stack: config.stack,
    environment,
    repositories: [
      ...new Set([
        ...Object.keys(config.repositories).map(name => repositoryNameOf(config, name)),
        ...texts('ecr/repository', 'repositoryName'),
      ]),
    ],
    families: [
      ...new Set(
        Object.values(releases)
          .flat()
          .map(({ taskDefinition }) => familyOf(taskDefinition)),
      ),
    ],
    unknown: Object.keys(config.services).filter(name => (releases[name] ?? []).length === 0),
    kept: Object.values(releases).flatMap(all => keptReleases(all, keep)),
    recorded: texts('ecs/task-definition', 'arn'),
    configured: Object.values(config.services).flatMap(({ repository, tag }) =>
      repository === undefined ? [] : [`${repositoryNameOf(config, repository)}:${tag}`],
    ),
  }
}

function isEmpty({ active, inactive, repositories }: Prunable): boolean {
  return (
    active.length + inactive.length === 0 &&
    repositories.every(({ images, marks }) => images.length + marks.length === 0)
  )
}

function jsonOf(
  { active, inactive, repositories }: Prunable,
  { stack, environment }: PruneWish,
  deleted: boolean,
  failures: readonly string[],
) {
  return {
    schemaVersion: 1,
    stack,
    environment,
    deleted,
    taskDefinitions: [...active, ...inactive],
    images: repositories.flatMap(({ images }) =>
      images.map(({ repositoryName, digest, tags, pushed, bytes }) => ({
        repository: repositoryName,
        digest,
        tags,
        ...(pushed !== undefined && { pushedAt: new Date(pushed).toISOString() }),
        ...(bytes !== undefined && { bytes }),
      })),
    ),
    failures,
  }
}

function notDeleted(failures: readonly string[]): string {
  return `Not deleted:\n${failures.map(line => `  ${safe(line)}\n`).join('')}Run the same command again; it continues with what is left.\n`
}
