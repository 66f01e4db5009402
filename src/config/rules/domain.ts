import { covers } from '../../resources/host-names.ts'
import { addressTypes, certificateNames, isSecured, listenerPorts } from '../front-door.ts'
import type { Finding, Path } from '../problems.ts'
import type { StackConfig } from '../schema/stack.ts'
import { hasLoadBalancer } from '../uses.ts'

/** The domain, its names and its records fit together, and have something to lead to. */
export function domainRules(config: StackConfig): Finding[] {
  const { domain, existing } = config
  if (!domain)
    return existing.zone === undefined
      ? []
      : [
          {
            path: ['existing', 'zone'],
            message: 'there is no domain that would stand in it',
            fix: 'Add domain: { name: … }, or remove it.',
          },
        ]
  return [
    ...targetFindings(config),
    ...delegationFindings(config),
    ...coverFindings(domain, (existing.certificate ?? existing.loadBalancer) !== undefined),
    ...(existing.zone === undefined ? outsideFindings(domain) : []),
    ...ipv6Findings(config),
    ...recordFindings(config),
  ]
}

/** What the load balancer is told about TLS and ports agrees with where it gets a certificate from. */
export function frontDoorRules(config: StackConfig): Finding[] {
  const { loadBalancer, existing, domain, region } = config
  const findings: Finding[] = []
  if (loadBalancer.tlsPolicy !== undefined && !isSecured(config))
    findings.push({
      path: ['loadBalancer', 'tlsPolicy'],
      message: 'there is no certificate, so nothing speaks TLS',
      fix: 'Add domain: { name: … } or existing: { certificate: … }, or remove it.',
    })
  const missing = listenerPorts(config).filter(port => loadBalancer.openPorts?.includes(port) === false)
  if (missing.length > 0)
    findings.push({
      path: ['loadBalancer', 'openPorts'],
      message: `leaves out ${missing.join(' and ')}, where the load balancer listens`,
      fix: `Add ${missing.join(' and ')}.`,
    })
  const certificateRegion = existing.certificate?.split(':')[3]
  if (certificateRegion !== undefined && certificateRegion !== region)
    findings.push({
      path: ['existing', 'certificate'],
      message: `is in ${certificateRegion}, but a load balancer takes certificates of its own region only`,
      fix: `Name a certificate in ${region}.`,
    })
  if (
    existing.certificate !== undefined &&
    domain &&
    domain.certificate !== false &&
    domain.certificate.names
  )
    findings.push({
      path: ['domain', 'certificate'],
      message: 'cannot stand beside existing.certificate',
      fix: 'Remove one of them.',
      atKey: true,
    })
  return findings
}

function targetFindings(config: StackConfig): Finding[] {
  return hasLoadBalancer(config) || config.domain!.aliases.length === 0
    ? []
    : [
        {
          path: ['domain', 'aliases'],
          message: 'there is no load balancer that they could lead to',
          fix: 'Give a service paths, or remove them.',
        },
      ]
}

function ipv6Findings({ domain, network, existing }: StackConfig): Finding[] {
  return domain?.ipv6 && !network.ipv6 && !existing.loadBalancer
    ? [
        {
          path: ['domain', 'ipv6'],
          message: 'the load balancer has no IPv6 addresses that an AAAA record could lead to',
          fix: 'Add network: { ipv6: true }, or remove it.',
        },
      ]
    : []
}

function delegationFindings({ domain, existing }: StackConfig): Finding[] {
  return domain?.delegateFrom !== undefined && existing.zone !== undefined
    ? [
        {
          path: ['domain', 'delegateFrom'],
          message: 'is for a zone that the stack makes, but existing.zone names one that is there',
          fix: 'Remove one of them.',
          atKey: true,
        },
      ]
    : []
}

function coverFindings(domain: NonNullable<StackConfig['domain']>, elsewhere: boolean): Finding[] {
  if (elsewhere || domain.certificate === false) return []
  const names = certificateNames(domain)
  const hosts: [string, Path][] = [
    [domain.name, ['domain', 'name']],
    ...domain.aliases.map((alias, index): [string, Path] => [
      `${alias}.${domain.name}`,
      ['domain', 'aliases', index],
    ]),
  ]
  return hosts.flatMap(([host, path]) =>
    covers(names, host)
      ? []
      : [
          {
            path,
            message: `the certificate does not cover ${host}`,
            fix: `Add ${host} to domain.certificate.names.`,
          },
        ],
  )
}

/** A certificate is validated by records in the domain's own zone, where names of other domains have no place. */
function outsideFindings({ name, certificate }: NonNullable<StackConfig['domain']>): Finding[] {
  const names = certificate === false ? [] : (certificate.names ?? [])
  return names.flatMap((one, index) => {
    const host = one.replace(/^\*\./, '')
    if (host === name || host.endsWith(`.${name}`)) return []
    return [
      {
        path: ['domain', 'certificate', 'names', index],
        message: `${one} is not in the zone of ${name}, so the certificate could never be validated`,
        fix: `Use ${name} and names below it, or name a certificate that you have made yourself: existing: { certificate: … }.`,
      },
    ]
  })
}

/** No name and type twice; and where a CNAME stands, nothing else may. */
function recordFindings(config: StackConfig): Finding[] {
  const { aliases, records } = config.domain!
  const taken = new Map<string, Set<string>>()
  const take = (name: string, type: string) => taken.set(name, (taken.get(name) ?? new Set()).add(type))
  for (const type of ['SOA', 'NS', ...(hasLoadBalancer(config) ? addressTypes(config) : [])]) take('@', type)
  for (const alias of aliases) take(alias, 'CNAME')
  return records.flatMap(({ name, type }, index): Finding[] => {
    const path = ['domain', 'records', index]
    const there = new Set(taken.get(name))
    take(name, type)
    if (there.has(type))
      return [
        {
          path,
          message: `${name} has ${type === 'A' ? 'an' : 'a'} ${type} record already`,
          fix: 'Put all values into one record, or remove one of them.',
        },
      ]
    if (there.size > 0 && (type === 'CNAME' || there.has('CNAME')))
      return [
        {
          path,
          message: `beside a CNAME, ${name} can have no other record`,
          fix: 'Use another name or type.',
        },
      ]
    return []
  })
}
