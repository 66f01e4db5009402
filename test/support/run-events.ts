import type { Listener, RunEvent } from '../../src/events/event.ts'

export const start = Date.UTC(2026, 0, 1)

const counts = { created: 1, updated: 0, replaced: 0, deleted: 0, kept: 0, failed: 0, skipped: 0 }

export const started = {
  type: 'run.started',
  command: 'up',
  stack: 'shop',
  environment: 'production',
  resources: 2,
} satisfies RunEvent

export const vpcStarted = {
  type: 'resource.started',
  address: 'network/vpc',
  label: 'VPC',
  action: 'create',
  usually: 5,
} satisfies RunEvent

export const vpcDone = {
  type: 'resource.done',
  address: 'network/vpc',
  label: 'VPC',
  action: 'create',
  name: 'vpc-0a1b',
  took: 3000,
} satisfies RunEvent

export const databaseStarted = {
  type: 'resource.started',
  address: 'data/database',
  label: 'database',
  action: 'create',
  usually: 480,
} satisfies RunEvent

export const databaseWaiting = {
  type: 'resource.waiting',
  address: 'data/database',
  status: 'backing-up',
} satisfies RunEvent

export const databaseFailed = {
  type: 'resource.failed',
  address: 'data/database',
  label: 'database',
  action: 'create',
  problem: {
    message: 'db.t4g.micro is not offered here.',
    code: 'InvalidParameterCombination',
    operation: 'rds:CreateDBInstance',
    requestId: '5d1c',
    hint: 'use db.t4g.small',
  },
} satisfies RunEvent

export const roleStarted = {
  type: 'resource.started',
  address: 'identity/api.role',
  label: 'IAM role',
  action: 'create',
  usually: 1,
} satisfies RunEvent

/** It cannot be finished before the database has its secret. */
export const roleWaiting = {
  type: 'resource.waiting',
  address: 'identity/api.role',
  status: 'waiting for data/database',
  for: 'data/database',
} satisfies RunEvent

export const roleDone = {
  type: 'resource.done',
  address: 'identity/api.role',
  label: 'IAM role',
  action: 'create',
  name: undefined,
  took: 4000,
} satisfies RunEvent

export const finished = (
  outcome: 'done' | 'failed' | 'interrupted',
  some: Partial<typeof counts> = {},
  next?: string,
): RunEvent => ({
  type: 'run.finished',
  outcome,
  took: 487_000,
  counts: { ...counts, ...some },
  calls: { reads: 41, writes: 20, retried: 3 },
  ...(next !== undefined && { next }),
})

/** Tells a listener each event at so many seconds after the start. */
export function tell(
  listener: Listener,
  ...told: readonly (readonly [seconds: number, event: RunEvent])[]
): void {
  for (const [seconds, event] of told) listener({ ...event, at: start + seconds * 1000 })
}
