import type { Finding } from '../problems.ts'
import type { DatabaseConfig, StackConfig } from '../schema/stack.ts'

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
  return Object.entries(caches).flatMap(([name, { nodes, automaticFailover, multiAz }]) => {
    const path = ['caches', name]
    const findings: Finding[] = []
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
