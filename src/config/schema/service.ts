import { z } from 'zod'
import { containerHealthCheck } from './container.ts'
import { logMetric } from './observability.ts'
import { scaling } from './scaling.ts'
import { deployment } from './deployment.ts'
import { path, percent, port, seconds, thingName, variableName } from './scalars.ts'

const healthCheck = z
  .strictObject({
    path: path.default('/').describe('What the load balancer asks for'),
    interval: seconds(5, 300).default(5).describe('Seconds from one check to the next'),
    timeout: seconds(2, 120)
      .optional()
      .describe('Seconds, less than `interval`. Default: 4, and 5 where the interval is longer than 5'),
    healthyThreshold: z
      .int()
      .min(2)
      .max(10)
      .default(2)
      .describe('Successes in a row that make an unhealthy target healthy; a new one needs a single success'),
    unhealthyThreshold: z.int().min(2).max(10).default(5).describe('Failures in a row'),
    matcher: z.string().default('200').describe('Status codes that are healthy, e.g. "200-299"'),
    gracePeriod: seconds(0, 2_147_483_647)
      .optional()
      .describe(
        'Seconds after the start of a task in which ECS does not replace it for failed checks. Default: 60, or containerHealthCheck.startPeriod where that is longer',
      ),
  })
  .describe("The load balancer's health check")

const day = 86_400

const stickiness = z
  .union(
    [
      z.boolean(),
      z.strictObject({
        duration: seconds(1, 7 * day)
          .default(day)
          .describe("Seconds from a client's last request"),
      }),
    ],
    { error: 'must be true, false or { duration: <seconds> }' },
  )
  .optional()
  .describe(
    'Sends a client to the same task each time, by a cookie of the load balancer; true for a day. Rolling deployments only. Default: false',
  )

const use = z.union([thingName, z.record(thingName, path)], {
  error: 'must be a name of the stack, such as that of a database, or { <file system>: /mount/path }',
})

export const service = z
  .strictObject({
    name: z
      .string()
      .regex(/^[A-Za-z][A-Za-z0-9_-]{0,254}$/, { error: 'must be an ECS service name' })
      .optional()
      .describe("ECS service name. Default: the service's key"),
    image: z.string().min(1).optional().describe('A public image, e.g. nginx:1.27. Or give `repository`'),
    repository: thingName.optional().describe('A name under `repositories` that holds the image'),
    tag: z.string().min(1).default('latest').describe('Image tag in the repository'),
    port: port.optional().describe('Port the container listens on; needed with `paths`'),
    capacity: z
      .enum(['fargate', 'fargate-spot', 'ec2'])
      .default('fargate')
      .describe(
        'What tasks run on: Fargate, Fargate Spot (may be stopped at short notice), or cluster.capacity',
      ),
    cpu: z.int().default(256).describe('CPU units: 256 is a quarter of a vCPU'),
    memory: z.int().default(512).describe('MiB'),
    architecture: z.enum(['x86_64', 'arm64']).default('x86_64').describe('CPU architecture of the image'),
    command: z.array(z.string()).min(1).optional().describe("Replaces the image's command"),
    release: z
      .strictObject({
        command: z
          .array(z.string())
          .min(1)
          .describe("Replaces the image's command, e.g. [npm, run, migrate]"),
        timeoutMinutes: z.int().min(1).max(1440).default(30).describe('Then it is stopped'),
      })
      .optional()
      .describe(
        'Run once by `rollout`, as a task of the new image, before any traffic moves; must end with 0',
      ),
    deployment,
    desiredCount: z.int().min(0).default(1).describe('Number of tasks; with `scaling`, where it starts'),
    paths: z
      .array(path)
      .min(1)
      .optional()
      .describe('Paths that the load balancer sends here; ["/*"] takes all that no other service takes'),
    priority: z
      .int()
      .min(1)
      .max(50_000)
      .optional()
      .describe('Of the listener rule. Default: order in the file, times 10'),
    healthCheck: healthCheck.prefault({}),
    containerHealthCheck: containerHealthCheck.optional(),
    deregistrationDelay: seconds(0, 3600)
      .default(30)
      .describe(
        'Seconds for which a task that is to stop finishes the requests that it has, without getting new ones',
      ),
    stopTimeout: seconds(1, 120)
      .optional()
      .describe('Seconds from SIGTERM until a container that has not ended is killed. Default: 30'),
    stickiness,
    uses: z
      .array(use)
      .default([])
      .describe(
        'Databases, caches, file systems, buckets, secrets and parameters: opens the way, injects variables and secrets, grants the task role, orders the start',
      ),
    environment: z
      .record(variableName, z.string())
      .default({})
      .describe('Variables. ${database.host} and the like are filled in'),
    after: z.array(thingName).default([]).describe('Services that must be healthy before this one starts'),
    logGroup: z
      .string()
      .max(512)
      .regex(/^[A-Za-z0-9_./#-]+$/, { error: 'must be a CloudWatch log group name' })
      .optional()
      .describe('Default: /ecs/<stack>-<environment>/<service>'),
    logRetentionDays: z.int().default(30).describe('Days that CloudWatch keeps the logs'),
    logging: z
      .enum(['cloudwatch', 'search'])
      .default('cloudwatch')
      .describe('Where its log lines go: CloudWatch Logs, or the domain under `search`'),
    metrics: z.record(thingName, logMetric).default({}).describe('Metrics made from its log lines, by name'),
    scaling: scaling.optional(),
    alarms: z
      .union([
        z.literal(false),
        z.strictObject({
          cpu: percent.default(80).describe('CPU utilisation'),
          memory: percent.default(80).describe('Memory utilisation'),
        }),
      ])
      .prefault({})
      .describe('Alarm thresholds in percent; false for none'),
  })
  .describe('ECS service')
