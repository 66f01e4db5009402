import type { StackConfig } from '../config/schema/stack.ts'
import { deploymentOf } from '../config/deployment.ts'
import { familyOf } from '../kinds/families.ts'
import type { Resource } from '../resources/resource.ts'
import type { Declare } from './declare.ts'

/**
 * What the config names and somebody else owns, so that each plan sees whether AWS has it. `declared` is what the stack
 * has itself: an alarm of its own may be named, too.
 */
export function existing(declare: Declare, config: StackConfig, declared: readonly Resource[]): void {
  certificate(declare, config)
  zones(declare, config)
  parameterGroups(declare, config)
  snapshots(declare, config)
  alarms(declare, config, declared)
}

function certificate(declare: Declare, { existing: { certificate: arn }, domain }: StackConfig): void {
  if (arn === undefined) return
  const hosts = domain ? [domain.name, ...domain.aliases.map(alias => `${alias}.${domain.name}`)] : []
  declare(
    'existing/certificate',
    'acm/existing-certificate',
    { arn, hosts, status: 'ISSUED' },
    { name: arn, origin: 'existing.certificate' },
  )
}

function zones(declare: Declare, { existing: { zone }, domain }: StackConfig): void {
  if (!domain) return
  const { name, delegateFrom } = domain
  if (zone !== undefined)
    declare(
      'existing/zone',
      'route53/existing-zone',
      { zoneId: zone, name },
      { name: zone, origin: 'existing.zone' },
    )
  if (delegateFrom !== undefined)
    declare(
      'existing/parent-zone',
      'route53/existing-zone',
      { zoneId: delegateFrom, name, below: true },
      { name: delegateFrom, origin: 'domain.delegateFrom' },
    )
}

function parameterGroups(declare: Declare, { caches }: StackConfig): void {
  for (const [cache, { engine, version, parameterGroup: name }] of Object.entries(caches)) {
    // AWS has a default one for each family, and lists it when it is used first.
    if (name === undefined || name.startsWith('default.')) continue
    const family = version === undefined ? undefined : familyOf(engine, version)
    declare(
      `existing/${cache}.parameters`,
      'elasticache/existing-parameter-group',
      { name, family },
      { name, origin: `caches.${cache}.parameterGroup` },
    )
  }
}

function snapshots(declare: Declare, { databases }: StackConfig): void {
  for (const [database, { snapshotIdentifier: identifier }] of Object.entries(databases)) {
    if (identifier === undefined) continue
    declare(
      `existing/${database}.snapshot`,
      'rds/existing-snapshot',
      { identifier, status: 'available' },
      {
        name: identifier,
        origin: `databases.${database}.snapshotIdentifier`,
        neededFor: `data/${database}`,
      },
    )
  }
}

function alarms(declare: Declare, { services }: StackConfig, declared: readonly Resource[]): void {
  const own = new Set(declared.map(({ props }) => props['alarmName']))
  for (const [service, config] of Object.entries(services)) {
    const { alarms: named } = deploymentOf(config)
    if (!Array.isArray(named)) continue
    named.forEach((alarmName: string, index) => {
      if (own.has(alarmName)) return
      declare(
        `existing/${service}.alarm-${index + 1}`,
        'cloudwatch/existing-alarm',
        { alarmName },
        { name: alarmName, origin: `services.${service}.deployment.alarms` },
      )
    })
  }
}
