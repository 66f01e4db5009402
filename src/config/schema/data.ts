import { z } from 'zod'
import { dailyWindow, identifier, path, percent, port, weeklyWindow } from './scalars.ts'

/** AWS has them all as text. */
const parameters = z.record(z.string().min(1), z.union([z.string(), z.number()])).default({})

export const database = z
  .strictObject({
    engine: z.enum(['postgres', 'mysql', 'mariadb']).describe('RDS engine'),
    version: z
      .string()
      .optional()
      .describe('Engine version in quotes: "16" follows minor versions, "16.3" is exact. Default: newest'),
    identifier: identifier(63)
      .optional()
      .describe('RDS instance identifier. Default: <environment>-<stack>-db for the one called `database`'),
    databaseName: z
      .string()
      .max(63)
      .regex(/^[A-Za-z][A-Za-z0-9_]*$/, { error: 'must be letters, digits and underscores' })
      .optional()
      .describe('Database made inside the instance. Default: the name of the stack'),
    instanceClass: z
      .string()
      .regex(/^db\.[a-z0-9-]+\.[a-z0-9]+$/, { error: 'must be an RDS class such as db.t4g.micro' })
      .default('db.t4g.micro')
      .describe('RDS instance class'),
    allocatedStorage: z.int().min(5).max(65_536).default(20).describe('GiB; can only grow'),
    storageType: z.enum(['gp2', 'gp3', 'io1', 'io2']).optional().describe('Default: as RDS chooses'),
    storageEncrypted: z.boolean().default(true).describe('Encryption at rest; cannot be changed later'),
    masterUsername: z
      .string()
      .max(16)
      .regex(/^[A-Za-z][A-Za-z0-9_]*$/, { error: 'must be letters, digits and underscores' })
      .default('provision')
      .describe('RDS makes its password and keeps it in Secrets Manager'),
    port: port.optional().describe("Default: the engine's own"),
    multiAz: z.boolean().optional().describe('A standby in a second zone'),
    backupRetentionDays: z.int().min(0).max(35).optional().describe('Default: 1, as RDS has it'),
    backupWindow: dailyWindow.optional().describe('Daily, UTC'),
    maintenanceWindow: weeklyWindow.optional().describe('Weekly, UTC'),
    deletionProtection: z.boolean().optional().describe('AWS refuses to delete the instance while true'),
    autoMinorVersionUpgrade: z.boolean().optional().describe('Default: true, as RDS has it'),
    enabledLogExports: z
      .array(z.string())
      .optional()
      .describe('Logs sent to CloudWatch, e.g. [postgresql, upgrade]'),
    logRetentionDays: z.int().default(30).describe('Days that CloudWatch keeps those logs'),
    maxAllocatedStorage: z
      .int()
      .max(65_536)
      .optional()
      .describe('GiB up to which RDS grows the storage by itself'),
    parameters: parameters.describe('Engine parameters, e.g. { work_mem: 16384 }; they need `version`'),
    forceTls: z
      .boolean()
      .optional()
      .describe(
        'true: refuse connections without TLS; false: accept them. Needs `version`. Default: as RDS has it: PostgreSQL refuses them from 15 on, MariaDB from 11.8, MySQL from 9.7',
      ),
    monitoringInterval: z
      .union([0, 1, 5, 10, 15, 30, 60].map(seconds => z.literal(seconds)))
      .optional()
      .describe('Enhanced monitoring: seconds between two looks. Default: 0, none'),
    proxy: z.boolean().default(false).describe('Pool connections in an RDS Proxy, to which services connect'),
    replicas: z.int().min(0).max(15).default(0).describe('Read replicas; they need backups'),
    snapshotIdentifier: z
      .string()
      .min(1)
      .max(255)
      .optional()
      .describe('Snapshot to begin with; counts only when the instance is made'),
    alarms: z
      .union([
        z.literal(false),
        z.strictObject({
          cpu: percent.default(80).describe('CPU utilisation'),
          connections: z.int().min(1).optional().describe('Open connections, a number'),
        }),
      ])
      .prefault({})
      .describe('Alarm thresholds in percent; false for none'),
  })
  .describe('RDS instance')

