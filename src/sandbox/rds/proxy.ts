import { attachInterface, releaseInterface } from '../ec2/interface.ts'
import { awsFault } from '../fault.ts'
import { roleKnown } from '../iam.ts'
import type { SandboxService } from '../service.ts'
import { tagged } from '../tagged.ts'
import { addTags } from '../tags-by-arn.ts'
import type { World } from '../world.ts'
import { statusOf as instanceStatus } from './instance-row.ts'
import { instanceOf, invalidState } from './instance.ts'

export interface ProxyRow {
  readonly name: string
  readonly arn: string
  readonly engineFamily: string
  readonly subnetIds: string[]
  readonly created: number
  readonly availableAt: number
  readonly interfaceIds: string[]
  roleArn: string
  secretArn: string
  groupIds: string[]
  requireTls: boolean
  targets: { readonly id: string; readonly healthyAt: number }[]
  goneAt?: number
}

function proxies(world: World) {
  const rows = world.table<ProxyRow>('rds/proxy')
  for (const row of rows.list())
    if (row.goneAt !== undefined && row.goneAt <= world.now()) {
      rows.delete(row.name)
      tagged(world).remove(row.arn)
    }
  return rows
}

export const proxyOperations = {
  createDBProxy: (input, world) => {
    const name = input.DBProxyName!.toLowerCase()
    if (proxies(world).get(name))
      throw awsFault('DBProxyAlreadyExistsFault', `DB Proxy ${name} already exists.`)
    if (!roleKnown(world, input.RoleArn!))
      throw awsFault(
        'InvalidParameterValue',
        'IAM role ARN value is invalid or does not include the required permissions for: RDS_PROXY',
      )
    const groupIds = input.VpcSecurityGroupIds ?? []
    const subnetIds = input.VpcSubnetIds ?? []
    const row = proxies(world).set(name, {
      name,
      arn: world.arn('rds', `db-proxy:${world.id('prx-')}`),
      engineFamily: input.EngineFamily!,
      subnetIds,
      created: world.now(),
      availableAt: world.after('db-proxy create'),
      interfaceIds: subnetIds.map(subnetId =>
        attachInterface(world, { subnetId, groupIds, description: 'Network interface for DBProxy' }),
      ),
      roleArn: input.RoleArn!,
      secretArn: input.Auth?.[0]?.SecretArn ?? '',
      groupIds,
      requireTls: input.RequireTLS ?? false,
      targets: [],
    })
    addTags(world, row.arn, input.Tags)
    return { DBProxy: shown(row, world) }
  },

  describeDBProxies: ({ DBProxyName }, world) => {
    const rows = DBProxyName ? [proxyOf(world, DBProxyName)] : proxies(world).list()
    return { DBProxies: rows.map(row => shown(row, world)) }
  },

  modifyDBProxy: ({ DBProxyName, RoleArn, Auth, SecurityGroups, RequireTLS }, world) => {
    const row = settled(world, DBProxyName)
    row.roleArn = RoleArn ?? row.roleArn
    row.secretArn = Auth?.[0]?.SecretArn ?? row.secretArn
    row.groupIds = SecurityGroups ?? row.groupIds
    row.requireTls = RequireTLS ?? row.requireTls
    return { DBProxy: shown(row, world) }
  },

  deleteDBProxy: ({ DBProxyName }, world) => {
    const row = settled(world, DBProxyName)
    row.goneAt = world.after('db-proxy delete')
    for (const id of row.interfaceIds) releaseInterface(world, id, row.goneAt)
    return { DBProxy: shown(row, world) }
  },

  registerDBProxyTargets: ({ DBProxyName, DBInstanceIdentifiers = [] }, world) => {
    const row = proxyOf(world, DBProxyName)
    for (const id of DBInstanceIdentifiers) {
      if (instanceStatus(instanceOf(world, id), world) === 'creating')
        throw invalidState(
          `DB Instance ${id} is in an unsupported state - CREATING, needs to be in [AVAILABLE, MODIFYING, BACKING_UP] state`,
        )
      if (row.targets.some(target => target.id === id))
        throw awsFault('DBProxyTargetAlreadyRegisteredFault', `${id} is already registered.`)
      const from = Math.max(world.now(), row.availableAt)
      row.targets.push({ id, healthyAt: from + world.seconds('db-proxy target') * 1000 })
    }
    return { DBProxyTargets: shownTargets(row, world) }
  },

  deregisterDBProxyTargets: ({ DBProxyName, DBInstanceIdentifiers = [] }, world) => {
    const row = proxyOf(world, DBProxyName)
    const left = row.targets.filter(({ id }) => !DBInstanceIdentifiers.includes(id))
    if (left.length === row.targets.length)
      throw awsFault('DBProxyTargetNotFoundFault', 'The target is not registered.', { status: 404 })
    row.targets = left
    return {}
  },

  describeDBProxyTargets: ({ DBProxyName }, world) => ({
    Targets: shownTargets(proxyOf(world, DBProxyName), world),
  }),
} satisfies Partial<SandboxService<'rds'>>

function proxyOf(world: World, name = ''): ProxyRow {
  const row = proxies(world).get(name.toLowerCase())
  if (!row || !world.visible(row.created))
    throw awsFault('DBProxyNotFoundFault', `DBProxy ${name} not found.`, { status: 404 })
  return row
}

function settled(world: World, name: string | undefined): ProxyRow {
  const row = proxyOf(world, name)
  if (row.goneAt !== undefined)
    throw awsFault('DBProxyNotFoundFault', `DBProxy ${name} not found.`, { status: 404 })
  if (world.now() < row.availableAt)
    throw awsFault('InvalidDBProxyStateFault', `DBProxy ${name} is not in available state.`)
  return row
}

function shownTargets({ targets }: ProxyRow, world: World) {
  return targets.map(({ id, healthyAt }) => ({
    RdsResourceId: id,
    Type: 'RDS_INSTANCE' as const,
    TargetHealth:
      world.now() >= healthyAt
        ? { State: 'AVAILABLE' as const }
        : { State: 'UNAVAILABLE' as const, Reason: 'PENDING_PROXY_CAPACITY' as const },
  }))
}

function shown(row: ProxyRow, world: World) {
  const status: 'deleting' | 'creating' | 'available' =
    row.goneAt !== undefined ? 'deleting' : world.now() < row.availableAt ? 'creating' : 'available'
  return {
    DBProxyName: row.name,
    DBProxyArn: row.arn,
    Status: status,
    EngineFamily: row.engineFamily,
    RoleArn: row.roleArn,
    Auth: [{ AuthScheme: 'SECRETS' as const, SecretArn: row.secretArn }],
    VpcSubnetIds: row.subnetIds,
    VpcSecurityGroupIds: row.groupIds,
    RequireTLS: row.requireTls,
    Endpoint: `${row.name}.proxy-${row.arn.slice(-12)}.${world.region}.rds.amazonaws.com`,
  }
}
