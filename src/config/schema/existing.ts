import { z } from 'zod'

export const existing = z
  .strictObject({
    zone: z
      .string()
      .regex(/^Z[A-Z0-9]{1,31}$/, { error: 'must be the id of a hosted zone, such as Z0123456789ABCDEFGHIJ' })
      .optional()
      .describe('Hosted zone of the domain, by id. Only the records of this stack are written to it'),
    certificate: z
      .string()
      .regex(/^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[A-Za-z0-9-]+$/, {
        error: 'must be the ARN of an ACM certificate',
      })
      .optional()
      .describe('Issued ACM certificate for the load balancer, by ARN'),
  })
  .describe('What somebody else owns: used as it is, never changed, never deleted')
