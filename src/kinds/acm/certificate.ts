import type { CertificateDetail } from '@aws-sdk/client-acm'
import { orAbsent } from '../../aws/errors.ts'
import { allPages } from '../../aws/pages.ts'
import { fromTagList, isTaggedAs, tagList } from '../../aws/tags.ts'
import { sorted } from '../../resources/json.ts'
import type { Kind, KindContext, Tags } from '../../resources/kind.ts'
import { everyKeyType } from './key-types.ts'
import { acmIn, regionOf } from './regional.ts'
import { slowToNotice, usersOf } from './users.ts'
import type { ValidationRecord } from './validation-record.ts'
import { validationRecordsIn } from './validation-record.ts'

export interface CertificateProps {
  readonly domainName: string
  readonly alternativeNames: readonly string[]
  /** CloudFront takes certificates from us-east-1 alone. Default: the stack's own region. */
  readonly region?: string | undefined
  /** Filled in by `normalise`. A certificate that has failed or expired never gets valid again. */
  readonly state?: 'valid' | undefined
}

export interface CertificateAttributes {
  readonly arn: string
  /** What has to stand in the DNS before ACM issues it. Known some seconds after the request. */
  readonly validationRecords: readonly ValidationRecord[]
}

/** Requested and provable; `acm/validation` stands for the proof and for being issued. */
export const certificate: Kind<CertificateProps, CertificateAttributes> = {
  type: 'acm/certificate',
  label: 'certificate',
  ownership: 'tags',
  replaceOn: ['domainName', 'alternativeNames', 'region', 'state'],
  replacement: 'create-first',
  withdrawn: {
    region: { moot: 'the step of an address names it always or never' },
    state: { moot: '`normalise` fills it in' },
  },
  readyAttributes: ['validationRecords'],
  findBy: ['domainName'],
  seconds: { create: 5, delete: 1 },
  releases: slowToNotice,

  normalise: props => ({
    ...props,
    state: 'valid',
    alternativeNames: Array.isArray(props.alternativeNames)
      ? sorted(props.alternativeNames)
      : props.alternativeNames,
  }),

  read: (requests, context) =>
    Promise.all(
      requests.map(async ({ attributes, props, tags: wanted, tagsToo }) => {
        if (attributes) {
          const { arn } = attributes
          const one = await describe(arn, context)
          const tags = one && tagsToo ? await tagsOf(arn, acmIn(regionOf(arn), context)) : undefined
          return one && { ...shown(one, props), tags }
        }
        const mine = await tagged(props, wanted, context)
        const one = mine && (await describe(mine.arn, context))
        return one && { ...shown(one, props), tags: mine.tags }
      }),
    ),

  create: async ({ props, tags, token }, context) => {
    const { CertificateArn } = await acmIn(props.region, context).requestCertificate({
      DomainName: props.domainName,
      ...(props.alternativeNames.length > 0
        ? { SubjectAlternativeNames: [props.domainName, ...props.alternativeNames] }
        : {}),
      ValidationMethod: 'DNS',
      IdempotencyToken: token,
      Tags: tagList(tags),
    })
    return { arn: CertificateArn!, validationRecords: [] }
  },

  retag: async ({ arn }, { set, remove }, context) => {
    const acm = acmIn(regionOf(arn), context)
    if (Object.keys(set).length > 0)
      await acm.addTagsToCertificate({ CertificateArn: arn, Tags: tagList(set) })
    if (remove.length > 0)
      await acm.removeTagsFromCertificate({ CertificateArn: arn, Tags: remove.map(Key => ({ Key })) })
  },

  delete: async ({ attributes: { arn } }, context) => {
    await orAbsent(acmIn(regionOf(arn), context).deleteCertificate({ CertificateArn: arn }))
  },

  blockers: (all, context) =>
    Promise.all(
      all.map(async ({ arn }) => {
        const one = await describe(arn, context)
        return usersOf(arn, one?.InUseBy ?? [], context.aws)
      }),
    ),

  ready: (attributes, context) =>
    Promise.all(
      attributes.map(async ({ arn }) => {
        const one = await describe(arn, context)
        const validationRecords = one && validationRecordsIn(one)
        return validationRecords
          ? { state: 'ready', attributes: { arn, validationRecords } }
          : { state: 'waiting', status: 'validation records not known yet' }
      }),
    ),
}

async function describe(arn: string, context: KindContext): Promise<CertificateDetail | undefined> {
  const acm = acmIn(regionOf(arn), context)
  return (await orAbsent(acm.describeCertificate({ CertificateArn: arn })))?.Certificate
}

/** Certificates have no unique name, so others of the same domain are none of our business: only tags tell. */
async function tagged(
  props: Partial<CertificateProps>,
  wanted: Tags,
  context: KindContext,
): Promise<{ readonly arn: string; readonly tags: Tags } | undefined> {
  const acm = acmIn(props.region, context)
  const summaries = await allPages(NextToken =>
    acm
      .listCertificates({ NextToken, MaxItems: 1000, Includes: { keyTypes: everyKeyType } })
      .then(page => ({ rows: page.CertificateSummaryList, next: page.NextToken })),
  )
  const arns = summaries.flatMap(({ CertificateArn, DomainName }) =>
    CertificateArn && DomainName === props.domainName ? [CertificateArn] : [],
  )
  const candidates = await Promise.all(arns.map(async arn => ({ arn, tags: await tagsOf(arn, acm) })))
  return candidates.find(({ tags }) => isTaggedAs(tags, wanted))
}

async function tagsOf(CertificateArn: string, acm: KindContext['aws']['acm']): Promise<Tags> {
  const listed = await orAbsent(acm.listTagsForCertificate({ CertificateArn }))
  return fromTagList(listed?.Tags)
}

function shown(one: CertificateDetail, { region }: Partial<CertificateProps>) {
  const arn = one.CertificateArn!
  const usable = one.Status === 'ISSUED' || one.Status === 'PENDING_VALIDATION'
  const validationRecords = validationRecordsIn(one)
  return {
    attributes: { arn, validationRecords: validationRecords ?? [] },
    props: {
      domainName: one.DomainName ?? '',
      alternativeNames: sorted((one.SubjectAlternativeNames ?? []).filter(name => name !== one.DomainName)),
      ...(region === undefined ? {} : { region: regionOf(arn) }),
      // Anything else is AWS's own word for why it is of no use: FAILED, VALIDATION_TIMED_OUT, EXPIRED, REVOKED.
      state: usable ? ('valid' as const) : (one.Status?.toLowerCase() as 'valid'),
    },
    ...(validationRecords ? {} : { pending: 'validation records not known yet' }),
  }
}
