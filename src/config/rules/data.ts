import type { Finding } from '../problems.ts'
import type { DatabaseConfig, StackConfig } from '../schema/stack.ts'
import { retentionFindings } from './retention.ts'

export function databaseRules({ databases }: StackConfig): Finding[] {
  return Object.entries(databases).flatMap(
    ([name, { engine, version, allocatedStorage, storageType, ...rest }]) => {
      const path = ['databases', name]
      const findings: Finding[] = []
      if (version !== undefined && !/^\d+(\.\d+)*$/.test(version))
        findings.push({
          path: [...path, 'version'],
          message: `"${version}" is not a version of ${engine}`,
          fix: 'Write it like "16" or "16.3".',
        })
      if (storageType !== undefined && storageType !== 'gp2' && allocatedStorage < smallest[storageType])
        findings.push({
          path: [...path, 'allocatedStorage'],
          message: `${storageType} storage begins at ${smallest[storageType]} GiB`,
          fix: `Use ${smallest[storageType]} or more.`,
        })
      const foreign = (rest.enabledLogExports ?? []).findIndex(log => !logs[engine].includes(log))
      if (foreign >= 0)
        findings.push({
          path: [...path, 'enabledLogExports', foreign],
          message: `${engine} has no log of this name`,
          fix: `Use ${logs[engine].join(', ')}.`,
        })
      findings.push(...parameterFindings(path, engine, version, rest.parameters, rest.forceTls))
      findings.push(...replicaFindings(path, rest))
      if (rest.maxAllocatedStorage !== undefined && rest.maxAllocatedStorage < allocatedStorage * 1.1)
        findings.push({
          path: [...path, 'maxAllocatedStorage'],
          message: `leaves no room to grow from ${allocatedStorage} GiB`,
          fix: `Use ${Math.ceil(allocatedStorage * 1.1)} or more, or remove it.`,
        })
      findings.push(...retentionFindings(rest.logRetentionDays, [...path, 'logRetentionDays']))
      if (engine === 'postgres' && ['admin', 'rdsadmin'].includes(rest.masterUsername))
        findings.push({
          path: [...path, 'masterUsername'],
          message: `"${rest.masterUsername}" is reserved in PostgreSQL on RDS`,
          fix: 'Use another name.',
        })
      return findings
    },
  )
}

const smallest = { gp3: 20, io1: 100, io2: 100 } as const

const logs: Readonly<Record<DatabaseConfig['engine'], readonly string[]>> = {
  postgres: ['postgresql', 'upgrade', 'iam-db-auth-error'],
  mysql: ['audit', 'error', 'general', 'slowquery', 'iam-db-auth-error'],
  mariadb: ['audit', 'error', 'general', 'slowquery'],
}

export function cacheRules({ caches }: StackConfig): Finding[] {
  return Object.entries(caches).flatMap(([name, cache]) => {
    const { engine, version, parameters, nodes, automaticFailover, multiAz } = cache
    const path = ['caches', name]
    const findings = parameterFindings(path, engine, version, parameters)
    if (version !== undefined && !hasCacheVersion(engine, version))
      findings.push({
        path: [...path, 'version'],
        message: `ElastiCache has no ${engine} ${version}`,
        fix:
          engine === 'redis'
            ? 'Use 4.0 to 7.1, such as "7.1"; newer versions have the engine valkey.'
            : 'Use 7.2 or later, such as "8.0".',
      })
    if (cache.parameterGroup !== undefined && Object.keys(parameters).length > 0)
      findings.push({
        path: [...path, 'parameterGroup'],
        message: 'cannot stand beside `parameters`',
        fix: 'Remove one of them.',
        atKey: true,
      })
    if (automaticFailover && nodes < 2)
      findings.push({
        path: [...path, 'automaticFailover'],
        message: 'needs a replica to fail over to',
        fix: 'Set nodes to 2 or more.',
      })
    if (multiAz && !automaticFailover)
      findings.push({
        path: [...path, 'multiAz'],
        message: 'needs automatic failover',
        fix: 'Set automaticFailover to true.',
      })
    return findings
  })
}

/**
 * Redis OSS ends with 7.1 and Valkey begins with 7.2. `6.x` is a version of its own.
 * Source: Amazon ElastiCache User Guide, "Supported engines and versions".
 */
function hasCacheVersion(engine: 'redis' | 'valkey', version: string): boolean {
  if (engine === 'redis' && version === '6.x') return true
  if (!/^\d+(\.\d+)*$/.test(version)) return false
  const [major = 0, minor] = version.split('.').map(Number)
  return engine === 'redis'
    ? (major >= 4 && major < 7) || (major === 7 && (minor ?? 0) <= 1)
    : major > 7 || (major === 7 && (minor ?? 2) >= 2)
}

/** A parameter group is for one version, which AWS alone knows as long as the config does not say it. */
function parameterFindings(
  path: readonly string[],
  engine: string,
  version: string | undefined,
  parameters: Readonly<Record<string, unknown>>,
  forceTls?: boolean,
): Finding[] {
  const key = forceTls === undefined ? 'parameters' : 'forceTls'
  if (forceTls === undefined && Object.keys(parameters).length === 0) return []
  const parts = version?.split('.').length ?? 0
  const needed = engine === 'mysql' || engine === 'mariadb' ? 2 : 1
  return parts >= needed
    ? []
    : [
        {
          path: [...path, key],
          message: 'needs to know the version',
          fix: `Add \`version\`${needed === 2 ? ', with its second number' : ''}.`,
          atKey: true,
        },
      ]
}

/** RDS copies a source's backups into its replicas. */
function replicaFindings(
  path: readonly string[],
  { replicas, backupRetentionDays }: Pick<DatabaseConfig, 'replicas' | 'backupRetentionDays'>,
): Finding[] {
  if (replicas > 0 && backupRetentionDays === 0)
    return [
      {
        path: [...path, 'replicas'],
        message: 'need backups of their source',
        fix: 'Set backupRetentionDays to 1 or more.',
      },
    ]
  return []
}

/** EFS makes the access point's folder, but no deeper than four levels. */
export function fileSystemRules({ fileSystems }: StackConfig): Finding[] {
  return Object.entries(fileSystems).flatMap(([name, { path }]) =>
    path.length > 100 || path.split('/').filter(Boolean).length > 4
      ? [
          {
            path: ['fileSystems', name, 'path'],
            message: 'has more than four levels or 100 characters',
            fix: 'Use a shorter path.',
          },
        ]
      : [],
  )
}
