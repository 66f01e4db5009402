import type { DatabaseConfig, StackConfig } from '../config/schema/stack.ts'
import { defaultGroupOf, familyOf } from '../kinds/families.ts'
import type { Reference } from '../resources/reference.ts'
import { copied } from '../resources/reference.ts'
import type { Ground } from './database-proxy.ts'
import { proxyFor } from './database-proxy.ts'
import type { Declare, Handle } from './declare.ts'
import { followsSettled, ready, standsOn } from './declare.ts'
import type { Facts } from './facts.ts'
import type { Names } from './names.ts'
import { databaseIdentifier, passwordAddress } from './names.ts'
import type { Network } from './network.ts'
import { portOf } from './ports.ts'
import type { SecurityGroups } from './security-groups.ts'
import { trusting } from './trust.ts'

export interface Database {
  readonly config: DatabaseConfig
  readonly instance: Handle<'rds/instance'>
  readonly replicas: readonly Handle<'rds/read-replica'>[]
  /** The proxy that services connect to instead, and its target. */
  readonly proxy:
    { readonly host: Reference<string>; readonly target: Handle<'rds/proxy-target'> } | undefined
  /** What holds the master user's name and password. */
  readonly secretArn: Reference<string>
  readonly databaseName: string
  readonly port: number
}

export function databases(
  declare: Declare,
  config: StackConfig,
  network: Network,
  groups: SecurityGroups,
  facts: Facts,
  names: Names,
): Map<string, Database> {
  const ground = { declare, config, network, groups, facts, names }
  return new Map(
    Object.entries(config.databases).map(([name, database]) => [name, databaseOf(ground, name, database)]),
  )
}

function databaseOf(ground: Ground, name: string, database: DatabaseConfig): Database {
  const { declare, config, network, groups, facts, names } = ground
  const origin = `databases.${name}`
  const groupName = names.ofStack(name, 'subnetGroup')
  const subnetGroup = declare(
    `data/${name}.subnets`,
    'rds/subnet-group',
    {
      name: groupName,
      description: `Subnets of ${name}`,
      subnetIds: network.dataSubnets.map(({ out }) => out.subnetId),
    },
    { name: groupName, origin },
  )
  const named = databaseIdentifier(config, name)
  const identifier = String(named)
  const databaseName = database.databaseName ?? config.stack.replaceAll('-', '_')
  const port = portOf(database)
  const logs = logGroups(ground, name, database, identifier)
  const monitoringRole = monitoring(ground, name, database)
  const parameterGroup = parameters(ground, name, database)
  // RDS takes the password back only once the replicas are gone, and tasks would need it anew: it stays where it is.
  const keepsPassword = database.replicas > 0 || facts.passwords.includes(name)
  const password = keepsPassword ? ownPassword(ground, name, database) : undefined
  const shared = {
    instanceClass: database.instanceClass,
    storageType: database.storageType,
    port,
    securityGroupIds: [groups.data.get(name)!.out.groupId],
    publiclyAccessible: false,
    maintenanceWindow: database.maintenanceWindow,
    deletionProtection: database.deletionProtection,
    copyTagsToSnapshot: true,
    autoMinorVersionUpgrade: database.autoMinorVersionUpgrade,
    parameterGroupName: parameterGroup?.out.name ?? defaultGroupOf(database.engine, database.version),
    monitoringInterval: database.monitoringInterval,
    monitoringRoleArn: monitoringRole && copied(monitoringRole.out.arn),
  }
  const instance = declare(
    `data/${name}`,
    'rds/instance',
    {
      ...shared,
      identifier: named,
      engine: database.engine,
      engineVersion: database.version,
      allocatedStorage: database.allocatedStorage,
      maxAllocatedStorage: database.maxAllocatedStorage,
      databaseName,
      masterUsername: database.masterUsername,
      subnetGroupName: subnetGroup.out.name,
      multiAz: database.multiAz,
      storageEncrypted: database.storageEncrypted,
      backupRetentionDays: database.backupRetentionDays,
      backupWindow: database.backupWindow,
      enabledLogExports: database.enabledLogExports,
      snapshotIdentifier: database.snapshotIdentifier,
      passwordSecretArn: password && copied(password.out.arn),
    },
    {
      name: identifier,
      after: [...logs.map(standsOn), ...(monitoringRole ? [ready(monitoringRole)] : [])],
      origin,
    },
  )
  const replicas = Array.from({ length: database.replicas }, (_, index) => {
    const replica = names.fitted(`${identifier}-replica-${index + 1}`, 'database')
    return declare(
      `data/${name}.replica-${index + 1}`,
      'rds/read-replica',
      { ...shared, identifier: replica, sourceIdentifier: instance.out.identifier },
      { name: replica, after: [followsSettled(instance)], origin },
    )
  })
  const secretArn = copied(password ? password.out.arn : instance.out.secretArn)
  const proxy = database.proxy ? proxyFor(ground, name, database, instance, secretArn) : undefined
  return { config: database, instance, replicas, proxy, secretArn, databaseName, port }
}

