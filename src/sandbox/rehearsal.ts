import type { EmbeddedAws } from '../aws/aws.ts'
import type { Files } from '../effects/files.ts'
import type { Random } from '../effects/random.ts'
import { VirtualClock } from '../effects/virtual-clock.ts'
import { dirname } from 'node:path'
import { ProvisionError } from '../errors.ts'
import { embed } from './embedded.ts'
import type { WorldState } from './world.ts'
import { World } from './world.ts'

export interface RehearsalOptions {
  /** Where the embedded AWS keeps its state between commands. */
  readonly path: string
  readonly region: string
  readonly files: Files
  readonly random: Random
  /** The time at which a new world begins: milliseconds since the epoch. */
  readonly start: number
  /** Real milliseconds for each simulated second. */
  readonly pace: number
}

export interface Rehearsal {
  readonly clock: VirtualClock
  readonly embedded: EmbeddedAws
  readonly world: World
  /** Nothing has been saved before this command. */
  readonly isNew: boolean
  /** Changes the embedded AWS directly, where somebody else than the stack would change the account, and saves it. */
  change<Result>(work: (world: World) => Result): Result
}

/** The embedded AWS of a project folder: it goes on where the last command left it. */
export function rehearsal({ path, region, files, random, start, pace }: RehearsalOptions): Rehearsal {
  let last = files.read(path)
  const state = last === undefined ? undefined : stateIn(last, path)
  const clock = new VirtualClock({ start: state?.now ?? start, pace })
  const world = new World({ clock, random, region, ...(state ? { state } : {}) })
  files.makeFolder(dirname(path))
  // Another command may have changed the account since: one that this command has waited for, or one of another environment.
  const refresh = () => {
    const saved = files.read(path)
    if (saved === undefined || saved === last) return
    last = saved
    const theirs = stateIn(saved, path)
    world.restore(theirs)
    clock.catchUp(theirs.now)
  }
  // Written after every change, as AWS would have it: what a killed command has made stays made.
  const save = () => {
    last = JSON.stringify(world.snapshot())
    files.replace(path, last)
  }
  return {
    clock,
    world,
    isNew: state === undefined,
    embedded: embed(world, save, refresh),
    change: work => {
      refresh()
      const result = work(world)
      save()
      return result
    },
  }
}

function stateIn(text: string, path: string): WorldState {
  try {
    return JSON.parse(text) as WorldState
  } catch (cause) {
    throw new ProvisionError({
      code: 'failed',
      message: `the sandbox's state ${path} is damaged: it is not whole JSON`,
      hint: `remove the folder ${dirname(path)} to start with a new sandbox`,
      cause,
    })
  }
}
