import { z } from 'zod'
import { variableName } from './scalars.ts'

export const secret = z
  .strictObject({
    name: z
      .string()
      .max(512)
      .regex(/^[\w/+=.@-]+$/, { error: 'must be a Secrets Manager name such as shop/database-url' })
      .optional()
      .describe('Default: <stack>/<environment>/<name>'),
    description: z.string().min(1).max(2048).optional().describe('What it is for; everyone may read this'),
    env: variableName.optional().describe('Variable in the container. Default: the name in capitals'),
  })
  .describe('Secrets Manager secret. Its value is set with `provision secret set` and never stands in a file')

export const parameter = z
  .strictObject({
    name: z
      .string()
      .max(1011)
      .regex(/^\/(?!aws\/|ssm\/)[\w./-]+$/i, { error: 'must be an SSM name such as /shop/log-level' })
      .optional()
      .describe('Default: /<stack>/<environment>/<name>'),
    value: z
      .string()
      .min(1)
      .max(4096)
      .describe('Plain text: what must not be read here belongs in `secrets`'),
    env: variableName.optional().describe('Variable in the container. Default: the name in capitals'),
  })
  .describe('SSM parameter')
