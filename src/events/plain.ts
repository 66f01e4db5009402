import type { Terminal } from '../effects/terminal.ts'
import type { Address } from '../resources/address.ts'
import { durationText } from './duration.ts'
import { createEnding } from './ending.ts'
import type { Listener } from './event.ts'
import { lineText } from './line-text.ts'
import { follow, inOrder, type Running } from './running.ts'
import { safe, type Style } from './style.ts'

/** Milliseconds. CI systems end jobs that stay silent; more often than this would drown what has changed. */
const heartbeat = 30_000
const mostNamed = 5

export interface PlainOptions {
  readonly terminal: Pick<Terminal, 'err'>
  readonly style: Style
  /** Milliseconds since the epoch, on the run's clock. */
  now(): number
  /** Does the work each time so many milliseconds of the run have passed, until the returned function is called. */
  every(milliseconds: number, work: () => void): () => void
}

/** One line for each change, and after a silence one for all that is under way. For logs and pipes. */
export function createPlain({ terminal, style, now, every }: PlainOptions): Listener {
  const running = new Map<Address, Running>()
  const ending = createEnding(style)
  let started = 0
  let spoken = 0
  let stop: (() => void) | undefined
  const beat = () => {
    if (now() - spoken < heartbeat || running.size === 0) return
    terminal.err(`${style.muted(underWayText(running, now() - started))}\n`)
    spoken = now()
  }
  return event => {
    const { at } = event
    if (event.type === 'run.started' || event.type === 'rollout.started') {
      started = spoken = at
      stop = every(heartbeat, beat)
    }
    ending.note(event)
    follow(running, event, at)
    const over = event.type === 'run.finished' || event.type === 'rollout.finished'
    if (over) stop?.()
    const line = over ? `\n${ending.text(event)}` : lineText(event, style)
    if (line === undefined) return
    terminal.err(`${line}\n`)
    spoken = at
  }
}

function underWayText(running: ReadonlyMap<Address, Running>, elapsed: number): string {
  const { working, waiting } = inOrder(running)
  const all = [...working, ...waiting]
  const named = all.slice(0, mostNamed).map(({ address, status, waitsFor }) => {
    const state = waitsFor === undefined ? status : `waiting for ${waitsFor}`
    return safe(state === undefined ? address : `${address} ${state}`)
  })
  const more = all.length - named.length
  return `... still waiting (${durationText(elapsed)}): ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}
