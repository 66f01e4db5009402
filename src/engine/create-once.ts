import { createHash } from 'node:crypto'
import { hasCode, meaningOf } from '../aws/errors.ts'
import type { Clock } from '../effects/clock.ts'
import { ProvisionError } from '../errors.ts'
import type { AnyObserved } from '../plan/decision.ts'
import { isOurs } from '../plan/ownership.ts'
import type { Address } from '../resources/address.ts'
import type { AnyKind, CreateRequest, KindContext } from '../resources/kind.ts'

interface Creation {
  readonly kind: AnyKind
  readonly request: CreateRequest<object>
  readonly label: string
  readonly name: string | undefined
  readonly context: KindContext
  readonly clock: Clock
  /** Looks for it without an id. */
  readonly look: () => Promise<AnyObserved | undefined>
  /** Told when AWS is asked once more for what it makes anew each time. */
  readonly onRepeat: () => void
}

/**
 * One create call; when its outcome is not clear, AWS is asked whether the resource is there before the call is made
 * again. Throws with code `refused` when something is there that is not ours.
 */
export async function createOnce(creation: Creation): Promise<Readonly<Record<string, unknown>>> {
  const { kind, request, context, clock, look, onRepeat } = creation
  for (let attempt = 1; ; attempt++) {
    try {
      return (await kind.create(request, context)) as Readonly<Record<string, unknown>>
    } catch (error) {
      if (!mayHaveHappened(error)) throw error
      for (const wait of kind.anonymous ? [...soon, 45] : soon) {
        await clock.sleep(wait * 1000)
        const found = await look()
        if (!found) continue
        if (!isOurs(found, undefined, kind, request.tags, { ...request.props })) throw foreign(creation)
        return found.attributes
      }
      if (attempt === 3) throw error
      if (kind.anonymous) onRepeat()
    }
  }
}

/** Seconds between the looks. Where a second call would make a second one, a late request is given a minute. */
const soon = [1, 4, 10]

/** 32 hexadecimal characters that are the same whenever the same making is tried again. */
export function tokenFor(lineage: string, address: Address, generation: number): string {
  return createHash('sha256').update(`${lineage} ${address} ${generation}`).digest('hex').slice(0, 32)
}

/** True when a create call may have been carried out although it failed, or was refused because it had been before. */
export function mayHaveHappened(error: unknown): boolean {
  const meaning = meaningOf(error)
  return (
    meaning === 'maybe' ||
    meaning === 'exists' ||
    meaning === 'taken' ||
    hasCode(error, 'IdempotentParameterMismatch')
  )
}

function foreign({ request: { address }, label, name }: Creation): ProvisionError {
  return new ProvisionError({
    code: 'refused',
    message: `${label} ${name ?? address} exists already and does not belong to this stack`,
    hint: 'give this one another name in the config, or remove the other one if nobody needs it',
  })
}
