import type { StackConfig } from '../config/schema/stack.ts'
import type { Input } from '../resources/reference.ts'
import type { Declare, Handle } from './declare.ts'
import type { Facts } from './facts.ts'
import { bucketNameOf } from './names.ts'

export interface Bucket {
  readonly bucket: Handle<'s3/bucket'>
  readonly bucketName: string
  readonly region: string
  /** Where the world may read it, if it may. */
  readonly url?: Input<string>
}

/** Private, encrypted buckets, whose forgotten uploads cost nothing for longer than a week. */
export function buckets(
  declare: Declare,
  config: StackConfig,
  { account, region }: Facts,
): ReadonlyMap<string, Bucket> {
  return new Map(
    Object.entries(config.buckets).map(([name, { versioned, lifecycle, cors }]) => {
      const bucketName = bucketNameOf(config, name, account)
      const bucket = declare(
        `data/${name}`,
        's3/bucket',
        {
          bucket: bucketName,
          versioned,
          encryption: 'AES256',
          publicAccessBlocked: true,
          lifecycleRules: [
            { id: 'incomplete-uploads', prefix: '', abortUploadDays: 7 },
            ...lifecycle.map((rule, index) => ({ id: `rule-${index + 1}`, ...rule })),
          ],
          corsRules: cors.map(({ origins, methods, headers, exposeHeaders, maxAge }) => ({
            allowedOrigins: origins,
            allowedMethods: methods,
            allowedHeaders: headers,
            exposeHeaders,
            maxAgeSeconds: maxAge,
          })),
        },
        { name: bucketName, origin: `buckets.${name}` },
      )
      return [name, { bucket, bucketName, region }]
    }),
  )
}
