import type { HostedZone, ResourceRecordSet } from '@aws-sdk/client-route-53'
import type { Aws } from '../../aws/aws.ts'
import { hasCode, orAbsent } from '../../aws/errors.ts'
import { addressTag, environmentTag, fromTagList, isTaggedAs, stackTag, tagList } from '../../aws/tags.ts'
import { HoldsData } from '../../errors.ts'
import type { Kind, Tags } from '../../resources/kind.ts'
import { allRecords, bareId, bareName, changeRecords, isAt } from './records.ts'

export interface HostedZoneProps {
  /** The domain, without a dot behind it. */
  readonly name: string
}

export interface HostedZoneAttributes {
  /** `Z0123…`. */
  readonly zoneId: string
  /** What the registrar, or the zone above, has to point to. */
  readonly nameServers: readonly string[]
}

/** Route 53 takes at most this many tags in one call. */
const tagsAtOnce = 10

/** What one that is not empty holds. */
const foreignRecords = 'records that this stack did not make'

export const hostedZone: Kind<HostedZoneProps, HostedZoneAttributes> = {
  type: 'route53/hosted-zone',
  label: 'hosted zone',
  ownership: 'tags',
  // A zone that is made anew has other name servers, and nobody finds the domain until the registrar knows them.
  data: 'keep-unless-empty',
  replaceOn: ['name'],
  replacement: 'create-first',
  findBy: ['name'],
  seconds: { create: 1, delete: 1 },
  additions: [
    {
      what: 'records',
      rule: 'left alone',
      seen: 'by looking',
      look: async ({ zoneId }, { aws }) =>
        removableIn((await allRecords(zoneId, aws)) ?? [])
          .filter(record => !isOfCertificate(record))
          .map(({ Name = '', Type }) => ({
            line: `${Type} record of ${bareName(Name)}`,
            is: { zoneId, name: bareName(Name), type: Type },
          })),
    },
  ],

  normalise: props => (typeof props.name === 'string' ? { name: bareName(props.name) } : props),

  foreignHint: ({ zoneId }) =>
    `write existing: { zone: ${zoneId} } to use that one as it is, or remove it if nobody needs it`,

  read: (requests, { aws }) =>
    Promise.all(
      requests.map(async ({ attributes, props, tags: wanted, tagsToo }) => {
        if (attributes) {
          const found = await describe(attributes.zoneId, aws)
          if (!found || !tagsToo) return found && { ...found.shown, tags: undefined }
          const tags = (await tagsOf([found.zone], aws)).get(attributes.zoneId) ?? {}
          return { ...found.shown, tags, ...(isOurs(found.zone, tags, wanted) ? { ours: true } : {}) }
        }
        const named = await zonesNamed(bareName(props.name!), aws)
        const tags = await tagsOf(named, aws)
        // Names may repeat, but a registrar points to one zone only: any other of this name is seen as foreign.
        const owned = named.find(zone => isOurs(zone, tags.get(bareId(zone.Id)) ?? {}, wanted))
        const id = bareId((owned ?? named[0])?.Id)
        const found = id ? await describe(id, aws) : undefined
        return found && { ...found.shown, tags: tags.get(id) ?? {}, ours: owned !== undefined }
      }),
    ),

  create: async ({ props, tags, token }, { aws }) => {
    const { HostedZone, DelegationSet } = await aws.route53.createHostedZone({
      Name: props.name,
      CallerReference: `${callerOf(tags)}${token}`,
    })
    return { zoneId: bareId(HostedZone?.Id), nameServers: (DelegationSet?.NameServers ?? []).toSorted() }
  },

  // Route 53 takes no tags when it makes a zone.
  finish: async ({ tags }, attributes, { aws }) => {
    await retag(attributes, { set: tags, remove: [] }, aws)
    return attributes
  },

  retag: (attributes, change, { aws }) => retag(attributes, change, aws),

  holds: (all, { aws }) =>
    Promise.all(
      all.map(async ({ zoneId }) =>
        removableIn((await allRecords(zoneId, aws)) ?? []).map(record => ({
          what: foreignRecords,
          // A certificate knows its records by name alone.
          is: [zoneId, bareName(record.Name ?? ''), ...(isOfCertificate(record) ? [] : [record.Type ?? ''])],
        })),
      ),
    ),

  delete: async ({ attributes: { zoneId }, dataMayGo }, { aws }) => {
    const remove = () => orAbsent(aws.route53.deleteHostedZone({ Id: zoneId }))
    try {
      await remove()
    } catch (error) {
      if (!hasCode(error, 'HostedZoneNotEmpty')) throw error
      if (!dataMayGo) throw new HoldsData(foreignRecords)
      await empty(zoneId, aws)
      await remove()
    }
  },
}

