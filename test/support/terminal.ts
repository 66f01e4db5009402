import type { Effects } from '../../src/effects/effects.ts'

/** A terminal that is a pipe: nobody answers, and what is written on it is kept in `written`. */
export function pipedTerminal(
  written: { out: string; err: string },
  stdin = '',
): Pick<Effects, 'terminal' | 'openLiveArea' | 'tick'> {
  return {
    terminal: {
      out: text => void (written.out += text),
      err: text => void (written.err += text),
      interactive: false,
      live: false,
      color: { stdout: false, stderr: false },
      columns: 110,
      unicode: true,
      confirm: async () => false,
      askSecret: async () => undefined,
      input: async () => stdin,
    },
    openLiveArea: async () => ({ draw: () => undefined, persist: () => undefined, close: () => undefined }),
    tick: () => () => undefined,
  }
}
