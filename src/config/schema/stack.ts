import { z } from 'zod'
import { cluster } from './cluster.ts'
import { cache, database, fileSystem, repository } from './data.ts'
import { domain } from './domain.ts'
import { existing } from './existing.ts'
import { loadBalancer } from './load-balancer.ts'
import { instance } from './instance.ts'
import { network } from './network.ts'
import { alarms, dashboard, logGroup, notification } from './observability.ts'
import { thingName } from './scalars.ts'
import { releases } from './releases.ts'
import { search } from './search.ts'
import { parameter, secret } from './secrets.ts'
import { service } from './service.ts'
import { bucket } from './storage.ts'
import { placePattern } from '../../state/place.ts'

const tags = z
  .record(
    z
      .string()
      .min(1)
      .max(128)
      .regex(/^(?!aws:|provision:)/i, { error: 'must not start with "aws:" or "provision:"' }),
    z.string().max(256),
  )
  .default({})
  .describe('Tags on everything that can carry tags')

/** One environment's stack, its overlay merged in. */
export const stackSchema = z.strictObject({
  $schema: z.string().optional().describe('JSON Schema of this file, for editors'),
  stack: thingName.describe('Name of the stack'),
  environment: thingName
    .optional()
    .describe('Environment to use when none is given. Needed when `environments` does not name exactly one'),
  prefix: thingName
    .optional()
    .describe('Beginning of the names that AWS shows. Default: <environment>-<stack>'),
  region: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, { error: 'must be an AWS region such as us-east-1' })
    .describe('AWS region'),
  account: z
    .string()
    .regex(/^\d{12}$/, { error: 'must be the twelve digits of an AWS account, in quotes' })
    .optional()
    .describe('Refuse to run with credentials of any other account'),
  ledger: z
    .string()
    .regex(placePattern, { error: 'must be file:PATH, dynamodb:TABLE or dynamodb:REGION/TABLE' })
    .optional()
    .describe('Where the memory of the stack is kept. Default: a file under .provision/, beside this one'),
  tags,
  existing: existing.prefault({}),
  network: network.prefault({}),
  databases: z.record(thingName, database).default({}).describe('RDS instances by name'),
  caches: z.record(thingName, cache).default({}).describe('ElastiCache replication groups by name'),
  fileSystems: z.record(thingName, fileSystem).default({}).describe('EFS file systems by name'),
  buckets: z.record(thingName, bucket).default({}).describe('S3 buckets by name'),
  secrets: z.record(thingName, secret).default({}).describe('Secrets by name'),
  parameters: z
    .record(
      thingName,
      z.union([z.string().transform((value): z.output<typeof parameter> => ({ value })), parameter]),
    )
    .default({})
    .describe('SSM parameters by name, for settings that are no secret'),
  repositories: z.record(thingName, repository).default({}).describe('ECR repositories by name'),
  cluster: cluster.prefault({}),
  domain: domain.optional(),
  loadBalancer: loadBalancer.prefault({}),
  instances: z.record(thingName, instance).default({}).describe('EC2 instances by name'),
  notifications: z
    .record(thingName, notification)
    .default({})
    .describe('SNS topics that alarms and releases tell, by name'),
  alarms: alarms.prefault({}),
  releases: releases.prefault({}),
  dashboard,
  logGroups: z.record(thingName, logGroup).default({}).describe('Log groups beside those of the services'),
  search: search.optional(),
  services: z.record(thingName, service).default({}).describe('ECS services by name'),
})

type Overlay<T> = T extends readonly unknown[]
  ? T | null
  : T extends object
    ? { readonly [K in keyof T]?: Overlay<T[K]> }
    : T | null

/** What stands in the file. */
export type StackInput = z.input<typeof stackSchema> & {
  /** What differs in an environment: objects are merged, arrays replaced, null removes. */
  readonly environments?: Readonly<Record<string, Overlay<z.input<typeof stackSchema>>>>
}

/** What the steps get: one environment, defaults filled in. */
export type StackConfig = Omit<z.output<typeof stackSchema>, 'environment' | '$schema'> & {
  readonly environment: string
}
export type ServiceConfig = z.output<typeof service>
export type DatabaseConfig = z.output<typeof database>
export type CacheConfig = z.output<typeof cache>
export type RepositoryConfig = z.output<typeof repository>
