import type { DistributionConfig } from '@aws-sdk/client-cloudfront'
import { isIssued } from '../acm.ts'
import { awsFault } from '../fault.ts'
import type { SandboxService } from '../service.ts'
import { tagged } from '../tagged.ts'
import { addTags, removeTags, tagsByArn } from '../tags-by-arn.ts'
import type { World } from '../world.ts'
import type { DistributionRow } from './rows.ts'
import { distributions, originAccessControls } from './rows.ts'

export const distributionOperations = {
  createDistributionWithTags: ({ DistributionConfigWithTags }, world) => {
    const config = DistributionConfigWithTags!.DistributionConfig!
    const twin = distributions(world)
      .list()
      .find(row => row.config.CallerReference === config.CallerReference)
    if (twin)
      throw awsFault(
        'DistributionAlreadyExists',
        'The caller reference that you are using to create a distribution is associated with another distribution.',
        { status: 409 },
      )
    check(world, config, undefined)
    const id = world.id('E', 13).toUpperCase()
    const arn = `arn:${world.partition}:cloudfront::${world.account}:distribution/${id}`
    addTags(world, arn, DistributionConfigWithTags!.Tags?.Items)
    const row = distributions(world).set(id, {
      id,
      arn,
      domainName: `${world.id('d', 13)}.cloudfront.net`,
      created: world.now(),
      config: filledIn(config),
      etag: world.id('E', 13).toUpperCase(),
      deployedAt: world.after('distribution deploy'),
    })
    return { Distribution: shown(row, world), ETag: row.etag }
  },

  getDistribution: ({ Id }, world) => {
    const row = rowOf(world, Id)
    return { Distribution: shown(row, world), ETag: row.etag }
  },

  listDistributions: (_input, world) => {
    const rows = distributions(world)
      .list()
      .filter(({ created }) => world.visible(created))
    return {
      DistributionList: {
        Marker: '',
        MaxItems: 100,
        IsTruncated: false,
        Quantity: rows.length,
        Items: rows.map(row => ({
          Id: row.id,
          ARN: row.arn,
          DomainName: row.domainName,
          Comment: row.config.Comment,
          Status: statusOf(row, world),
        })) as never,
      },
    }
  },

  updateDistribution: ({ Id, IfMatch, DistributionConfig }, world) => {
    const row = matched(rowOf(world, Id), IfMatch)
    assertComplete(DistributionConfig!)
    check(world, DistributionConfig!, row)
    row.config = DistributionConfig!
    row.etag = world.id('E', 13).toUpperCase()
    row.deployedAt = world.after('distribution deploy')
    return { Distribution: shown(row, world), ETag: row.etag }
  },

  deleteDistribution: ({ Id, IfMatch }, world) => {
    const row = matched(rowOf(world, Id), IfMatch)
    if (row.config.Enabled || statusOf(row, world) !== 'Deployed')
      throw awsFault(
        'DistributionNotDisabled',
        'The distribution you are trying to delete has not been disabled.',
        { status: 409 },
      )
    distributions(world).delete(row.id)
    tagged(world).remove(row.arn)
    return {}
  },

  listTagsForResource: ({ Resource = '' }, world) => ({
    Tags: { Items: tagsByArn(world, existing(world, Resource)) },
  }),

  tagResource: ({ Resource = '', Tags }, world) => {
    addTags(world, existing(world, Resource), Tags?.Items)
    return {}
  },

  untagResource: ({ Resource = '', TagKeys }, world) => {
    removeTags(world, existing(world, Resource), TagKeys?.Items)
    return {}
  },
} satisfies Partial<SandboxService<'cloudfront'>>

/** What CloudFront adds to the origins of a new distribution. */
const originDefaults = {
  OriginPath: '',
  CustomHeaders: { Quantity: 0 },
  ConnectionAttempts: 3,
  ConnectionTimeout: 10,
  OriginShield: { Enabled: false },
}

function filledIn(config: DistributionConfig): DistributionConfig {
  const Items = (config.Origins?.Items ?? []).map(origin => ({ ...originDefaults, ...origin }))
  return { ...config, Origins: { Quantity: Items.length, Items } }
}

/** An update names all members of an origin, also those that CloudFront has filled in itself. */
function assertComplete({ Origins }: DistributionConfig): void {
  const members = Object.keys(originDefaults) as (keyof typeof originDefaults)[]
  const lacking = members.find(member => Origins?.Items?.some(origin => origin[member] === undefined))
  if (lacking)
    throw awsFault(
      'IllegalUpdate',
      `The update contains modifications that are not allowed: ${lacking} is required for updates.`,
    )
}

/** What CloudFront finds wrong with a configuration before it takes it. */
function check(world: World, config: DistributionConfig, before: DistributionRow | undefined): void {
  for (const { OriginAccessControlId: id } of config.Origins?.Items ?? [])
    if (id && !originAccessControls(world).get(id))
      throw awsFault('InvalidOriginAccessControl', 'The origin access control is not valid.')
  const aliases = config.Aliases?.Items ?? []
  const certificate = config.ViewerCertificate?.ACMCertificateArn
  const usable = certificate?.split(':')[3] === 'us-east-1' && isIssued(world, certificate)
  if ((aliases.length > 0 || certificate) && !usable)
    throw awsFault(
      'InvalidViewerCertificate',
      'The specified SSL certificate doesn’t exist, isn’t in us-east-1 region, isn’t valid, or doesn’t include a valid certificate chain.',
    )
  const taken = distributions(world)
    .list()
    .filter(({ id }) => id !== before?.id)
    .some(({ config: other }) => other.Aliases?.Items?.some(alias => aliases.includes(alias)))
  if (taken)
    throw awsFault(
      'CNAMEAlreadyExists',
      'One or more of the CNAMEs you provided are already associated with a different resource.',
      { status: 409 },
    )
}

function rowOf(world: World, id: string | undefined): DistributionRow {
  const row = distributions(world).get(id ?? '')
  if (!row) throw noSuchDistribution()
  return row
}

function existing(world: World, arn: string): string {
  if (
    distributions(world)
      .list()
      .some(row => row.arn === arn)
  )
    return arn
  throw awsFault('NoSuchResource', `The resource ${arn} does not exist.`, { status: 404 })
}

function matched(row: DistributionRow, version: string | undefined): DistributionRow {
  if (version === row.etag) return row
  throw awsFault('PreconditionFailed', 'The request failed because the If-Match version did not match.', {
    status: 412,
  })
}

function noSuchDistribution(): Error {
  return awsFault('NoSuchDistribution', 'The specified distribution does not exist.', { status: 404 })
}

function statusOf({ deployedAt }: DistributionRow, world: World): string {
  return world.now() >= deployedAt ? 'Deployed' : 'InProgress'
}

function shown(row: DistributionRow, world: World) {
  return {
    Id: row.id,
    ARN: row.arn,
    Status: statusOf(row, world),
    LastModifiedTime: new Date(row.created),
    InProgressInvalidationBatches: 0,
    DomainName: row.domainName,
    DistributionConfig: row.config,
  }
}
