import { z } from 'zod'
import { cdn } from './cdn.ts'

const lifecycleRule = z.strictObject({
  prefix: z.string().max(1024).default('').describe('Beginning of the keys it is for. Default: all keys'),
  expireDays: z.int().min(1).optional().describe('Delete objects after so many days'),
  expireNoncurrentDays: z.int().min(1).optional().describe('Delete overwritten versions after so many days'),
  transitions: z
    .array(
      z.strictObject({
        days: z.int().min(0).describe('Days after the upload'),
        storageClass: z
          .enum(['STANDARD_IA', 'ONEZONE_IA', 'INTELLIGENT_TIERING', 'GLACIER_IR', 'GLACIER', 'DEEP_ARCHIVE'])
          .describe('S3 storage class'),
      }),
    )
    .min(1)
    .optional()
    .describe('Move objects to cheaper storage'),
})

const corsRule = z.strictObject({
  origins: z.array(z.string().min(1)).min(1).describe('E.g. [https://shop.example.com]'),
  methods: z
    .array(z.enum(['GET', 'HEAD', 'PUT', 'POST', 'DELETE']))
    .min(1)
    .default(['GET', 'HEAD'])
    .describe('What a browser may do'),
  headers: z.array(z.string()).optional().describe('Request headers that are allowed'),
  exposeHeaders: z.array(z.string()).optional().describe('Response headers that scripts may read'),
  maxAge: z.int().min(0).optional().describe('Seconds for which a browser remembers the answer'),
})

export const bucket = z
  .strictObject({
    name: z
      .string()
      .min(3)
      .max(63)
      .regex(/^(?!xn--|sthree-)[a-z0-9](?:-?[a-z0-9])*$/, {
        error: 'must be lower-case letters, digits and hyphens: names are unique in all of AWS',
      })
      .optional()
      .describe('Default: <stack>-<environment>-<name>-<account>'),
    versioned: z.boolean().default(true).describe('Keep what is overwritten or deleted as older versions'),
    lifecycle: z.array(lifecycleRule).default([]).describe('What S3 deletes or moves by itself, and when'),
    cdn,
    cors: z.array(corsRule).default([]).describe('Web pages of other origins that may use the bucket'),
  })
  .describe('S3 bucket: private and encrypted')
