import type { DatabaseConfig, StackConfig } from '../config/schema/stack.ts'
import type { Reference } from '../resources/reference.ts'
import { copied } from '../resources/reference.ts'
import type { Declare, Handle } from './declare.ts'
import { ready } from './declare.ts'
import type { Facts } from './facts.ts'
import type { Names } from './names.ts'
import { databaseIdentifierOf } from './names.ts'
import type { Network } from './network.ts'
import type { SecurityGroups } from './security-groups.ts'
import { trusting } from './trust.ts'

/** What a database and its proxy are made in. */
export interface Ground {
  readonly declare: Declare
  readonly config: StackConfig
  readonly network: Network
  readonly groups: SecurityGroups
  readonly facts: Facts
  readonly names: Names
}

/**
 * What services connect to instead of the database: it keeps connections open for them, and across a failover. It signs in with the master user's secret, which nobody else may
 * read through this role.
 */
export function proxyFor(
  { declare, config, network, groups, names }: Ground,
  name: string,
  { engine, forceTls }: DatabaseConfig,
  instance: Handle<'rds/instance'>,
  secretArn: Reference<string>,
) {
  const origin = `databases.${name}.proxy`
  const roleName = names.ofStack(`${name}-proxy`, 'role')
  const role = declare(
    `identity/${name}.proxy-role`,
    'iam/role',
    {
      roleName,
      path: '/',
      // AWS does not say that RDS Proxy names the account for which it acts, and its own examples ask for none:
      // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-iam-setup.html
      assumeRolePolicy: trusting('rds.amazonaws.com'),
      managedPolicyArns: [],
      inlinePolicies: {
        secret: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: secretArn }],
        },
      },
    },
    { name: roleName, origin },
  )
  const proxyName = names.fitted(`${databaseIdentifierOf(config, name)}-proxy`, 'database')
  const proxy = declare(
    `data/${name}.proxy`,
    'rds/proxy',
    {
      name: proxyName,
      engineFamily: engine === 'postgres' ? 'POSTGRESQL' : 'MYSQL',
      roleArn: role.out.arn,
      secretArn,
      subnetIds: network.dataSubnets.map(({ out }) => out.subnetId),
      securityGroupIds: [groups.proxies.get(name)!.out.groupId],
      requireTls: forceTls ?? false,
    },
    { name: proxyName, after: [ready(role)], origin },
  )
  const target = declare(
    `data/${name}.proxy-target`,
    'rds/proxy-target',
    { proxyName: proxy.out.name, instanceIdentifier: instance.out.identifier },
    // RDS registers none that is still being created.
    { after: [ready(proxy), ready(instance)], origin },
  )
  return { host: copied(proxy.out.host), target }
}
