import type { LiveArea, Terminal } from '../effects/terminal.ts'
import type { Address } from '../resources/address.ts'
import { durationText } from './duration.ts'
import { createEnding } from './ending.ts'
import type { Listener } from './event.ts'
import { lineText } from './line-text.ts'
import { follow, type Running } from './running.ts'
import { safe, type Style } from './style.ts'
import { words } from './words.ts'

const mostRows = 12
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
  let settled = 0
  let stop: (() => void) | undefined

  const draw = () => {
    const spinner = frames[frame % frames.length]!
    area.draw(areaLines(spinner).join('\n'))
  }

  function areaLines(spinner: string): string[] {
    const rows = [...running.values()]
    const shown = rows.slice(0, mostRows).map(row => `${spinner} ${rowText(row)}`)
    const more = rows.length - shown.length
    const counts = `${settled} of ${total} done, ${rows.length} under way`
    return [...shown, ...(more > 0 ? [`  and ${more} more`] : []), counts]
  }

  function rowText({ address, label, action, since, usually, status }: Running): string {
    const usual = usually > 0 ? ` / usually ${durationText(usually * 1000)}` : ''
    const time = `${durationText(now() - since)}${usual}`
    const { doing } = words[action]
    // AWS's word for it often is the same.
    const more = status && status !== doing ? `, ${status}` : ''
    const text = safe(`${address}: ${doing} ${label}${more}`)
    // A row that wraps would make the area jump.
    const room = Math.max(10, terminal.columns - time.length - 6)
    return `${text.length > room ? `${text.slice(0, room - 3)}...` : text}  ${style.muted(time)}`
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
    if (/^resource\.(done|failed|skipped|kept)$|^release\.finished$/.test(event.type)) settled++
    const line = lineText(event, style)
    if (line !== undefined) area.persist(line)
    if (event.type !== 'run.finished' && event.type !== 'rollout.finished') return draw()
    stop?.()
    area.persist(`\n${ending.text(event)}`)
    area.close()
  }
}
