import type { StackConfig } from '../../src/config/schema/stack.ts'
import type { Document, Subject } from './document.ts'
import { documentOf } from './document.ts'
import type { Tally } from './leftovers.ts'
import { tallyOf } from './leftovers.ts'
import { LiveStack } from './live-stack.ts'
import { configOf } from './production.ts'

/** What all edits of an example begin with. */
export interface Base {
  readonly document: Document
  readonly config: StackConfig
  readonly stack: LiveStack
  readonly tally: Tally
  /** What is left after its own teardown. */
  readonly remains: Tally
}

const bases = new Map<string, Promise<Base>>()

export interface Past {
  /** Another image has been released to each service since. */
  readonly released?: boolean | undefined
}

/** The live stack of an example; built once. */
export function baseOf(subject: Subject, { released = false }: Past = {}): Promise<Base> {
  const key = JSON.stringify([subject, released])
  const base = bases.get(key) ?? build(documentOf(subject), { released })
  bases.set(key, base)
  return base
}

export async function build(document: Document, { released = false }: Past = {}): Promise<Base> {
  const stack = await LiveStack.built(document)
  if (released) await stack.release()
  const hold = stack.copy(1)
  const { code, err } = await hold.teardown()
  if (code !== 0) throw new Error(`the stack itself cannot be torn down: ${err}`)
  const config = await configOf(document)
  if (!config) throw new Error('the config is not valid')
  return { document, config, stack, tally: tallyOf(stack.world), remains: tallyOf(hold.world) }
}
