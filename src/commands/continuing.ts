import { ProvisionError } from '../errors.ts'
import type { StackOptions } from '../session.ts'
import { sameStack, words } from './same-stack.ts'

/** What decides what a run of `up`, `teardown` or `drift --repair` does, besides the stack. */
export interface RunTyped extends StackOptions {
  readonly yes?: boolean | undefined
  readonly deleteData?: readonly string[] | undefined
  readonly deleteImported?: boolean | undefined
  readonly allowInterruption?: true | readonly string[] | undefined
}

/** The command that continues an interrupted run: `provision up -c stack.yaml --sandbox --yes`. */
export function continuing(command: readonly string[], options: RunTyped): string {
  const { acceptMissing, deleteData = [], deleteImported, allowInterruption, simulatedImages, yes } = options
  const own = [
    ...(acceptMissing ? ['--accept-missing'] : []),
    ...deleteData.flatMap(name => ['--delete-data', name]),
    ...(deleteImported ? ['--delete-imported'] : []),
    ...(allowInterruption
      ? ['--allow-interruption', ...(allowInterruption === true ? [] : allowInterruption)]
      : []),
    ...(simulatedImages === false ? ['--no-simulated-images'] : []),
    ...(yes ? ['--yes'] : []),
  ]
  return `provision${words(command)}${sameStack(options)}${words(own)}`
}

/** The end of a run whose lock someone else has taken, with what to type. */
export function lockLostBy(error: ProvisionError, again: string, options: StackOptions): ProvisionError {
  const { code, message } = error
  const hint = `See who holds it (provision ledger history${sameStack(options)}), then run the same command again, it continues: ${again}`
  return new ProvisionError({ code, message, hint, cause: error })
}
