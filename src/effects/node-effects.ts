import { hostname, userInfo } from 'node:os'
import { realClock } from './clock.ts'
import type { Effects } from './effects.ts'
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
    host: { user: userName(), host: hostname(), pid: process.pid, isAlive },
    cwd: process.cwd(),
    environment: process.env,
    openLiveArea: nodeLiveArea,
    tick: draw => {
      const timer = setInterval(draw, 100)
      return () => clearInterval(timer)
    },
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // The process is there, and another user's.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
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
