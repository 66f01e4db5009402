import type { Case } from './exploration.ts'
import type * as Scenarios from './scenarios.ts'
import type { Store } from './universe.ts'

/** A mistake that someone could make in one module: what the module exports, and what it would export instead. */
export interface PlantedBug {
  readonly name: string
  /** Default: `file`. */
  readonly store?: Store
  /** Default: up and teardown of the smallest example. */
  readonly lives?: 'releases'
  /** Path in `src`. */
  readonly module: string
  plant(original: never): object
  /** Single faults that may show it, or a scenario that does. */
  readonly prey: ((one: Case) => boolean) | ((scenarios: typeof Scenarios) => Promise<readonly string[]>)[]
}

/** Single faults of that kind, at places of that name. */
export const at = (phase: Case['phase'], kind: RegExp, site = /./) => {
  return (one: Case) =>
    one.phase === phase && one.faults.every(fault => kind.test(fault.kind) && site.test(fault.at))
}

/** Creations that AWS makes anew each time they are asked for. */
export const anonymous = /^(CreateVpc|CreateInternetGateway|AllocateAddress)#/