export const cache = z
  .strictObject({
    engine: z.enum(['redis', 'valkey']).describe('ElastiCache engine'),
    version: z.string().optional().describe('Engine version in quotes, e.g. "7.1". Default: newest'),
    name: identifier(40)
      .optional()
      .describe('Replication group id. Default: <prefix>-<engine> for the one called `cache`'),
    nodeType: z
      .string()
      .regex(/^cache\.[a-z0-9-]+\.[a-z0-9]+$/, {
        error: 'must be an ElastiCache type such as cache.t4g.micro',
      })
      .default('cache.t4g.micro')
      .describe('ElastiCache node type'),
    nodes: z.int().min(1).max(6).default(1).describe('The primary and its replicas'),
    port: port.default(6379).describe('Port'),
    atRestEncryption: z.boolean().optional().describe('Encryption at rest; cannot be changed later'),
    transitEncryption: z
      .union([z.boolean(), z.literal('preferred')])
      .optional()
      .describe(
        'TLS: true refuses clients without it (they connect with rediss://), preferred takes both. Can be switched on later, from Redis 7 on, and not off again. Default: false',
      ),
    automaticFailover: z.boolean().optional().describe('Needs two nodes'),
    multiAz: z.boolean().optional().describe('Nodes in different zones; needs automaticFailover'),
    snapshotRetentionDays: z.int().min(0).max(35).optional().describe('Default: 0, no automatic snapshots'),
    snapshotWindow: dailyWindow.optional().describe('Daily, UTC'),
    maintenanceWindow: weeklyWindow.optional().describe('Weekly, UTC'),
    parameterGroup: z.string().optional().describe('An existing cache parameter group'),
    parameters: parameters.describe(
      'Engine parameters, e.g. { maxmemory-policy: allkeys-lru }; they need `version`',
    ),
  })
  .describe('ElastiCache replication group')

export const fileSystem = z
  .strictObject({
    path: path
      .default('/data')
      .describe('Folder of the file system that services see, and where they mount it'),
    uid: z.int().min(0).default(1000).describe('POSIX user of every access'),
    gid: z.int().min(0).default(1000).describe('POSIX group of every access'),
    permissions: z
      .string()
      .regex(/^[0-7]{3,4}$/, { error: 'must be an octal mode in quotes, e.g. "0755"' })
      .default('0755')
      .describe('Mode of the folder'),
  })
  .describe('EFS file system')

export const repository = z
  .strictObject({
    name: z
      .string()
      .min(2)
      .max(256)
      .regex(/^[a-z0-9]+(?:[._/-][a-z0-9]+)*$/, { error: 'must be an ECR name such as shop/backend' })
      .optional()
      .describe('Default: <stack>-<environment>/<name>'),
    scanOnPush: z.boolean().default(true).describe('Look for known vulnerabilities in each pushed image'),
    immutableTags: z.boolean().optional().describe('Refuse to overwrite a tag'),
    encryption: z.enum(['AES256', 'KMS']).default('AES256').describe('At rest; cannot be changed later'),
    lifecycle: z
      .strictObject({
        keepTagged: z
          .strictObject({
            prefix: z
              .string()
              .min(1)
              .refine(prefix => !prefix.startsWith('provision.'), {
                error: 'must not start with "provision.": images in use have such tags',
              })
              .describe('Beginning of the tags it is for'),
            count: z.int().min(1).describe('How many of the newest to keep'),
          })
          .optional()
          .describe('Expire older images with such a tag'),
        expireUntaggedDays: z
          .int()
          .min(1)
          .optional()
          .describe('Expire images without a tag after so many days'),
      })
      .optional()
      .describe(
        'What ECR removes by itself, within a day; never an image that a release uses or can go back to. Taken out again, ECR removes nothing more',
      ),
    keepImages: z
      .int()
      .min(1)
      .optional()
      .describe('Expire all but the newest so many images, and those that a release uses or can go back to'),
  })
  .describe('ECR repository')
