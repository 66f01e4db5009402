import { z } from 'zod'
import { thingName } from './scalars.ts'

const arn = (service: string) =>
  z.string().regex(new RegExp(`^arn:[^:]+:${service}:`), { error: `must be an ARN of ${service}` })

export const notification = z
  .strictObject({
    name: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,256}$/, { error: 'must be letters, digits, hyphens and underscores' })
      .optional()
      .describe('SNS topic. Default: <environment>-<stack>-<name>'),
    displayName: z.string().max(100).optional().describe('Sender of the mails'),
    email: z
      .array(z.email({ error: 'must be a mail address' }))
      .default([])
      .describe('Each gets a mail from AWS and has to confirm it'),
    https: z
      .array(z.string().regex(/^https:\/\/\S+$/, { error: 'must be an https:// URL' }))
      .default([])
      .describe('Web hooks that confirm by themselves. The ledger keeps the URLs: none with a secret in it'),
    sms: z
      .array(z.string().regex(/^\+\d{5,15}$/, { error: 'must be a number such as "+15550100", in quotes' }))
      .default([])
      .describe('Phone numbers'),
    sqs: z.array(arn('sqs')).default([]).describe('ARNs of queues whose policy lets the topic in'),
    lambda: z.array(arn('lambda')).default([]).describe('ARNs of functions that let the topic in'),
  })
  .describe('SNS topic and who gets what it says')

export const alarms = z
  .strictObject({
    notify: z
      .array(thingName)
      .optional()
      .describe('Names under `notifications` that alarms tell. Default: all of them'),
    recovery: z.boolean().default(false).describe('Also tell when an alarm is over'),
    composite: z
      .boolean()
      .default(false)
      .describe('One more alarm that is on while any other is; then only that one tells anybody'),
  })
  .describe('What all alarms of the stack have in common')

export const loadBalancerAlarms = z
  .strictObject({
    errorRate: z
      .number()
      .min(0.01)
      .max(100)
      .optional()
      .describe('Percent of the requests that end in a 5xx status'),
    responseTime: z.number().min(0.001).optional().describe('Seconds that the slowest 5 % of requests take'),
  })
  .describe('Thresholds of alarms on all traffic')

const metricNamePart = z.string().regex(/^[^:]\P{Cc}{0,254}$/u, { error: 'must not start with a colon' })

export const logMetric = z
  .strictObject({
    pattern: z
      .string()
      .max(1024)
      .describe('Filter pattern of CloudWatch Logs: ERROR, or { $.level = "error" }; "" for every line'),
    namespace: metricNamePart.optional().describe('Default: <stack>/<environment>'),
    metricName: metricNamePart.optional().describe('Default: <service>-<name>'),
    value: z
      .string()
      .max(100)
      .default('1')
      .describe('What a matching line counts: a number, or a field such as $.duration'),
    alarm: z.number().optional().describe('Alarm when the sum of five minutes is above it'),
  })
  .describe('Metric made from log lines')

export const logGroup = z
  .strictObject({
    name: z
      .string()
      .max(512)
      .regex(/^[A-Za-z0-9_./#-]+$/, { error: 'must be a CloudWatch log group name' })
      .optional()
      .describe('Default: /ecs/<stack>-<environment>/<name>'),
    retentionDays: z.int().default(30).describe('Days that CloudWatch keeps the logs'),
  })
  .describe('Log group beside those of the services')

export const dashboard = z
  .union([
    z.boolean(),
    z.strictObject({
      name: z
        .string()
        .max(255)
        .regex(/^[A-Za-z0-9_-]+$/, { error: 'must be letters, digits, hyphens and underscores' })
        .optional()
        .describe('Default: <environment>-<stack>'),
    }),
  ])
  .default(false)
  .describe('CloudWatch dashboard of services, load balancer, databases and caches')
