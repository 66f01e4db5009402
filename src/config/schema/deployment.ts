import { z } from 'zod'
import { cidr, port } from './scalars.ts'

const strategy = z.enum(['rolling', 'blue-green', 'canary', 'linear'], {
  error: 'must be rolling, blue-green, canary or linear',
})

/** Of the header that test traffic carries. */
export const usualTestHeader = 'x-provision-test'

const minutes = z.int().min(0).max(1440)

const pause = z.strictObject({
  at: z
    .enum([
      'before-scale-up',
      'after-scale-up',
      'after-test-traffic',
      'before-production-traffic',
      'after-production-traffic',
    ])
    .describe('Where it waits. before-production-traffic comes before each step of canary and linear'),
  timeoutMinutes: z.int().min(1).max(20_160).default(60).describe('Then `onTimeout` happens'),
  onTimeout: z.enum(['rollback', 'continue']).default('rollback').describe('What happens when nobody comes'),
})

const circuitBreaker = z.strictObject({
  threshold: z
    .strictObject({
      type: z
        .enum(['count', 'bounded-percent', 'unbounded-percent'])
        .default('bounded-percent')
        .describe(
          'count: `value` tasks. bounded-percent: `value` percent of the desired count, at least 3 and at most 200 tasks. unbounded-percent: the same without these bounds',
        ),
      value: z.int().min(1).max(10_000).describe('Tasks, or percent of the desired count'),
    })
    .optional()
    .describe('How many failed tasks end the deployment. Default: bounded-percent 50'),
  resetOnHealthyTask: z
    .boolean()
    .default(true)
    .describe('A task that gets healthy sets the count of failed tasks back to 0'),
})

/** Severities of ECR's findings, the worst first. */
export const scanLimits = ['critical', 'high', 'medium', 'low'] as const
export type ScanLimit = (typeof scanLimits)[number]

const analysis = z.strictObject({
  minutes: z.int().min(1).max(60).default(5).describe('Full minutes that are compared'),
  minRequests: z
    .int()
    .min(1)
    .default(100)
    .describe('Requests that each version must have had in these minutes; with fewer nothing is compared'),
  errorRateIncrease: z
    .number()
    .min(0)
    .max(100)
    .default(1)
    .describe(
      'Percentage points by which the share of 5xx responses of the new version may be above that of the old one',
    ),
  responseTimeIncrease: z
    .number()
    .min(0)
    .max(10_000)
    .default(50)
    .describe('Percent by which the response time of the new version may be above that of the old one'),
  percentile: z
    .enum(['p50', 'p90', 'p95', 'p99'])
    .default('p95')
    .describe('Of the response time: p95 is what the slowest 5 % of requests take at least'),
  onInconclusive: z
    .enum(['pause', 'rollback', 'continue'])
    .default('pause')
    .describe(
      'What happens when there were not enough requests to compare. pause: wait for `rollout continue`',
    ),
})

export type Analysis = z.output<typeof analysis>
/** What `analysis: true` stands for. */
export const usualAnalysis: Analysis = analysis.parse({})

/** How a new version takes over from the old one. */
export const deployment = z
  .union(
    [
      strategy,
      z.strictObject({
        strategy: strategy.default('rolling').describe('How the traffic moves. Default: rolling'),
        bakeMinutes: minutes
          .optional()
          .describe(
            'For which old and new stay up when all traffic has moved: going back is instant. Default: 5',
          ),
        canaryPercent: z
          .number()
          .min(0.1)
          .max(100)
          .optional()
          .describe('Traffic that goes first. Default: 5'),
        steps: z
          .array(z.number().min(0.1).max(100))
          .min(2)
          .max(10)
          .optional()
          .describe(
            'Canary: traffic of each step of a release, ascending up to 100, e.g. [1, 5, 25, 100]. Instead of canaryPercent',
          ),
        stepPercent: z
          .number()
          .min(3)
          .max(100)
          .optional()
          .describe('Traffic of each linear step. Default: 10'),
        stepMinutes: minutes
          .optional()
          .describe('From one step to the next. Default: 10 for canary, 6 for linear'),
        maximumPercent: z
          .int()
          .min(100)
          .max(200)
          .optional()
          .describe(
            'Rolling: tasks that ECS may run at a time, of the desired count, rounded down to whole tasks. Default: 200',
          ),
        minimumHealthyPercent: z
          .int()
          .min(0)
          .max(100)
          .optional()
          .describe(
            'Rolling: healthy tasks that ECS keeps, of the desired count, rounded up to whole tasks. Default: 100',
          ),
        circuitBreaker: z
          .union([z.boolean(), circuitBreaker], {
            error: 'must be true, false, or an object with `threshold`',
          })
          .default(true)
          .describe('Ends a deployment whose tasks fail, and goes back to the previous version'),
        alarms: z
          .union([z.literal(true), z.array(z.string().min(1).max(255)).min(1)], {
            error: 'must be true or a list of alarm names',
          })
          .optional()
          .describe(
            'Alarms that roll back. true: made for you, on errors of the new version; or names of alarms',
          ),
        scan: z
          .enum(scanLimits)
          .optional()
          .describe(
            '`rollout` refuses an image in ECR whose scan has findings of this severity or a worse one, and one without a scan',
          ),
        analysis: z
          .union([z.literal(true), analysis], {
            error: 'must be true or an object such as { minutes: 10 }',
          })
          .optional()
          .describe(
            "Compares errors and response times of the new version with the old one's, in the load balancer's metrics, wherever a release pauses; a worse version is rolled back. true: with the defaults",
          ),
        suspendScaling: z
          .boolean()
          .optional()
          .describe(
            'Suspends scaling by CPU, memory and requests while a release of two versions is followed; schedules stay on. Default: true',
          ),
        testHeader: z
          .strictObject({
            name: z
              .string()
              .max(40)
              .regex(/^(?!host$)[A-Za-z0-9_-]+$/i, {
                error: 'must be letters, digits, hyphens and underscores, and not Host',
              })
              .default(usualTestHeader)
              .describe('Of the header'),
            value: z
              .string()
              .min(1)
              .max(128)
              .optional()
              .describe(
                'Of the header; * stands for any letters. It is no secret: it is in the config and in plans. Default: generated, and shown by `provision rollout status --show-test-header`',
              ),
          })
          .optional()
          .describe(
            `Requests with this header reach the new version before it has production traffic. Default: ${usualTestHeader} with a generated value`,
          ),
        testPort: port
          .optional()
          .describe(
            'A port of the load balancer for test traffic, instead of a header. It is open to `testAccess` only',
          ),
        testAccess: z
          .array(cidr.describe('IPv4 or IPv6 CIDR block, e.g. 203.0.113.0/24'))
          .optional()
          .describe('Who may connect to `testPort`; nobody where the list is empty'),
        pause: z
          .array(pause)
          .min(1)
          .max(10)
          .optional()
          .describe('Where it waits for `provision rollout continue`'),
      }),
    ],
    { error: 'must be rolling, blue-green, canary, linear, or an object with `strategy`' },
  )
  .default('rolling')
  .describe('How a new version takes over from the old one')
