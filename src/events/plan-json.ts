import { summaryOf } from '../plan/decision.ts'
import type { Interruption, Leftover, PlannedResource, PlanSummary, Refusal } from '../plan/plan.ts'
import type { Unmanaged } from '../plan/unmanaged.ts'

export interface PlanDocument {
  readonly schemaVersion: 1
  readonly stack: string
  readonly environment: string
  readonly summary: PlanSummary
  readonly resources: readonly PlannedResource[]
  /** Those without `blocks` keep the whole plan from running; the others only what is at their address. */
  readonly refusals: readonly Refusal[]
  /** `up` runs such a plan only with --allow-interruption. */
  readonly interruptions: readonly Interruption[]
  readonly leftovers: readonly Leftover[]
  /** What others have added to the stack's resources. No change, and left alone. */
  readonly unmanaged: readonly Unmanaged[]
}

export function planJson(
  resources: readonly PlannedResource[],
  refusals: readonly Refusal[],
  {
    stack,
    environment,
    interruptions = [],
    leftovers = [],
    unmanaged = [],
  }: {
    readonly stack: string
    readonly environment: string
    readonly interruptions?: readonly Interruption[]
    readonly leftovers?: readonly Leftover[]
    readonly unmanaged?: readonly Unmanaged[]
  },
): PlanDocument {
  return {
    schemaVersion: 1,
    stack,
    environment,
    summary: summaryOf(resources),
    resources: resources.map(published),
    refusals: refusals.map(({ address, message, hint, blocks }) => ({
      address,
      message,
      hint,
      ...(blocks && { blocks }),
    })),
    interruptions,
    leftovers,
    unmanaged: unmanaged.map(({ address, what }) => ({ address, what })),
  }
}

/** Member by member: what the planner hands over knows more about a resource than is published. */
function published(resource: PlannedResource): PlannedResource {
  const {
    address,
    type,
    label,
    name,
    action,
    changes,
    held,
    notes,
    warnings,
    opens,
    reason,
    data,
    snapshot,
    companions,
    remains,
    awaits,
    keepsVersion,
    startedByRelease,
  } = resource
  return {
    address,
    type,
    label,
    name,
    action,
    changes,
    data,
    ...(held !== undefined && { held }),
    ...(notes !== undefined && { notes }),
    ...(warnings !== undefined && { warnings }),
    ...(opens !== undefined && { opens }),
    ...(reason !== undefined && { reason }),
    ...(snapshot !== undefined && { snapshot }),
    ...(companions !== undefined && { companions }),
    ...(action === 'delete' && remains !== undefined && { remains }),
    ...(awaits !== undefined && { awaits }),
    ...(keepsVersion !== undefined && { keepsVersion }),
    ...(startedByRelease !== undefined && { startedByRelease }),
  }
}
