import { summaryOf } from '../plan/decision.ts'
import type { PlannedResource, PlanSummary, Refusal } from '../plan/plan.ts'

export interface PlanDocument {
  readonly schemaVersion: 1
  readonly stack: string
  readonly environment: string
  readonly summary: PlanSummary
  readonly resources: readonly PlannedResource[]
  readonly refusals: readonly Refusal[]
}

export function planJson(
  resources: readonly PlannedResource[],
  refusals: readonly Refusal[],
  { stack, environment }: { readonly stack: string; readonly environment: string },
): PlanDocument {
  return {
    schemaVersion: 1,
    stack,
    environment,
    summary: summaryOf(resources),
    resources: resources.map(published),
    refusals: refusals.map(({ address, message, hint }) => ({ address, message, hint })),
  }
}

/** Member by member: what the planner hands over knows more about a resource than is published. */
function published(resource: PlannedResource): PlannedResource {
  const { address, type, label, name, action, changes, held, reason, data, snapshot, companions, awaits } =
    resource
  return {
    address,
    type,
    label,
    name,
    action,
    changes,
    data,
    ...(held !== undefined && { held }),
    ...(reason !== undefined && { reason }),
    ...(snapshot !== undefined && { snapshot }),
    ...(companions !== undefined && { companions }),
    ...(awaits !== undefined && { awaits }),
  }
}
