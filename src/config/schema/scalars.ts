import { z } from 'zod'

/** The name that the config gives a thing; part of addresses, of AWS names and of variables. */
export const thingName = z.string().regex(/^[a-z](?:-?[a-z0-9]){0,30}$/, {
  error: 'must be up to 31 lower-case letters, digits and single hyphens, starting with a letter',
})

export const port = z.int({ error: 'must be a port number from 1 to 65535' }).min(1).max(65_535)

/** A duration in whole seconds. */
export const seconds = (least: number, most: number) => z.int().min(least).max(most)

export const percent = z.number().min(1).max(100)

export const path = z.string().regex(/^\/[^\s]*$/, { error: 'must be a path that starts with "/"' })

export const cidr = z.string().describe('IPv4 CIDR block, e.g. 10.0.0.0/16')

export const variableName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, { error: 'must be letters, digits and underscores' })

/** RDS and ElastiCache share these rules; only the longest allowed length differs. */
export const identifier = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[a-z](?:-?[a-z0-9])*$/, {
      error: 'must be lower-case letters, digits and single hyphens, starting with a letter',
    })

export const dailyWindow = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/, { error: 'must look like "03:00-04:00" (UTC)' })

export const weeklyWindow = z
  .string()
  .regex(/^(mon|tue|wed|thu|fri|sat|sun):\d\d:\d\d-(mon|tue|wed|thu|fri|sat|sun):\d\d:\d\d$/, {
    error: 'must look like "mon:04:00-mon:05:00" (UTC)',
  })
