import type { CertificateDetail } from '@aws-sdk/client-acm'
import { bareName } from '../route53/records.ts'

/** The CNAME by which a domain's owner proves to be just that. */
export interface ValidationRecord {
  /** The domain it proves, without `*.`: a domain and its wildcard share the record. */
  readonly domain: string
  readonly name: string
  readonly value: string
}

/** One record for each domain; undefined until ACM has worked out all of them. */
export function validationRecordsIn({
  DomainValidationOptions = [],
}: CertificateDetail): ValidationRecord[] | undefined {
  const records = new Map<string, ValidationRecord>()
  for (const { DomainName = '', ResourceRecord } of DomainValidationOptions) {
    if (!ResourceRecord?.Name || !ResourceRecord.Value) return undefined
    const name = bareName(ResourceRecord.Name)
    records.set(name, { domain: baseOf(DomainName), name, value: bareName(ResourceRecord.Value) })
  }
  return records.size === 0
    ? undefined
    : [...records.values()].toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
}

/** `example.com` of `*.example.com`. */
export function baseOf(domain: string): string {
  return domain.replace(/^\*\./, '').toLowerCase()
}