/** RDS would make them itself, without an end to what they keep and for nobody to remove. */
function logGroups(
  { declare }: Ground,
  name: string,
  { enabledLogExports = [], logRetentionDays }: DatabaseConfig,
  identifier: string,
) {
  return enabledLogExports.map(log => {
    const logGroupName = `/aws/rds/instance/${identifier}/${log}`
    return declare(
      `data/${name}.${log}-logs`,
      'logs/log-group',
      { logGroupName, retentionInDays: logRetentionDays },
      { name: logGroupName, origin: `databases.${name}` },
    )
  })
}

/** Enhanced monitoring writes with a role of its own. */
function monitoring({ declare, facts, names }: Ground, name: string, { monitoringInterval }: DatabaseConfig) {
  if (!monitoringInterval) return undefined
  const roleName = names.ofStack(`${name}-monitoring`, 'role')
  return declare(
    `identity/${name}.monitoring-role`,
    'iam/role',
    {
      roleName,
      path: '/',
      assumeRolePolicy: trusting('monitoring.rds.amazonaws.com', facts.account),
      managedPolicyArns: [
        `arn:${facts.partition}:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole`,
      ],
      inlinePolicies: {},
    },
    { name: roleName, origin: `databases.${name}` },
  )
}

function parameters({ declare, names }: Ground, name: string, database: DatabaseConfig) {
  const { engine, version, forceTls, parameters } = database
  if (forceTls === undefined && Object.keys(parameters).length === 0) return undefined
  const family = familyOf(engine, version ?? '')
  const groupName = names.ofStack(`${name}-${family.replaceAll('.', '-')}`, 'subnetGroup')
  const tls = forceTls === undefined ? {} : { [tlsParameter(engine)]: forceTls ? '1' : '0' }
  return declare(
    `data/${name}.parameters`,
    'rds/parameter-group',
    {
      name: groupName,
      family,
      description: `Parameters of ${name}`,
      parameters: { ...texts(parameters), ...tls },
    },
    { name: groupName, origin: `databases.${name}.parameters` },
  )
}

function tlsParameter(engine: DatabaseConfig['engine']): string {
  return engine === 'postgres' ? 'rds.force_ssl' : 'require_secure_transport'
}

/** RDS refuses replicas of an instance whose password it keeps itself. */
function ownPassword({ declare, config, names }: Ground, name: string, { masterUsername }: DatabaseConfig) {
  const secretName = `${config.stack}/${config.environment}/${name}-credentials`
  return declare(
    passwordAddress(name),
    'secretsmanager/secret',
    {
      name: secretName,
      description: `Master user of ${String(names.of(name))}`,
      passwordOf: masterUsername,
    },
    { name: secretName, origin: `databases.${name}` },
  )
}

/** AWS knows parameters as text only. */
export function texts(parameters: Readonly<Record<string, string | number>>): Record<string, string> {
  return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, String(value)]))
}