/** Names what a zone was made for, so that it is known again when it could not be tagged any more. */
function callerOf(tags: Tags): string {
  return `${tags[stackTag]} ${tags[environmentTag]} ${tags[addressTag]} `
}

function isOurs({ CallerReference = '' }: HostedZone, tags: Tags, wanted: Tags): boolean {
  return (
    isTaggedAs(tags, wanted) || (tags[stackTag] === undefined && CallerReference.startsWith(callerOf(wanted)))
  )
}

async function describe(Id: string, aws: Aws) {
  const found = await orAbsent(aws.route53.getHostedZone({ Id }))
  if (!found?.HostedZone) return undefined
  const nameServers = (found.DelegationSet?.NameServers ?? []).toSorted()
  const shown = {
    attributes: { zoneId: Id, nameServers },
    props: { name: bareName(found.HostedZone.Name ?? '') },
  }
  return { zone: found.HostedZone, shown }
}

/** The public zones of this very name: the list goes on with the names that come after it. */
async function zonesNamed(name: string, aws: Aws): Promise<HostedZone[]> {
  const { HostedZones = [] } = await aws.route53.listHostedZonesByName({ DNSName: name, MaxItems: 10 })
  return HostedZones.filter(({ Name = '', Config }) => bareName(Name) === name && !Config?.PrivateZone)
}

async function tagsOf(zones: readonly HostedZone[], aws: Aws): Promise<Map<string, Tags>> {
  if (zones.length === 0) return new Map()
  const { ResourceTagSets = [] } = await aws.route53.listTagsForResources({
    ResourceType: 'hostedzone',
    ResourceIds: zones.map(({ Id }) => bareId(Id)),
  })
  return new Map(ResourceTagSets.map(({ ResourceId, Tags }) => [ResourceId ?? '', fromTagList(Tags)]))
}

async function retag(
  { zoneId }: HostedZoneAttributes,
  { set, remove }: { readonly set: Tags; readonly remove: readonly string[] },
  aws: Aws,
): Promise<void> {
  const added = tagList(set)
  for (let from = 0; from < Math.max(added.length, remove.length); from += tagsAtOnce) {
    const AddTags = added.slice(from, from + tagsAtOnce)
    const RemoveTagKeys = remove.slice(from, from + tagsAtOnce)
    await aws.route53.changeTagsForResource({
      ResourceType: 'hostedzone',
      ResourceId: zoneId,
      ...(AddTags.length > 0 ? { AddTags } : {}),
      ...(RemoveTagKeys.length > 0 ? { RemoveTagKeys } : {}),
    })
  }
}

/** A certificate is validated by it, this stack's or another's. */
function isOfCertificate({ Type, ResourceRecords = [] }: ResourceRecordSet): boolean {
  return (
    Type === 'CNAME' && ResourceRecords.every(({ Value = '' }) => /\.acm-validations\.aws\.?$/.test(Value))
  )
}

/** Removes every record but the two at the top that Route 53 itself keeps there. */
async function empty(zoneId: string, aws: Aws): Promise<void> {
  const removable = removableIn((await allRecords(zoneId, aws)) ?? [])
  for (let from = 0; from < removable.length; from += 100)
    await changeRecords(
      zoneId,
      removable.slice(from, from + 100).map(record => ({ Action: 'DELETE', ResourceRecordSet: record })),
      aws,
    )
}

function removableIn(records: readonly ResourceRecordSet[]): ResourceRecordSet[] {
  const apex = records.find(({ Type }) => Type === 'SOA')?.Name ?? ''
  return records.filter(
    record => !isAt(record, { name: apex, type: 'SOA' }) && !isAt(record, { name: apex, type: 'NS' }),
  )
}
