import { z } from 'zod'
import { variableName } from './scalars.ts'

export const secret = z
  .strictObject({
    name: z
      .string()
      .max(512)
      .regex(/^[\w/+=.@-]+$/, { error: 'must be a name such as shop/database-url' })
      .optional()
      .describe('Default: <stack>/<environment>/<name>; in parameter-store with a leading /'),
    store: z
      .enum(['secrets-manager', 'parameter-store'])
      .default('secrets-manager')
      .describe(
        'Where AWS keeps it. parameter-store: a SecureString parameter of SSM, which costs nothing, takes 4 KB and cannot be brought back',
      ),
    description: z.string().min(1).max(2048).optional().describe('What it is for; everyone may read this'),
    env: variableName.optional().describe('Variable in the container. Default: the name in capitals'),
  })
  .describe('Secret. Its value is set with `provision secret set` and never stands in a file')

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
