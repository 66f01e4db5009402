import type { ChangeAction, ResourceRecordSet } from '@aws-sdk/client-route-53'
import { canonical, sorted } from '../../resources/json.ts'
import { awsFault } from '../fault.ts'
import type { SandboxService } from '../service.ts'
import type { World } from '../world.ts'
import { hostedZoneOf, keyOf, recordSets, recordsIn, submit, wireName } from './rows.ts'

export const recordSetOperations = {
  changeResourceRecordSets: ({ HostedZoneId, ChangeBatch }, world) => {
    const { id, name } = hostedZoneOf(world, HostedZoneId)
    const changes = (ChangeBatch?.Changes ?? []).map(({ Action, ResourceRecordSet }) => ({
      action: Action,
      record: stored(ResourceRecordSet!),
    }))
    // All or nothing: what one change has done is undone when a later one is refused.
    const before = recordsIn(world, id)
    try {
      for (const { action, record } of changes) carryOut(world, { id, name }, action, record)
    } catch (error) {
      for (const { record } of recordsIn(world, id)) recordSets(world).delete(keyOf(id, record))
      for (const row of before) recordSets(world).set(keyOf(id, row.record), row)
      throw error
    }
    return { ChangeInfo: submit(world) }
  },

  listResourceRecordSets: ({ HostedZoneId, StartRecordName, StartRecordType, MaxItems = 300 }, world) => {
    const { id } = hostedZoneOf(world, HostedZoneId)
    const from = StartRecordName ? order({ Name: wireName(StartRecordName), Type: StartRecordType }) : ''
    const records = recordsIn(world, id)
      .map(({ record }) => record)
      .filter(record => order(record) >= from)
      .toSorted((a, b) => (order(a) < order(b) ? -1 : 1))
    const next = records[MaxItems]
    return {
      ResourceRecordSets: records.slice(0, MaxItems),
      IsTruncated: next !== undefined,
      ...(next ? { NextRecordName: next.Name, NextRecordType: next.Type } : {}),
      MaxItems,
    }
  },
} satisfies Partial<SandboxService<'route53'>>

function carryOut(
  world: World,
  { id, name }: { readonly id: string; readonly name: string },
  action: ChangeAction | undefined,
  record: ResourceRecordSet,
): void {
  const { Name = '', Type } = record
  const what = `[name='${Name}', type='${Type}']`
  if (Name !== name && !Name.endsWith(`.${name}`))
    throw refused(`RRSet with DNS name ${Name} is not permitted in zone ${name}`)
  if (record.AliasTarget && record.TTL !== undefined)
    throw refused(`Tried to create an alias with a TTL ${what}`)
  const key = keyOf(id, record)
  const there = recordSets(world).get(key)
  if (action === 'DELETE') {
    if (!there) throw refused(`Tried to delete resource record set ${what} but it was not found`)
    if (canonical(there.record) !== canonical(record))
      throw refused(
        `Tried to delete resource record set ${what} but the values provided do not match the current values`,
      )
    recordSets(world).delete(key)
    return
  }
  if (action === 'CREATE' && there)
    throw refused(`Tried to create resource record set ${what} but it already exists`)
  const others = recordsIn(world, id).filter(row => row.record.Name === Name && row.record.Type !== Type)
  if (Type === 'CNAME' && Name === name)
    throw refused(`RRSet of type CNAME with DNS name ${Name} is not permitted at apex in zone ${name}`)
  if (others.length > 0 && (Type === 'CNAME' || others.some(row => row.record.Type === 'CNAME')))
    throw refused(`RRSet of type CNAME with DNS name ${Name} conflicts with other record sets of that name`)
  recordSets(world).set(key, { zoneId: id, record, since: world.now() })
}

/** As Route 53 keeps and shows it. */
function stored({ Name = '', AliasTarget, ...record }: ResourceRecordSet): ResourceRecordSet {
  return {
    Name: wireName(Name),
    ...record,
    ...(record.ResourceRecords ? { ResourceRecords: sorted(record.ResourceRecords) } : {}),
    ...(AliasTarget ? { AliasTarget: { ...AliasTarget, DNSName: wireName(AliasTarget.DNSName ?? '') } } : {}),
  }
}

function order({ Name = '', Type = '' as 'A' }: ResourceRecordSet): string {
  return `${Name.split('.').toReversed().join('.')} ${Type}`
}

function refused(message: string): Error {
  return awsFault('InvalidChangeBatch', `[${message}]`)
}
