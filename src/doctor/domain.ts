import { orAbsent } from '../aws/errors.ts'
import { bareName } from '../kinds/route53/records.ts'
import { covers } from '../resources/host-names.ts'
import type { Check, Examination, Finding } from './finding.ts'
import { fail, ok, warn } from './finding.ts'

/** The zone and the certificate that the domain needs, those of somebody else among them. */
export const domain: Check = async examination => [
  ...(await zoneFindings(examination)),
  ...(await certificateFindings(examination)),
]

async function zoneFindings({ config, plan, context: { aws } }: Examination): Promise<Finding[]> {
  const { zone: Id } = config.existing
  if (!config.domain) return []
  const { name, delegateFrom } = config.domain
  if (Id !== undefined) {
    const found = (await orAbsent(aws.route53.getHostedZone({ Id })))?.HostedZone
    if (!found)
      return [fail('domain', `there is no hosted zone ${Id}`, 'correct existing.zone in the config')]
    const zone = bareName(found.Name ?? '')
    return name === zone || name.endsWith(`.${zone}`)
      ? [ok('domain', `hosted zone ${Id} is that of ${zone}`)]
      : [
          fail(
            'domain',
            `hosted zone ${Id} is that of ${zone}, and ${name} is not in it`,
            'correct existing.zone or domain.name',
          ),
        ]
  }
  const making = plan.decisions.some(
    ({ address, action }) => address === 'domain/zone' && action === 'create',
  )
  if (!making) return [ok('domain', `the hosted zone of ${name} is there`)]
  if (delegateFrom !== undefined)
    return [ok('domain', `up makes the hosted zone of ${name} and delegates it from ${delegateFrom}`)]
  return [
    warn(
      'domain',
      `up makes the hosted zone of ${name}, and nobody finds it before its registrar knows the name servers`,
      'while up waits for the certificate it prints them: tell the registrar; or set domain.delegateFrom',
    ),
  ]
}

async function certificateFindings({ config, plan, context: { aws } }: Examination): Promise<Finding[]> {
  const { certificate: CertificateArn } = config.existing
  if (CertificateArn === undefined) {
    const waits = plan.decisions.some(
      ({ type, action, observed }) => type === 'acm/validation' && action === 'resume' && observed,
    )
    return waits
      ? [
          warn(
            'domain',
            'the certificate is not issued yet',
            'provision up waits for it and says what is missing',
          ),
        ]
      : []
  }
  const found = (await orAbsent(aws.acm.describeCertificate({ CertificateArn })))?.Certificate
  if (!found)
    return [
      fail(
        'domain',
        `there is no certificate ${CertificateArn}`,
        'correct existing.certificate in the config',
      ),
    ]
  if (found.Status !== 'ISSUED')
    return [
      fail(
        'domain',
        `certificate ${CertificateArn} is ${found.Status}, and listeners take only one that is ISSUED`,
        'have it issued first, or name another under existing.certificate',
      ),
    ]
  const names = [found.DomainName ?? '', ...(found.SubjectAlternativeNames ?? [])]
  const host = config.domain?.name
  return host === undefined || covers(names, host)
    ? [ok('domain', `the certificate is issued, for ${[...new Set(names)].join(', ')}`)]
    : [
        warn(
          'domain',
          `the certificate is for ${[...new Set(names)].join(', ')}, and not for ${host}`,
          'browsers will warn: name another under existing.certificate',
        ),
      ]
}
