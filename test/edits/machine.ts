import type { EmbeddedAws } from '../../src/aws/aws.ts'
import type { Effects } from '../../src/effects/effects.ts'
import { pipedTerminal } from '../support/terminal.ts'

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
    ...pipedTerminal(written, stdin),
    host: { user: 'ada', host: 'laptop', pid: 100, isAlive: () => true },
    environment: {},
  }
}
