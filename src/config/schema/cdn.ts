import { z } from 'zod'

const options = z.strictObject({
  alias: z
    .string()
    .regex(/^(?!-)[a-z0-9-]{1,63}(?<!-)$/, { error: 'must be one label that stands before the domain' })
    .optional()
    .describe('Name below the domain: with `static`, https://static.example.com. Default: CloudFront’s own'),
  defaultRootObject: z
    .string()
    .regex(/^[^/].*$/, { error: 'must not start with "/"' })
    .default('index.html')
    .describe('What / stands for'),
  priceClass: z
    .enum(['100', '200', 'all'])
    .default('100')
    .describe('Where it is served from: 100 is Europe and North America, 200 adds Asia, all is everywhere'),
})

/** CloudFront before a bucket. */
export const cdn = z
  .union([z.literal(true).transform(() => options.parse({})), options])
  .optional()
  .describe('Let the world read it through CloudFront; the bucket itself stays private')
