import type { StackConfig } from '../config/schema/stack.ts'
import { makesLoadBalancer } from '../config/uses.ts'
import type { Input } from '../resources/reference.ts'
import { copied } from '../resources/reference.ts'
import { validatedCertificate } from './certificate.ts'
import type { Declare, Handle } from './declare.ts'
import type { LoadBalancing } from './load-balancer.ts'

export interface Domain {
  readonly config: NonNullable<StackConfig['domain']>
  readonly zoneId: Input<string>
  /** The one that the stack makes, if it does. */
  readonly zone: Handle<'route53/hosted-zone'> | undefined
  /** Known once the certificate is issued. */
  readonly certificateArn: Input<string> | undefined
}

/** The zone of the domain, and a certificate that is validated through it. */
export function domain(declare: Declare, config: StackConfig): Domain | undefined {
  if (!config.domain) return undefined
  const origin = 'domain'
  const { name, delegateFrom } = config.domain
  const zone =
    config.existing.zone === undefined
      ? declare('domain/zone', 'route53/hosted-zone', { name }, { name, origin })
      : undefined
  const zoneId = zone?.out.zoneId ?? config.existing.zone!
  if (zone && delegateFrom !== undefined)
    declare(
      'domain/delegation',
      'route53/record-set',
      {
        zoneId: delegateFrom,
        name,
        type: 'NS',
        values: copied(zone.out.nameServers),
        inSharedZone: true,
      },
      { name, origin: 'domain.delegateFrom' },
    )
  const wanted = config.domain.certificate !== false && makesLoadBalancer(config)
  const certificateArn =
    config.existing.certificate ??
    (wanted ? validatedCertificate(declare, config.domain, zoneId, zone) : undefined)
  return { config: config.domain, zone, zoneId, certificateArn }
}

/** Where the domain leads to, and whatever else the config wants in its zone. */
export function records(
  declare: Declare,
  domain: Domain | undefined,
  loadBalancing: LoadBalancing | undefined,
  addressTypes: readonly ('A' | 'AAAA')[],
): void {
  if (!domain) return
  const { zoneId, config, zone } = domain
  const inZone = zone ? { zoneId } : { zoneId, inSharedZone: true }
  const { name, aliases } = config
  if (loadBalancing) {
    const { dnsName, hostedZoneId } = loadBalancing.loadBalancer.out
    for (const type of addressTypes)
      declare(
        `domain/${type.toLowerCase()}`,
        'route53/record-set',
        {
          ...inZone,
          name,
          type,
          alias: { dnsName: copied(dnsName), zoneId: hostedZoneId, evaluateTargetHealth: true },
        },
        { name, origin: 'domain' },
      )
    for (const alias of aliases)
      declare(
        `domain/alias.${alias}`,
        'route53/record-set',
        { ...inZone, name: `${alias}.${name}`, type: 'CNAME', values: [name] },
        { name: `${alias}.${name}`, origin: 'domain.aliases' },
      )
  }
  for (const record of config.records) {
    const { type, values, ttl } = record
    const full = record.name === '@' ? name : `${record.name}.${name}`
    declare(
      `domain/record.${record.name.replace('*', 'wildcard')}-${type.toLowerCase()}`,
      'route53/record-set',
      { ...inZone, name: full, type, values, ttl },
      { name: full, origin: 'domain.records' },
    )
  }
}
