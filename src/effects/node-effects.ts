import { hostname, userInfo } from 'node:os'
import { realClock } from './clock.ts'
import type { Effects } from './effects.ts'
import { bootOf, isAlive, startOf } from './node-processes.ts'
import { nodeFiles } from './node-files.ts'
import type { NodeTerminalOptions } from './node-terminal.ts'
import { nodeLiveArea, nodeTerminal } from './node-terminal.ts'
import { realRandom } from './random.ts'

/** The effects of a real process. */
export function nodeEffects(options: NodeTerminalOptions): Effects {
  return {
    clock: realClock,
    random: realRandom,
    files: nodeFiles,
    terminal: nodeTerminal(options),
    host: { user: userName(), host: hostname(), pid: process.pid, isAlive, boot: bootOf(), startOf },
    cwd: process.cwd(),
    environment: process.env,
    openLiveArea: nodeLiveArea,
    tick: draw => {
      const timer = setInterval(draw, 100)
      return () => clearInterval(timer)
    },
  }
}

function userName(): string {
  try {
    return userInfo().username
  } catch {
    // A container may run under a user id that has no name.
    return 'unknown'
  }
}
