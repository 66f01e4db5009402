import { createHash } from 'node:crypto'
import type { CertificateStatus } from '@aws-sdk/client-acm'
import { canonical } from '../resources/json.ts'
import { distributions } from './cloudfront/rows.ts'
import { awsFault } from './fault.ts'
import { recordSets, wireName } from './route53/rows.ts'
import type { SandboxService } from './service.ts'
import { tagged } from './tagged.ts'
import { addTags, removeTags, tagsByArn } from './tags-by-arn.ts'
import type { World } from './world.ts'

export interface CertificateRow {
  readonly arn: string
  readonly domainName: string
  /** The domain itself first. */
  readonly names: readonly string[]
  readonly token: string | undefined
  readonly requested: number
  readonly recordsAt: number
  /** Once issued it stays so, whatever becomes of the records. */
  issued?: boolean
}

const certificates = (world: World) => world.table<CertificateRow>('acm/certificate')

/** ACM forgets a token after an hour. */
const tokenLife = 3_600_000

/** A certificate of this ARN that has been issued; false where there is one already. */
export function createIssued(world: World, arn: string, domainName: string): boolean {
  if (certificates(world).get(arn)) return false
  certificates(world).set(arn, {
    arn,
    domainName,
    names: [domainName, `*.${domainName}`],
    token: undefined,
    requested: world.now(),
    recordsAt: world.now(),
    issued: true,
  })
  tagged(world).set(arn, {})
  return true
}

/** True when load balancers and distributions may use it. */
export function isIssued(world: World, arn: string): boolean | undefined {
  const row = certificates(world).get(arn)
  return row && statusOf(row, world) === 'ISSUED'
}

function certificateService(elsewhere?: string): SandboxService<'acm'> {
  const regionIn = (world: World) => elsewhere ?? world.region
  return {
    requestCertificate: (
      { DomainName = '', SubjectAlternativeNames = [], IdempotencyToken, Tags },
      world,
    ) => {
      if (IdempotencyToken !== undefined && !/^\w{1,32}$/.test(IdempotencyToken))
        throw awsFault('ValidationException', 'idempotencyToken must match \\w{1,32}')
      const names = [...new Set([DomainName, ...SubjectAlternativeNames])]
      const region = regionIn(world)
      const twin = inRegion(world, region).find(
        ({ token, requested, names: before }) =>
          IdempotencyToken !== undefined &&
          token === IdempotencyToken &&
          world.now() - requested < tokenLife &&
          canonical(before) === canonical(names),
      )
      if (twin) return { CertificateArn: twin.arn }
      const arn = world.arn('acm', `certificate/${world.id('', 32)}`, { region })
      certificates(world).set(arn, {
        arn,
        domainName: DomainName,
        names,
        token: IdempotencyToken,
        requested: world.now(),
        recordsAt: world.after('certificate records'),
      })
      addTags(world, arn, Tags)
      return { CertificateArn: arn }
    },

    describeCertificate: ({ CertificateArn }, world) => {
      const row = certificateOf(world, CertificateArn)
      const status = statusOf(row, world)
      return {
        Certificate: {
          CertificateArn: row.arn,
          DomainName: row.domainName,
          SubjectAlternativeNames: [...row.names],
          Status: status,
          Type: 'AMAZON_ISSUED',
          KeyAlgorithm: 'RSA_2048',
          InUseBy: usersOf(world, row.arn),
          DomainValidationOptions: row.names.map(name => ({
            DomainName: name,
            ValidationMethod: 'DNS' as const,
            ValidationStatus: status === 'ISSUED' ? ('SUCCESS' as const) : ('PENDING_VALIDATION' as const),
            ...(world.now() >= row.recordsAt ? { ResourceRecord: proofOf(world, name) } : {}),
          })),
        },
      }
    },

    listCertificates: ({ CertificateStatuses }, world) => ({
      CertificateSummaryList: inRegion(world, regionIn(world))
        .filter(row => !CertificateStatuses || CertificateStatuses.includes(statusOf(row, world)))
        .filter(({ requested }) => world.visible(requested))
        .map(row => ({
          CertificateArn: row.arn,
          DomainName: row.domainName,
          SubjectAlternativeNameSummaries: [...row.names],
          Status: statusOf(row, world),
        })),
    }),

    deleteCertificate: ({ CertificateArn }, world) => {
      const { arn } = certificateOf(world, CertificateArn)
      if (usersOf(world, arn).length > 0)
        throw awsFault('ResourceInUseException', `Certificate ${arn} is in use.`)
      certificates(world).delete(arn)
      tagged(world).remove(arn)
      return {}
    },

    listTagsForCertificate: ({ CertificateArn }, world) => ({
      Tags: tagsByArn(world, certificateOf(world, CertificateArn).arn),
    }),

    addTagsToCertificate: ({ CertificateArn, Tags }, world) => {
      addTags(world, certificateOf(world, CertificateArn).arn, Tags)
      return {}
    },

    removeTagsFromCertificate: ({ CertificateArn, Tags = [] }, world) => {
      const keys = Tags.flatMap(({ Key }) => Key ?? [])
      removeTags(world, certificateOf(world, CertificateArn).arn, keys)
      return {}
    },
  }
}

export const acm = certificateService()
export const acmUsEast1 = certificateService('us-east-1')

function inRegion(world: World, region: string): CertificateRow[] {
  return certificates(world)
    .list()
    .filter(({ arn }) => arn.split(':')[3] === region)
}

function certificateOf(world: World, arn: string | undefined): CertificateRow {
  const row = certificates(world).get(arn ?? '')
  if (!row || !world.visible(row.requested))
    throw awsFault('ResourceNotFoundException', `Could not find certificate ${arn}.`)
  return row
}

function statusOf(row: CertificateRow, world: World): CertificateStatus {
  if (!row.issued) {
    const proven = row.names.map(name => provenSince(world, name) ?? Infinity)
    const issuedAt = Math.max(row.recordsAt, ...proven) + world.seconds('certificate issue') * 1000
    row.issued = world.now() >= issuedAt
  }
  return row.issued ? 'ISSUED' : 'PENDING_VALIDATION'
}

/** Since when the record that proves the domain stands in a zone; undefined while it does not. */
function provenSince(world: World, domain: string): number | undefined {
  const { Name, Value } = proofOf(world, domain)
  return recordSets(world)
    .list()
    .find(
      ({ record }) =>
        record.Name === wireName(Name) &&
        record.ResourceRecords?.some(({ Value: value = '' }) => wireName(value) === Value),
    )?.since
}

/** The same for a domain and its wildcard, and for every certificate of the account. */
function proofOf({ account }: World, name: string) {
  const domain = name.replace(/^\*\./, '').toLowerCase()
  const hash = (salt: string) =>
    createHash('sha256').update(`${salt} ${account} ${domain}`).digest('hex').slice(0, 32)
  return {
    Name: `_${hash('name')}.${domain}.`,
    Type: 'CNAME' as const,
    Value: `_${hash('value')}.acm-validations.aws.`,
  }
}

/** ARNs of the load balancers and distributions that use it. */
function usersOf(world: World, arn: string): string[] {
  const listeners = world.table<{ readonly loadBalancerArn: string; readonly certificateArn?: string }>(
    'elbv2/listener',
  )
  return [
    ...listeners
      .list()
      .flatMap(({ certificateArn, loadBalancerArn }) => (certificateArn === arn ? [loadBalancerArn] : [])),
    ...distributions(world)
      .list()
      .flatMap(({ config, arn: user }) =>
        config.ViewerCertificate?.ACMCertificateArn === arn ? [user] : [],
      ),
  ]
}
