import type { Terminal } from '../effects/terminal.ts'
import type { ErrorCode } from '../errors.ts'
import { ProvisionError } from '../errors.ts'
import { safe, styleFor } from '../events/style.ts'
import { version } from '../version.ts'
import { exitCodes } from './exit-codes.ts'

const codes: Record<ErrorCode, number> = {
  usage: exitCodes.usage,
  config: exitCodes.config,
  failed: exitCodes.failed,
  refused: exitCodes.failed,
  ledger: exitCodes.failed,
  locked: exitCodes.locked,
  access: exitCodes.access,
  interrupted: exitCodes.interrupted,
  bug: exitCodes.bug,
}

/** One line; only what is wrong with a config is told in several, which are safe one by one. */
function readable({ code, message }: ProvisionError): string {
  if (code !== 'config' || !message.includes('\n')) return safe(message)
  return `${message.split('\n').map(safe).join('\n')}\n`
}

/** Says on stderr why a command did not come to its end, and what to type next. Returns the exit code. */
export function report(
  error: unknown,
  { terminal, stop }: { readonly terminal: Terminal; readonly stop: AbortSignal },
): number {
  const style = styleFor(terminal.color.stderr)
  if (error instanceof ProvisionError) {
    terminal.err(`${style.removed('error')} ${readable(error)}\n`)
    if (error.hint) terminal.err(`${style.muted('next')}  ${safe(error.hint)}\n`)
    return codes[error.code]
  }
  if (stop.aborted) return exitCodes.interrupted
  const { name, message, stack } = error as Error
  terminal.err(`${style.removed('bug')} ${safe(`${name}: ${message}`)}\n`)
  terminal.err(
    `This is a mistake in provision ${version}, not in your config. The ledger is safe.\n${stack ?? ''}\n`,
  )
  return exitCodes.bug
}
