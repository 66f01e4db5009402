import { z } from 'zod'

/** Seconds, but for `retries`. */
export const containerHealthCheck = z
  .strictObject({
    command: z
      .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
      .describe('A line for the shell of the image, or a program and its arguments; 0 means healthy'),
    interval: z.int().min(5).max(300).optional().describe('Seconds. Default: 30'),
    timeout: z.int().min(2).max(60).optional().describe('Seconds. Default: 5'),
    retries: z.int().min(1).max(10).optional().describe('Failures in a row that are unhealthy. Default: 3'),
    startPeriod: z
      .int()
      .min(0)
      .max(300)
      .optional()
      .describe('Seconds after start in which failures do not count'),
  })
  .describe('Health check inside the container; ECS replaces tasks that fail it')

export type ContainerHealthCheck = z.output<typeof containerHealthCheck>
