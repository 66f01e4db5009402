import type { EmbeddedAws } from '../../src/aws/aws.ts'
import type { Effects } from '../../src/effects/effects.ts'

interface Parts extends Pick<Effects, 'clock' | 'random' | 'files' | 'cwd'> {
  readonly aws: EmbeddedAws
  /** What the command writes. */
  readonly written: { out: string; err: string }
  /** What is piped in. */
  readonly stdin: string
}

/** Everything that a command reaches outside of itself. */
export function machineFor({ written, stdin, ...parts }: Parts): Effects {
  return {
    ...parts,
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
    host: { user: 'ada', host: 'laptop', pid: 100, isAlive: () => true },
    environment: {},
    openLiveArea: async () => ({ draw: () => undefined, persist: () => undefined, close: () => undefined }),
    tick: () => () => undefined,
  }
}
