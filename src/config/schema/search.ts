import { z } from 'zod'

export const search = z
  .strictObject({
    name: z
      .string()
      .min(3)
      .max(28)
      .regex(/^[a-z][a-z0-9-]+$/, { error: 'must be lower-case letters, digits and hyphens' })
      .optional()
      .describe('Default: <environment>-<stack>'),
    version: z
      .string()
      .regex(/^\d+\.\d+$/, { error: 'must be a version such as "2.19"' })
      .optional()
      .describe('OpenSearch version in quotes. Default: newest'),
    instanceType: z
      .string()
      .regex(/^[a-z0-9]+\.[a-z0-9]+\.search$/, { error: 'must be a type such as t3.small.search' })
      .default('t3.small.search')
      .describe('OpenSearch instance type'),
    nodes: z
      .int()
      .min(1)
      .max(80)
      .default(1)
      .describe('Data nodes, spread over as many zones as they divide by'),
    volumeSize: z.int().min(10).max(3584).default(10).describe('GiB of gp3 storage for each node'),
    logRouterImage: z
      .string()
      .min(1)
      .default('public.ecr.aws/aws-observability/aws-for-fluent-bit:stable')
      .describe('Image of the container that sends the logs of a service on'),
  })
  .describe(
    'OpenSearch domain in the VPC, for services with `logging: search`. Creating one takes 15 to 30 minutes',
  )
