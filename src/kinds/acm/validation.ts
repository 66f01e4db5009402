import type { Change } from '@aws-sdk/client-route-53'
import type { Aws } from '../../aws/aws.ts'
import { orAbsent } from '../../aws/errors.ts'
import { allPages } from '../../aws/pages.ts'
import type { Kind, KindContext, Readiness } from '../../resources/kind.ts'
import { bareName, changeRecords, findRecords } from '../route53/records.ts'
import { everyKeyType } from './key-types.ts'
import { acmIn, regionOf } from './regional.ts'
import type { ValidationRecord } from './validation-record.ts'
import { baseOf } from './validation-record.ts'

export interface ValidationProps {
  readonly certificateArn: string
  readonly zoneId: string
  readonly records: readonly ValidationRecord[]
  /** Those of a zone that the stack makes: what to tell the registrar, should ACM not find the records. */
  readonly nameServers?: readonly string[] | undefined
}

export interface ValidationAttributes {
  /** Known from the start, but of use only once it has been issued: until then listeners are refused. */
  readonly certificateArn: string
  readonly zoneId: string
  readonly records: readonly ValidationRecord[]
  readonly nameServers: readonly string[]
}

const ttl = 300

/**
 * The proof that a certificate's domains are ours: the records in the zone, and the wait until ACM has seen them and
 * has issued the certificate.
 */
export const validation: Kind<ValidationProps, ValidationAttributes> = {
  type: 'acm/validation',
  label: 'certificate validation',
  ownership: 'parent',
  replaceOn: ['certificateArn', 'zoneId'],
  replacement: 'create-first',
  withdrawn: { nameServers: { moot: 'it is only advice, and nothing in AWS' } },
  readyAttributes: ['certificateArn'],
  findBy: ['certificateArn', 'zoneId', 'records'],
  seconds: { create: 90, delete: 1 },
  // Somebody may have to tell the registrar the name servers first. Interrupted, the next run waits on.
  patience: 75 * 60,

  read: (requests, context) =>
    Promise.all(
      requests.map(async ({ attributes, props }) => {
        const { certificateArn, zoneId, records } = attributes ?? (props as ValidationProps)
        const found = await findRecords(zoneId, keysOf(records), context.aws)
        const standing = records.filter(({ value }, index) => valueOf(found?.[index]) === value)
        if (standing.length === 0) return undefined
        // Recorded, its certificate's own read says whether it is still there. Found again, it counts once issued.
        if (!attributes && !(await isIssued(certificateArn, context))) return undefined
        const { nameServers = [] } = attributes ?? props
        return {
          attributes: { certificateArn, zoneId, records, nameServers },
          props: { certificateArn, zoneId, records: standing, nameServers },
          tags: undefined,
        }
      }),
    ),

  create: ({ props }, { aws }) => write(props, aws),
  update: ({ props }, { aws }) => write(props, aws),

  delete: async ({ attributes: { certificateArn, zoneId, records } }, context) => {
    const found = (await findRecords(zoneId, keysOf(records), context.aws)) ?? []
    const standing = found.flatMap(one => (one ? [one] : []))
    if (standing.length === 0) return
    const needed = await domainsOfOthers(certificateArn, context)
    // Every certificate of a domain in this account has the same record, and is renewed by it.
    const free = standing.filter(({ Name }) => {
      const domain = records.find(({ name }) => name === bareName(Name ?? ''))?.domain ?? ''
      return !needed.has(domain)
    })
    const changes = free.map((record): Change => ({ Action: 'DELETE', ResourceRecordSet: record }))
    if (changes.length > 0) await orAbsent(changeRecords(zoneId, changes, context.aws))
  },

  ready: (attributes, context) => Promise.all(attributes.map(one => look(one, context))),
}

function keysOf(records: readonly ValidationRecord[]) {
  return records.map(({ name }) => ({ name, type: 'CNAME' as const }))
}

function valueOf(
  record: { readonly ResourceRecords?: { readonly Value?: string | undefined }[] | undefined } | undefined,
) {
  return bareName(record?.ResourceRecords?.[0]?.Value ?? '')
}

/** UPSERT does no harm here: the name is ACM's own, and the same for every certificate of the domain. */
async function write(props: ValidationProps, aws: Aws): Promise<ValidationAttributes> {
  const { certificateArn, zoneId, records, nameServers = [] } = props
  const changes = records.map(({ name, value }): Change => ({
    Action: 'UPSERT',
    ResourceRecordSet: { Name: name, Type: 'CNAME', TTL: ttl, ResourceRecords: [{ Value: value }] },
  }))
  await changeRecords(zoneId, changes, aws)
  return { certificateArn, zoneId, records, nameServers }
}

async function look(
  attributes: ValidationAttributes,
  context: KindContext,
): Promise<Readiness<ValidationAttributes>> {
  const { certificateArn: CertificateArn, nameServers } = attributes
  const acm = acmIn(regionOf(CertificateArn), context)
  const one = (await orAbsent(acm.describeCertificate({ CertificateArn })))?.Certificate
  if (one?.Status === 'ISSUED') return { state: 'ready', attributes }
  if (!one || one.Status === 'PENDING_VALIDATION') {
    const status = one?.Status ?? 'not visible yet'
    if (!one || nameServers.length === 0) return { state: 'waiting', status }
    const advice = `ACM issues it once ${baseOf(one.DomainName ?? '')} is delegated to ${nameServers.join(', ')}; if it is not, tell its registrar. This may be interrupted: the next up waits on`
    return { state: 'waiting', status, advice }
  }
  return { state: 'failed', reason: [one.Status, one.FailureReason].filter(Boolean).join(': ') }
}

async function isIssued(CertificateArn: string, context: KindContext): Promise<boolean> {
  const acm = acmIn(regionOf(CertificateArn), context)
  const answer = await orAbsent(acm.describeCertificate({ CertificateArn }))
  return answer?.Certificate?.Status === 'ISSUED'
}

/** The domains of the account's other certificates, here and where CloudFront has its own. */
async function domainsOfOthers(arn: string, context: KindContext): Promise<Set<string>> {
  const regions = new Set([context.region, ...(context.partition === 'aws' ? ['us-east-1'] : [])])
  const lists = await Promise.all(
    [...regions].map(region => {
      const acm = acmIn(region, context)
      return allPages(NextToken =>
        acm
          .listCertificates({
            NextToken,
            MaxItems: 1000,
            CertificateStatuses: ['PENDING_VALIDATION', 'ISSUED'],
            Includes: { keyTypes: everyKeyType },
          })
          .then(page => ({ rows: page.CertificateSummaryList, next: page.NextToken })),
      )
    }),
  )
  const others = lists.flat().filter(({ CertificateArn }) => CertificateArn !== arn)
  return new Set(
    others.flatMap(({ DomainName = '', SubjectAlternativeNameSummaries = [] }) =>
      [DomainName, ...SubjectAlternativeNameSummaries].map(baseOf),
    ),
  )
}
