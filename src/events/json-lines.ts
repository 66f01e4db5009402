import type { Terminal } from '../effects/terminal.ts'
import type { Listener } from './event.ts'

/** Each event as one line of JSON on stdout. Members may be added within a version, so readers ignore unknown ones. */
export function createJsonLines(terminal: Pick<Terminal, 'out'>): Listener {
  let seq = 0
  return ({ type, at, ...rest }) => {
    const line = { v: 1, seq: ++seq, at: new Date(at).toISOString(), type, ...rest }
    terminal.out(`${JSON.stringify(line)}\n`)
  }
}
