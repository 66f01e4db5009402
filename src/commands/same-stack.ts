import { safe } from '../events/style.ts'
import type { StackOptions } from '../session.ts'

/** The options that name the stack and its AWS, to put behind the next command: ` -c stack.yaml --sandbox`. */
export function sameStack(options: StackOptions): string {
  const { config, environment, region, profile, ledger, sandbox } = options
  const words = [
    ...(config === undefined ? [] : ['-c', config]),
    ...(environment === undefined ? [] : ['-e', environment]),
    ...(region === undefined ? [] : ['--region', region]),
    ...(profile === undefined ? [] : ['--profile', profile]),
    ...(ledger === undefined ? [] : ['--ledger', ledger]),
    ...(sandbox ? ['--sandbox'] : []),
  ]
  return words.map(word => ` ${quoted(safe(word))}`).join('')
}

/** As a shell takes it for one word. */
function quoted(word: string): string {
  return /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`
}
