import { awsFault } from '../fault.ts'
import type { SandboxService } from '../service.ts'
import { tagged } from '../tagged.ts'
import { addTags, removeTags, tagsByArn } from '../tags-by-arn.ts'
import type { World } from '../world.ts'
import type { HostedZoneRow } from './rows.ts'
import {
  changeInfo,
  hostedZoneOf,
  hostedZones,
  keyOf,
  recordSets,
  recordsIn,
  submit,
  wireName,
} from './rows.ts'

export const hostedZoneOperations = {
  createHostedZone: ({ Name = '', CallerReference = '' }, world) => {
    if (CallerReference.length === 0 || CallerReference.length > 128)
      throw awsFault('InvalidInput', 'CallerReference must be 1 to 128 characters long')
    if (!/^([a-z0-9_-]{1,63}\.)+[a-z0-9-]{2,63}\.?$/i.test(Name))
      throw awsFault('InvalidDomainName', `${Name} is not a valid domain name`)
    const twin = hostedZones(world)
      .list()
      .find(({ callerReference }) => callerReference === CallerReference)
    if (twin)
      throw awsFault(
        'HostedZoneAlreadyExists',
        'A hosted zone has already been created with this caller reference',
        {
          status: 409,
        },
      )
    const id = world.id('Z', 20).toUpperCase()
    const number = Number.parseInt(id.slice(-4), 36) % 2000
    const row = hostedZones(world).set(id, {
      id,
      name: wireName(Name),
      callerReference: CallerReference,
      nameServers: ['com', 'net', 'org', 'co.uk'].map(
        (top, index) => `ns-${number + index * 500}.awsdns-${number % 64}.${top}`,
      ),
      created: world.now(),
    })
    for (const record of apexRecords(row))
      recordSets(world).set(keyOf(id, record), { zoneId: id, record, since: world.now() })
    tagged(world).set(arnOf(world, id), {})
    return {
      HostedZone: shown(row, world),
      DelegationSet: { NameServers: [...row.nameServers] },
      ChangeInfo: submit(world),
      Location: `https://route53.amazonaws.com/2013-04-01/hostedzone/${id}`,
    }
  },

  getHostedZone: ({ Id }, world) => {
    const row = hostedZoneOf(world, Id)
    return { HostedZone: shown(row, world), DelegationSet: { NameServers: [...row.nameServers] } }
  },

  listHostedZonesByName: ({ DNSName = '', MaxItems = 100 }, world) => {
    const from = byLabels(wireName(DNSName))
    const rows = hostedZones(world)
      .list()
      .filter(({ name, created }) => byLabels(name) >= from && world.visible(created))
      .toSorted((a, b) => (byLabels(a.name) < byLabels(b.name) ? -1 : 1))
    return {
      HostedZones: rows.slice(0, MaxItems).map(row => shown(row, world)),
      IsTruncated: rows.length > MaxItems,
      MaxItems,
    }
  },

  deleteHostedZone: ({ Id }, world) => {
    const { id } = hostedZoneOf(world, Id)
    const records = recordsIn(world, id)
    if (records.length > 2)
      throw awsFault(
        'HostedZoneNotEmpty',
        'The specified hosted zone contains non-required resource record sets and so cannot be deleted.',
      )
    for (const { record } of records) recordSets(world).delete(keyOf(id, record))
    hostedZones(world).delete(id)
    tagged(world).remove(arnOf(world, id))
    return { ChangeInfo: submit(world) }
  },

  listTagsForResources: ({ ResourceIds = [] }, world) => {
    if (ResourceIds.length > 10) throw awsFault('InvalidInput', 'At most 10 resources in one call')
    return {
      ResourceTagSets: ResourceIds.map(id => ({
        ResourceType: 'hostedzone' as const,
        ResourceId: id,
        Tags: tagsByArn(world, arnOf(world, hostedZoneOf(world, id).id)),
      })),
    }
  },

  changeTagsForResource: ({ ResourceId, AddTags = [], RemoveTagKeys = [] }, world) => {
    if (AddTags.length > 10 || RemoveTagKeys.length > 10)
      throw awsFault('InvalidInput', 'At most 10 tags in one call')
    const arn = arnOf(world, hostedZoneOf(world, ResourceId).id)
    addTags(world, arn, AddTags)
    removeTags(world, arn, RemoveTagKeys)
    return {}
  },

  getChange: ({ Id = '' }, world) => {
    const id = Id.split('/').at(-1) ?? ''
    if (!/^C[0-9A-Z]+$/.test(id))
      throw awsFault('NoSuchChange', `Could not find resource with ID: ${Id}`, { status: 404 })
    return { ChangeInfo: changeInfo(id, world) }
  },
} satisfies Partial<SandboxService<'route53'>>

function arnOf({ partition }: World, id: string): string {
  return `arn:${partition}:route53:::hostedzone/${id}`
}

/** Route 53 sorts by the labels from right to left. */
function byLabels(name: string): string {
  return name.split('.').toReversed().join('.')
}

function apexRecords({ name, nameServers }: HostedZoneRow) {
  const soa = `${nameServers[0]}. awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400`
  return [
    {
      Name: name,
      Type: 'NS' as const,
      TTL: 172_800,
      ResourceRecords: nameServers.map(server => ({ Value: `${server}.` })),
    },
    { Name: name, Type: 'SOA' as const, TTL: 900, ResourceRecords: [{ Value: soa }] },
  ]
}

function shown({ id, name, callerReference }: HostedZoneRow, world: World) {
  return {
    Id: `/hostedzone/${id}`,
    Name: name,
    CallerReference: callerReference,
    Config: { PrivateZone: false },
    ResourceRecordSetCount: recordsIn(world, id).length,
  }
}
