import type { Distribution, DistributionSummary, GetDistributionResult } from '@aws-sdk/client-cloudfront'
import type { Aws } from '../../aws/aws.ts'
import { orAbsent } from '../../aws/errors.ts'
import { allPages } from '../../aws/pages.ts'
import { fromTagList, isTaggedAs, tagList } from '../../aws/tags.ts'
import { sorted } from '../../resources/json.ts'
import type { Goneness, Kind, Tags } from '../../resources/kind.ts'
import type { DistributionProps } from './distribution-config.ts'
import { changed, configOf, propsIn } from './distribution-config.ts'

export type { DistributionProps } from './distribution-config.ts'

export interface DistributionAttributes {
  readonly id: string
  readonly arn: string
  /** `d123….cloudfront.net`. */
  readonly domainName: string
  /** The zone that an alias record names: the same for all distributions. */
  readonly hostedZoneId: string
}

const hostedZoneId = 'Z2FDTNDATAQYW2'

export const distribution: Kind<DistributionProps, DistributionAttributes> = {
  type: 'cloudfront/distribution',
  label: 'CloudFront distribution',
  ownership: 'tags',
  replaceOn: [],
  replacement: 'create-first',
  uniqueKeys: [{ props: ['aliases'], label: 'alias' }],
  withdrawn: { certificateArn: { becomes: null } },
  findBy: ['comment'],
  seconds: { create: 240, update: 240, delete: 300 },
  additions: [{ what: 'aliases', rule: 'reverted' }],

  normalise: props => ({
    ...props,
    aliases: Array.isArray(props.aliases) ? sorted(props.aliases) : props.aliases,
  }),

  read: async (requests, { aws }) => {
    const listed = requests.some(({ attributes }) => !attributes) ? await list(aws) : []
    return Promise.all(
      requests.map(async ({ attributes, props, tags: wanted, tagsToo }) => {
        const mine = attributes ? undefined : await tagged(listed, props.comment, wanted, aws)
        const id = attributes?.id ?? mine?.id
        const found = id ? await get(id, aws) : undefined
        const config = found?.Distribution?.DistributionConfig
        if (!found?.Distribution || !config) return undefined
        const { Status, ARN } = found.Distribution
        return {
          attributes: attributesOf(found.Distribution),
          props: propsIn(config),
          tags: mine?.tags ?? (tagsToo ? await tagsOf(ARN, aws) : undefined),
          ...(Status === 'Deployed' ? {} : { pending: Status }),
        }
      }),
    )
  },

  create: async ({ props, tags, token }, { aws }) => {
    const { Distribution: made } = await aws.cloudfront.createDistributionWithTags({
      DistributionConfigWithTags: {
        DistributionConfig: configOf(props, token),
        Tags: { Items: tagList(tags) },
      },
    })
    return attributesOf(made!)
  },

  update: async ({ attributes, props }, { aws }) => {
    const { Distribution: now, ETag } = await aws.cloudfront.getDistribution({ Id: attributes.id })
    await aws.cloudfront.updateDistribution({
      Id: attributes.id,
      IfMatch: ETag,
      DistributionConfig: changed(now!.DistributionConfig!, props),
    })
    return attributes
  },

  retag: async ({ arn: Resource }, { set, remove }, { aws }) => {
    if (Object.keys(set).length > 0)
      await aws.cloudfront.tagResource({ Resource, Tags: { Items: tagList(set) } })
    if (remove.length > 0) await aws.cloudfront.untagResource({ Resource, TagKeys: { Items: [...remove] } })
  },

  // CloudFront deletes only what is switched off, everywhere: that takes minutes, and `gone` then does the rest.
  delete: async ({ attributes: { id: Id } }, { aws }) => {
    const found = await get(Id, aws)
    const config = found?.Distribution?.DistributionConfig
    if (!config?.Enabled) return
    await orAbsent(
      aws.cloudfront.updateDistribution({
        Id,
        IfMatch: found?.ETag,
        DistributionConfig: { ...config, Enabled: false },
      }),
    )
  },

  ready: (attributes, { aws }) =>
    Promise.all(
      attributes.map(async one => {
        const found = await get(one.id, aws)
        const status = found?.Distribution?.Status ?? 'not visible yet'
        return status === 'Deployed' ? { state: 'ready', attributes: one } : { state: 'waiting', status }
      }),
    ),

  gone: (attributes, { aws }) => Promise.all(attributes.map(({ id }) => lookAtLeaving(id, aws))),
}

async function lookAtLeaving(Id: string, aws: Aws): Promise<Goneness> {
  const found = await get(Id, aws)
  if (!found?.Distribution) return { state: 'gone' }
  const { Status, DistributionConfig } = found.Distribution
  if (Status !== 'Deployed' || DistributionConfig?.Enabled)
    return { state: 'waiting', status: 'switching off' }
  await orAbsent(aws.cloudfront.deleteDistribution({ Id, IfMatch: found.ETag }))
  return { state: 'gone' }
}

function get(Id: string, aws: Aws): Promise<GetDistributionResult | undefined> {
  return orAbsent(aws.cloudfront.getDistribution({ Id }))
}

function list(aws: Aws): Promise<DistributionSummary[]> {
  return allPages(async Marker => {
    const { DistributionList } = await aws.cloudfront.listDistributions({ Marker })
    return { rows: DistributionList?.Items, next: DistributionList?.NextMarker }
  })
}

/** Comments are not unique, so others with the same are none of our business: tags tell. */
async function tagged(
  all: readonly DistributionSummary[],
  comment: string | undefined,
  wanted: Tags,
  aws: Aws,
): Promise<{ readonly id: string; readonly tags: Tags } | undefined> {
  const candidates = await Promise.all(
    all
      .filter(({ Comment }) => Comment === comment)
      .map(async ({ ARN, Id: id = '' }) => ({ id, tags: await tagsOf(ARN, aws) })),
  )
  return candidates.find(({ tags }) => isTaggedAs(tags, wanted))
}

async function tagsOf(Resource: string | undefined, aws: Aws): Promise<Tags> {
  const listed = await orAbsent(aws.cloudfront.listTagsForResource({ Resource }))
  return fromTagList(listed?.Tags?.Items)
}

function attributesOf({ Id, ARN, DomainName }: Distribution): DistributionAttributes {
  return { id: Id!, arn: ARN!, domainName: DomainName!, hostedZoneId }
}
