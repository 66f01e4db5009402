import { z } from 'zod'
import { entrySchema, headerFields, releasesSchema } from '../schema.ts'

const serial = z.int().nonnegative()
const checksum = z.hex().length(64)

export const baseSchema = z.strictObject({
  ...headerFields,
  serial,
  entries: z.record(z.string(), entrySchema),
  releases: z.exactOptional(z.record(z.string(), releasesSchema)),
  checksum,
})

export const lineSchema = z.union([
  z.strictObject({ serial, address: z.string().min(1), entry: entrySchema.nullable(), checksum }),
  z.strictObject({ serial, service: z.string().min(1), releases: releasesSchema, checksum }),
])
