import type { ProvisionError } from '../../src/errors.ts'
import type { PlanDocument } from '../../src/events/plan-json.ts'
import type { WorldState } from '../../src/sandbox/world.ts'
import type { ClientRequest } from '../support/client.ts'
import type { Outage } from '../support/traffic-probe.ts'
import type { Write } from './wire.ts'

/** A project folder and its AWS account between two commands. */
export interface Moment {
  readonly files: ReadonlyMap<string, string>
  readonly world: WorldState
}

export interface Ended {
  readonly code: number | undefined
  readonly error: ProvisionError | undefined
  readonly out: string
  readonly err: string
  readonly writes: readonly Write[]
  readonly outages: readonly Outage[]
  /** It had to be told to stop. */
  readonly endless: boolean
}

export interface Typing {
  /** Requests that the traffic probe makes every virtual second while the command runs. */
  readonly requests?: readonly ClientRequest[]
  /** The site of a write that AWS refuses for as long as the command runs. */
  readonly deny?: string
  readonly stdin?: string
}

/** What the plan says that traffic will suffer. */
export interface Interruption {
  readonly service: string
  readonly reason: string
  readonly seconds: number
}

export type Planned = PlanDocument & { readonly interruptions?: readonly Interruption[] }
