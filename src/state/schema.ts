import { z } from 'zod'
import type { Entry, LedgerHeader } from './entry.ts'
import type { LockHolder, RunRecord } from './ledger.ts'
import type { Release } from './release.ts'

const recorded = z.record(z.string(), z.json())
const tags = z.record(z.string(), z.string())
const dependsOn = z.array(z.strictObject({ address: z.string(), holds: z.boolean() }))

const common = {
  address: z.string().min(1),
  type: z.string().min(1),
  dependsOn,
  generation: z.int().nonnegative(),
  deposed: z.array(z.strictObject({ attributes: recorded, dependsOn })),
  retained: z.exactOptional(z.literal(true)),
}
const wish = { props: recorded, tags }
const made = { attributes: recorded }
const token = { token: z.string().min(1) }

export const entrySchema: z.ZodType<Entry> = z.discriminatedUnion('status', [
  z.strictObject({ ...common, status: z.literal('creating'), ...token, ...wish }),
  z.strictObject({ ...common, status: z.literal('created'), ...token, ...made, ...wish }),
  z.strictObject({ ...common, status: z.literal('ready'), ...made, ...wish }),
  z.strictObject({ ...common, status: z.literal('updating'), ...made, ...wish }),
  z.strictObject({
    ...common,
    status: z.literal('deleting'),
    ...made,
    finalSnapshot: z.exactOptional(z.string()),
  }),
])

const seconds = z.number().nonnegative()

const releaseSchema: z.ZodType<Release> = z.strictObject({
  number: z.int().positive(),
  id: z.string().min(1),
  image: z.string(),
  digest: z.exactOptional(z.string()),
  taskDefinition: z.string(),
  previous: z.string(),
  deployment: z.exactOptional(z.string()),
  strategy: z.enum(['ROLLING', 'BLUE_GREEN', 'CANARY', 'LINEAR']),
  steps: z.exactOptional(
    z.strictObject({
      shares: z.array(z.number().positive().max(100)).min(3),
      minutes: z.number().nonnegative(),
      checked: z.exactOptional(z.literal(true)),
    }),
  ),
  by: z.string(),
  started: z.number(),
  finished: z.exactOptional(z.number()),
  outcome: z.enum([
    'running',
    'released',
    'rolled-back',
    'aborted',
    'superseded',
    'stopped',
    'timed-out',
    'gate-failed',
    'failed',
  ]),
  abortedBy: z.exactOptional(z.string()),
  why: z.exactOptional(z.string()),
  action: z.exactOptional(z.literal('restart')),
  starts: z.exactOptional(z.int().positive()),
  restores: z.exactOptional(z.int().positive()),
  gates: z.exactOptional(z.array(z.enum(['checks', 'pause', 'others', 'analysis']))),
  notices: z.exactOptional(z.array(z.string())),
  settings: z.strictObject({
    healthCheckGracePeriod: seconds,
    healthCheck: z.exactOptional(
      z.strictObject({
        path: z.string(),
        interval: seconds,
        timeout: seconds,
        healthyThreshold: z.int(),
        unhealthyThreshold: z.int(),
        matcher: z.string(),
      }),
    ),
    scaling: z.exactOptional(
      z.strictObject({
        bounds: z.exactOptional(z.strictObject({ min: z.int(), max: z.int() })),
        policies: z.array(
          z.strictObject({
            name: z.string(),
            targetValue: z.number(),
            scaleInCooldown: seconds,
            scaleOutCooldown: seconds,
          }),
        ),
      }),
    ),
  }),
  suspended: z.exactOptional(z.strictObject({ scaleIn: z.boolean(), scaleOut: z.boolean() })),
  configuration: z.exactOptional(z.json()),
})

export const releasesSchema = z.array(releaseSchema)

export const headerFields = {
  format: z.literal(1),
  stack: z.string().min(1),
  environment: z.string().min(1),
  lineage: z.string().min(1),
  account: z.string(),
  region: z.string(),
  tool: z.string(),
  movedTo: z.exactOptional(z.string()),
} satisfies Record<keyof LedgerHeader, z.ZodType>

export const headerSchema: z.ZodType<LedgerHeader> = z.strictObject(headerFields)

export const holderSchema: z.ZodType<LockHolder> = z.strictObject({
  id: z.string().min(1),
  user: z.string(),
  host: z.string(),
  pid: z.int(),
  since: z.number(),
  command: z.string(),
  tool: z.string(),
  job: z.exactOptional(z.string()),
  boot: z.exactOptional(z.strictObject({ id: z.string(), namespace: z.string() })),
  started: z.exactOptional(z.string()),
})

export const runSchema: z.ZodType<RunRecord> = z.strictObject({
  id: z.string().min(1),
  user: z.string(),
  host: z.string(),
  command: z.string(),
  tool: z.string(),
  job: z.exactOptional(z.string()),
  began: z.number(),
  from: z.int(),
  end: z.exactOptional(
    z.strictObject({ at: z.number(), outcome: z.enum(['done', 'failed', 'interrupted']), serial: z.int() }),
  ),
})
