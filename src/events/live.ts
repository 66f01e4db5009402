import type { LiveArea, Terminal } from '../effects/terminal.ts'
import type { Address } from '../resources/address.ts'
import { durationText } from './duration.ts'
import { createEnding } from './ending.ts'
import type { Listener } from './event.ts'
import { lineText } from './line-text.ts'
import { follow, inOrder, type Running, workedOn } from './running.ts'
import { safe, type Style } from './style.ts'
import { words } from './words.ts'

const mostRows = 12
/** Seconds. What takes less needs no comparison. */
const leastUsual = 10
const unicodeFrames = [...'⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏']
const asciiFrames = [...'|/-\\']

export interface LiveOptions {
  readonly terminal: Pick<Terminal, 'columns' | 'unicode'>
  readonly area: LiveArea
  readonly style: Style
  /** Milliseconds since the epoch, on the run's clock. */
  now(): number
  /** Calls `draw` again and again until the returned function is called. */
  tick(draw: () => void): () => void
}

/** What has changed goes by; what is under way stays at the bottom with its time. For people who watch. */
export function createLive({ terminal, area, style, now, tick }: LiveOptions): Listener {
  const running = new Map<Address, Running>()
  const ending = createEnding(style)
  const frames = terminal.unicode ? unicodeFrames : asciiFrames
  let frame = 0
  let total = 0
  let done = 0
  let failed = 0
  let skipped = 0
  let stop: (() => void) | undefined

  const draw = () => {
    const spinner = frames[frame % frames.length]!
    area.draw(areaLines(spinner).join('\n'))
  }

  function areaLines(spinner: string): string[] {
    const { working, waiting } = inOrder(running)
    const rows = [
      ...working.map(row => `${spinner} ${rowText(row)}`),
      ...waiting.map(row => `  ${waitText(row)}`),
    ]
    const more = rows.length - mostRows
    const counts = [
      `${done} of ${total} done`,
      ...(failed > 0 ? [`${failed} failed`] : []),
      ...(skipped > 0 ? [`${skipped} skipped`] : []),
      `${working.length} under way`,
      ...(waiting.length > 0 ? [`${waiting.length} waiting`] : []),
    ]
    return [...rows.slice(0, mostRows), ...(more > 0 ? [`  and ${more} more`] : []), counts.join(', ')]
  }

  function rowText(row: Running): string {
    const { address, label, action, usually, status } = row
    const { doing } = words[action]
    // AWS's word for it often is the same.
    const more = status && status !== doing ? `, ${status}` : ''
    const text = safe(`${address}: ${doing} ${label}${more}`)
    const time = durationText(workedOn(row, now()))
    const usual = usually < leastUsual ? '' : ` / usually ${durationText(usually * 1000)}`
    // Where both do not fit, what is going on tells more than how long it usually takes.
    const shown = roomBeside(time + usual) < text.length ? time : time + usual
    return `${cut(text, roomBeside(shown))}  ${style.muted(shown)}`
  }

  function waitText({ address, waitsFor }: Running): string {
    return style.muted(cut(safe(`${address}: waiting for ${waitsFor}`), roomBeside('')))
  }

  /** A row that wraps would make the area jump. */
  function roomBeside(time: string): number {
    return Math.max(10, terminal.columns - time.length - 6)
  }

  return event => {
    ending.note(event)
    follow(running, event, event.at)
    if (event.type === 'run.started' || event.type === 'rollout.started') {
      total = event.type === 'run.started' ? event.resources : event.services.length
      stop = tick(() => {
        frame++
        draw()
      })
    }
    if (/^resource\.(done|kept)$|^release\.finished$/.test(event.type)) done++
    if (event.type === 'resource.failed') failed++
    if (event.type === 'resource.skipped') skipped++
    const line = lineText(event, style)
    if (line !== undefined) area.persist(line)
    if (event.type !== 'run.finished' && event.type !== 'rollout.finished') return draw()
    stop?.()
    area.persist(`\n${ending.text(event)}`)
    area.close()
  }
}

function cut(text: string, room: number): string {
  return text.length > room ? `${text.slice(0, room - 3)}...` : text
}
