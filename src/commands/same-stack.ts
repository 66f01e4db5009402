import { safe } from '../events/style.ts'
import type { StackOptions } from '../session.ts'

/** The options that name the stack and its AWS, to put behind the next command: ` -c stack.yaml --sandbox`. */
export function sameStack(options: StackOptions): string {
  const { config, environment, region, profile, ledger, sandbox } = options
  return words([
    ...(config === undefined ? [] : ['-c', config]),
    ...(environment === undefined ? [] : ['-e', environment]),
    ...(region === undefined ? [] : ['--region', region]),
    ...(profile === undefined ? [] : ['--profile', profile]),
    ...(ledger === undefined ? [] : ['--ledger', ledger]),
    ...(sandbox ? ['--sandbox'] : []),
  ])
}

/** Words of a command line, each behind a space and as a shell takes it. */
export function words(all: readonly string[]): string {
  return all.map(word => ` ${quoted(safe(word))}`).join('')
}

/** As a shell takes it for one word. */
function quoted(word: string): string {
  return /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`
}
