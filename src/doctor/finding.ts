import type { StackConfig } from '../config/schema/stack.ts'
import type { Plan, Situation } from '../plan/decision.ts'
import type { Statement } from '../policy/statement.ts'
import type { KindContext } from '../resources/kind.ts'

/** `fail`: `up` would not get through. `warn`: it would, and somebody should know or do something. */
export type Level = 'ok' | 'warn' | 'fail'

/** One thing that was looked at before anything is changed. */
export interface Finding {
  readonly level: Level
  /** What was looked at, in a word. */
  readonly check: string
  readonly message: string
  /** What to type or change. */
  readonly hint?: string
}

/** What all checks look at. */
export interface Examination {
  readonly config: StackConfig
  readonly context: KindContext
  readonly situation: Situation
  /** What `up` would do. */
  readonly plan: Plan
  /** What `up` has to be allowed. */
  readonly allowances: readonly Statement[]
}

/** Looks and changes nothing. Rejects with AWS's error where it may not look. */
export type Check = (examination: Examination) => Promise<Finding[]>

export function ok(check: string, message: string): Finding {
  return { level: 'ok', check, message }
}

export function warn(check: string, message: string, hint: string): Finding {
  return { level: 'warn', check, message, hint }
}

export function fail(check: string, message: string, hint: string): Finding {
  return { level: 'fail', check, message, hint }
}
