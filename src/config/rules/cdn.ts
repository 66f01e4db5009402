import { covers } from '../../resources/host-names.ts'
import { certificateNames } from '../front-door.ts'
import type { Finding } from '../problems.ts'
import type { StackConfig } from '../schema/stack.ts'

/** A name for CloudFront stands below the domain, is covered by its certificate, and is nobody else's. */
export function cdnRules({ buckets, domain }: StackConfig): Finding[] {
  const taken = new Map((domain?.aliases ?? []).map(alias => [alias, 'the load balancer']))
  for (const { name } of domain?.records ?? []) taken.set(name, 'domain.records')
  return Object.entries(buckets).flatMap(([bucket, { cdn }]): Finding[] => {
    const alias = cdn?.alias
    if (alias === undefined) return []
    const path = ['buckets', bucket, 'cdn', 'alias']
    if (!domain || domain.certificate === false)
      return [
        {
          path,
          message: domain ? 'the domain has no certificate' : 'there is no domain that it could stand below',
          fix: domain
            ? 'Remove domain.certificate: false, or this alias.'
            : 'Add domain: { name: … }, or remove it.',
        },
      ]
    const holder = taken.get(alias)
    taken.set(alias, `buckets.${bucket}`)
    if (holder !== undefined)
      return [{ path, message: `${alias} already leads to ${holder}`, fix: 'Use another name.' }]
    const host = `${alias}.${domain.name}`
    return covers(certificateNames(domain), host)
      ? []
      : [
          {
            path,
            message: `the certificate does not cover ${host}`,
            fix: `Add ${host} to domain.certificate.names.`,
          },
        ]
  })
}
