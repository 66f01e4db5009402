import type { Terminal } from '../effects/terminal.ts'
import type { Address } from '../resources/address.ts'
import { durationText } from './duration.ts'
import { createEnding } from './ending.ts'
import type { Listener } from './event.ts'
import { lineText } from './line-text.ts'
import { follow, type Running } from './running.ts'
import { safe, type Style } from './style.ts'

/** CI systems end jobs that stay silent; more often than this would drown what has changed. */
const heartbeat = 30_000
const mostNamed = 5

export interface PlainOptions {
  readonly terminal: Pick<Terminal, 'err'>
  readonly style: Style
}

/** One line for each change, and now and then one for all that is waited for. For logs and pipes. */
export function createPlain({ terminal, style }: PlainOptions): Listener {
  const running = new Map<Address, Running>()
  const ending = createEnding(style)
  let started = 0
  let spoken = 0
  return event => {
    const { at } = event
    if (event.type === 'run.started' || event.type === 'rollout.started') started = spoken = at
    ending.note(event)
    follow(running, event, at)
    const over = event.type === 'run.finished' || event.type === 'rollout.finished'
    const line = over ? `\n${ending.text(event)}` : lineText(event, style)
    if (line !== undefined) {
      terminal.err(`${line}\n`)
      spoken = at
    } else if (at - spoken >= heartbeat && running.size > 0) {
      terminal.err(`${style.muted(waitingText([...running.values()], at - started))}\n`)
      spoken = at
    }
  }
}

function waitingText(running: readonly Running[], elapsed: number): string {
  const named = running
    .slice(0, mostNamed)
    .map(({ address, status }) => safe(status ? `${address} ${status}` : address))
  const more = running.length - named.length
  return `... still waiting (${durationText(elapsed)}): ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}
