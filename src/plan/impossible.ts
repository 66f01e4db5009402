import type { AnyKind } from '../resources/kind.ts'
import type { Decision } from './decision.ts'
import { isImported } from './ownership.ts'
import type { Refusal } from './plan.ts'

/** Why one decision may not be carried out: AWS or the data in it forbids the change. */
export function refusalsOf(decision: Decision, kind: AnyKind): Impossibility[] {
  const { address, action, changes, observed, label, entry } = decision
  if (action === 'replace' && isImported(entry, observed))
    return [
      {
        address,
        message: `${label} was imported, and ${decision.reason ?? 'the change'}: replacing it would delete it`,
        hint: 'take the change back, or write what AWS has into the config',
      },
    ]
  const irreplaceable =
    action === 'replace' &&
    kind.irreplaceable?.(changes.filter(({ replaces }) => replaces).map(({ path }) => path))
  if (irreplaceable)
    return [{ address, message: `${label}: ${irreplaceable.why}`, hint: irreplaceable.instead }]
  if (action === 'replace' && kind.data && observed?.leaving)
    return [
      {
        address,
        message: `AWS is deleting the ${label}, and that cannot be stopped`,
        hint: `wait until AWS has deleted it, then run provision up: it creates a new, empty one (a database begins with a snapshot where the config names it: snapshotIdentifier)`,
      },
    ]
  if (action === 'replace' && kind.data)
    return [
      {
        address,
        message: `${label} holds data, and ${decision.reason ?? 'the change'}: replacing it would lose that data`,
        hint: `take the change back, or add a second one beside it, move the data, and then remove this one`,
      },
    ]
  if (action !== 'update' && action !== 'resume') return []
  const after = {
    ...observed?.props,
    ...Object.fromEntries(changes.map(change => [change.path, change.after])),
  }
  const impossible = kind.refuses?.(observed?.props ?? {}, after)
  if (!impossible) return []
  const hint = impossible.instead.replaceAll('{name}', address.split('/').at(-1)!)
  const refusal = { address, message: `${label}: ${impossible.why}`, hint }
  if (!impossible.blocks || !canStay(decision)) return [refusal]
  const blocked: readonly string[] = impossible.blocks
  const others = changes.map(({ path }) => path).filter(path => !blocked.includes(path))
  return [{ ...refusal, blocks: 'resource', others }]
}

/** A refusal, with what else of the resource it holds back. */
export interface Impossibility extends Refusal {
  readonly others?: readonly string[]
}

/** True when a run can leave it alone: an earlier one has recorded it at this address. */
function canStay({ entry, takesOver }: Decision): boolean {
  return takesOver === undefined && (entry?.status === 'ready' || entry?.status === 'updating')
}
