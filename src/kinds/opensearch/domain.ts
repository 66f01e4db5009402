import type { DomainStatus } from '@aws-sdk/client-opensearch'
import type { Aws } from '../../aws/aws.ts'
import { batchesOf } from '../../aws/batches.ts'
import { orAbsent } from '../../aws/errors.ts'
import { fromTagList, tagList } from '../../aws/tags.ts'
import { sorted } from '../../resources/json.ts'
import type { Kind } from '../../resources/kind.ts'
import { isUnknown } from '../../resources/reference.ts'
import { isOlder, versionToAsk } from '../engine-version.ts'
import { canonicalPolicy } from '../iam/policy-document.ts'
import type { DomainProps } from './domain-props.ts'
import { configurationOf, propsOf } from './domain-props.ts'

export interface DomainAttributes {
  readonly domainName: string
  readonly arn: string
  /** Host name inside the VPC; empty until the domain is ready. */
  readonly endpoint: string
}

/** AWS takes this many names in one call. */
const namesAtOnce = 5

const switches = ['encryptionAtRest', 'nodeToNodeEncryption'] as const

const blueGreen = 'moves the domain to new nodes, for up to an hour or more'

export const domain: Kind<DomainProps, DomainAttributes> = {
  type: 'opensearch/domain',
  label: 'OpenSearch domain',
  ownership: 'tags',
  data: 'keep',
  // Encryption can be switched on later, and never off again.
  replaceOn: ['domainName'],
  replacement: 'create-first',
  uniqueKeys: [{ props: ['domainName'], label: 'name' }],
  withdrawn: {
    engineVersion: { stays: 'OpenSearch upgrades a domain only when it is asked to', option: 'version' },
  },
  readyAttributes: ['endpoint'],
  findBy: ['domainName'],
  seconds: { create: 1020, update: 1800, delete: 540 },
  effects: {
    instanceType: blueGreen,
    instanceCount: blueGreen,
    volumeSize: blueGreen,
    volumeType: blueGreen,
    subnetIds: blueGreen,
    securityGroupIds: blueGreen,
    encryptionAtRest: `${blueGreen}; it cannot be switched off again`,
    nodeToNodeEncryption: `${blueGreen}; it cannot be switched off again`,
  },

  normalise: props => ({
    ...props,
    subnetIds: isUnknown(props.subnetIds) ? props.subnetIds : sorted(props.subnetIds),
    securityGroupIds: isUnknown(props.securityGroupIds)
      ? props.securityGroupIds
      : sorted(props.securityGroupIds),
    accessPolicy: canonicalPolicy(props.accessPolicy),
  }),

  read: async (requests, { aws }) => {
    const wanted = requests.map(({ attributes, props }) => attributes?.domainName ?? props.domainName!)
    const found = await domainsNamed(aws, wanted)
    return Promise.all(
      requests.map(async ({ attributes, tagsToo }, index) => {
        const one = found.get(wanted[index]!)
        if (!one || one.Deleted) return undefined
        const tagging =
          attributes && !tagsToo ? undefined : await orAbsent(aws.opensearch.listTags({ ARN: one.ARN }))
        // Gone between the two reads.
        if (!attributes && !tagging) return undefined
        return {
          attributes: attributesOf(one),
          props: propsOf(one),
          tags: tagging && fromTagList(tagging.TagList),
          pending: isSettled(one) ? undefined : (one.DomainProcessingStatus ?? 'Processing'),
        }
      }),
    )
  },

  create: async ({ props, tags }, { aws }) => {
    const { DomainStatus } = await aws.opensearch.createDomain({
      DomainName: props.domainName,
      ...(props.engineVersion !== undefined && { EngineVersion: props.engineVersion }),
      ...configurationOf(props),
      DomainEndpointOptions: {
        EnforceHTTPS: true,
        TLSSecurityPolicy: 'Policy-Min-TLS-1-2-PFS-2023-10',
      },
      TagList: tagList(tags),
    })
    return attributesOf(DomainStatus!)
  },

  update: async ({ attributes, props, changed }, { aws }) => {
    await aws.opensearch.updateDomainConfig({
      DomainName: attributes.domainName,
      ...configurationOf(props, changed),
    })
    return attributes
  },

  retag: async ({ arn }, { set, remove }, { aws }) => {
    if (Object.keys(set).length > 0) await aws.opensearch.addTags({ ARN: arn, TagList: tagList(set) })
    if (remove.length > 0) await aws.opensearch.removeTags({ ARN: arn, TagKeys: [...remove] })
  },

  // OpenSearch takes no upgrade back, whoever has made it.
  yields: (wish, { props: running }, last) => ({
    ...wish,
    engineVersion: versionToAsk(wish.engineVersion, running.engineVersion, last),
  }),

  refuses: (before, after) => {
    if (isOlder(after.engineVersion, before.engineVersion))
      return {
        why: `OpenSearch cannot go back from ${before.engineVersion} to ${after.engineVersion}`,
        blocks: ['engineVersion'],
        instead: `write the version that runs (${numberOf(before.engineVersion)})`,
      }
    if (before.engineVersion !== after.engineVersion)
      return {
        why: `it runs ${before.engineVersion}: an upgrade cannot be undone and is not made by \`up\``,
        blocks: ['engineVersion'],
        instead: `write the version that runs (${numberOf(before.engineVersion)}), or upgrade the domain in the console (with a snapshot first) and then write ${numberOf(after.engineVersion)}`,
      }
    const [off] = switches.filter(name => before[name] && !after[name])
    return off === undefined
      ? undefined
      : {
          why: `OpenSearch cannot switch ${off} off again`,
          blocks: [off],
          instead: 'leave it on, or create a second domain without it',
        }
  },

  delete: async ({ attributes: { domainName } }, { aws }) => {
    await orAbsent(aws.opensearch.deleteDomain({ DomainName: domainName }))
  },

  ready: async (attributes, { aws }) => {
    const found = await domainsNamed(
      aws,
      attributes.map(({ domainName }) => domainName),
    )
    return attributes.map(({ domainName }) => {
      const one = found.get(domainName)
      if (!one) return { state: 'waiting', status: 'not visible yet' }
      if (one.Deleted) return { state: 'failed', reason: 'AWS no longer has it' }
      const endpoint = endpointOf(one)
      return isSettled(one) && endpoint !== undefined
        ? { state: 'ready', attributes: attributesOf(one) }
        : { state: 'waiting', status: one.DomainProcessingStatus ?? 'Processing' }
    })
  },

  gone: async (attributes, { aws }) => {
    const found = await domainsNamed(
      aws,
      attributes.map(({ domainName }) => domainName),
    )
    return attributes.map(({ domainName }) =>
      found.has(domainName) ? { state: 'waiting', status: 'Deleting' } : { state: 'gone' },
    )
  },
}

/** The domains that exist, by name. AWS leaves out what it does not know. */
async function domainsNamed(aws: Aws, names: readonly string[]): Promise<ReadonlyMap<string, DomainStatus>> {
  const batches = batchesOf(names, namesAtOnce)
  const pages = await Promise.all(
    batches.map(DomainNames => orAbsent(aws.opensearch.describeDomains({ DomainNames: [...DomainNames] }))),
  )
  const found = pages.flatMap(page => page?.DomainStatusList ?? [])
  return new Map(found.map(one => [one.DomainName!, one]))
}

function isSettled({ Processing, UpgradeProcessing }: DomainStatus): boolean {
  return !Processing && !UpgradeProcessing
}

function endpointOf({ Endpoint, Endpoints }: DomainStatus): string | undefined {
  return Endpoints?.['vpc'] ?? Endpoint
}

function attributesOf(one: DomainStatus): DomainAttributes {
  return { domainName: one.DomainName!, arn: one.ARN!, endpoint: endpointOf(one) ?? '' }
}

/** As the config has it: `2.19` of `OpenSearch_2.19`. */
function numberOf(version = ''): string {
  return version.slice(version.indexOf('_') + 1)
}
