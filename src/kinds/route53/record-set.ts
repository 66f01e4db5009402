import type { ResourceRecordSet, RRType } from '@aws-sdk/client-route-53'
import type { Aws } from '../../aws/aws.ts'
import { orAbsent } from '../../aws/errors.ts'
import { canonical, sorted } from '../../resources/json.ts'
import type { Kind, Observed, ReadRequest } from '../../resources/kind.ts'
import { bareName, changeRecords, findRecords } from './records.ts'

export interface RecordSetProps {
  readonly zoneId: string
  /** In full, without a dot behind it. */
  readonly name: string
  readonly type: RRType
  /** Seconds. Route 53 takes none with an alias. */
  readonly ttl?: number | undefined
  readonly values?: readonly string[] | undefined
  readonly alias?: AliasTarget | undefined
  /** True in a zone that others write to as well: what stands there is ours only if it points to our own resource. */
  readonly inSharedZone?: boolean | undefined
}

export interface AliasTarget {
  readonly dnsName: string
  /** The zone of the target, not that of the record. */
  readonly zoneId: string
  readonly evaluateTargetHealth: boolean
}

export interface RecordSetAttributes {
  readonly zoneId: string
  readonly name: string
  readonly type: RRType
  /** What it points to, so that one which has been pointed elsewhere since is not taken for ours. */
  readonly target: string
  /** While Route 53 tells its servers. */
  readonly changeId?: string | undefined
}

const defaultTtl = 300

export const recordSet: Kind<RecordSetProps, RecordSetAttributes> = {
  type: 'route53/record-set',
  label: 'DNS record',
  ownership: 'parent',
  replaceOn: ['zoneId', 'name', 'type'],
  replacement: 'create-first',
  uniqueKeys: [{ props: ['name', 'type', 'zoneId'], label: 'record' }],
  withdrawn: {
    ttl: { moot: 'a record without an alias is declared with it or gets ours' },
    values: { moot: 'an alias takes their place' },
    alias: { moot: 'values take its place' },
    inSharedZone: { moot: 'it says how the record is found, and is nothing in AWS' },
  },
  findBy: ['zoneId', 'name', 'type'],
  seconds: { create: 35, delete: 1 },

  // An alias names a load balancer or a distribution of ours, and nobody else's record would. Values prove little.
  proves: (wish, { alias, values }) =>
    wish.alias
      ? alias?.dnsName === normalAlias(wish.alias).dnsName
      : !wish.inSharedZone && canonical(wish.values) === canonical(values),

  foreignHint: ({ name, type }) =>
    `remove the ${type} record of ${name} if nobody needs it any more, or give this one another name`,

  normalise: ({ ttl, values, alias, ...props }) => ({
    ...props,
    ...(typeof props.name === 'string' ? { name: bareName(props.name) } : {}),
    ...(values ? { ttl: ttl ?? defaultTtl, values: Array.isArray(values) ? sorted(values) : values } : {}),
    ...(alias ? { alias: normalAlias(alias) } : {}),
  }),

  read: async (requests, { aws }) => {
    const zones = new Map<string, number[]>()
    requests.forEach((request, index) => {
      const { zoneId } = keyOf(request)
      zones.set(zoneId, [...(zones.get(zoneId) ?? []), index])
    })
    const found: (ResourceRecordSet | undefined)[] = []
    await Promise.all(
      [...zones].map(async ([zoneId, indices]) => {
        const wanted = indices.map(index => keyOf(requests[index]!))
        const records = (await findRecords(zoneId, wanted, aws)) ?? []
        indices.forEach((index, position) => (found[index] = records[position]))
      }),
    )
    return requests.map((request, index) => observed(request, found[index]))
  },

  create: async ({ props }, { aws }) => {
    // CREATE, and not UPSERT, which would silently write over a record that is somebody else's.
    const changes = [{ Action: 'CREATE' as const, ResourceRecordSet: rowOf(props) }]
    return { ...attributesOf(props), changeId: await changeRecords(props.zoneId, changes, aws) }
  },

  update: async ({ props }, { aws }) => {
    const changes = [{ Action: 'UPSERT' as const, ResourceRecordSet: rowOf(props) }]
    return { ...attributesOf(props), changeId: await changeRecords(props.zoneId, changes, aws) }
  },

  delete: async ({ attributes }, { aws }) => {
    const { zoneId, target } = attributes
    // A deletion has to repeat the record as it is now.
    const [record] = (await findRecords(zoneId, [attributes], aws)) ?? []
    // Pointed elsewhere since: people move a name to its next place before they take the old one down.
    if (!record || targetOf(record) !== target) return
    await orAbsent(changeRecords(zoneId, [{ Action: 'DELETE', ResourceRecordSet: record }], aws))
  },

  ready: (attributes, { aws }) =>
    Promise.all(
      attributes.map(async ({ changeId, ...settled }) => {
        const change = changeId === undefined ? undefined : await statusOf(changeId, aws)
        return change === undefined || change === 'INSYNC'
          ? { state: 'ready', attributes: settled }
          : { state: 'waiting', status: change }
      }),
    ),
}

function keyOf({ attributes, props }: ReadRequest<RecordSetProps, RecordSetAttributes>) {
  return {
    zoneId: attributes?.zoneId ?? props.zoneId!,
    name: attributes?.name ?? props.name!,
    type: attributes?.type ?? props.type!,
  }
}

function observed(
  { attributes, props }: ReadRequest<RecordSetProps, RecordSetAttributes>,
  record: ResourceRecordSet | undefined,
): Observed<RecordSetProps, RecordSetAttributes> | undefined {
  if (!record) return undefined
  const key = { ...keyOf({ attributes, props } as ReadRequest<RecordSetProps, RecordSetAttributes>) }
  const { AliasTarget, ResourceRecords, TTL } = record
  const inSharedZone = props.inSharedZone
  const now: RecordSetProps = {
    ...key,
    name: bareName(key.name),
    ...(AliasTarget
      ? { alias: aliasIn(AliasTarget) }
      : { ttl: TTL, values: sorted((ResourceRecords ?? []).map(({ Value = '' }) => Value)) }),
    ...(inSharedZone === undefined ? {} : { inSharedZone }),
  }
  return {
    attributes: { ...key, name: bareName(key.name), target: targetOf(record) },
    props: now,
    tags: undefined,
  }
}

function rowOf({ name, type, ttl, values, alias }: RecordSetProps): ResourceRecordSet {
  return {
    Name: name,
    Type: type,
    ...(alias
      ? {
          AliasTarget: {
            DNSName: alias.dnsName,
            HostedZoneId: alias.zoneId,
            EvaluateTargetHealth: alias.evaluateTargetHealth,
          },
        }
      : { TTL: ttl ?? defaultTtl, ResourceRecords: (values ?? []).map(Value => ({ Value })) }),
  }
}

function attributesOf(props: RecordSetProps): RecordSetAttributes {
  const { zoneId, name, type } = props
  return { zoneId, name: bareName(name), type, target: targetOf(rowOf(props)) }
}

function targetOf({ AliasTarget, ResourceRecords = [] }: ResourceRecordSet): string {
  return AliasTarget
    ? bareName(AliasTarget.DNSName ?? '')
    : sorted(ResourceRecords.map(({ Value = '' }) => Value)).join(' ')
}

function aliasIn(target: NonNullable<ResourceRecordSet['AliasTarget']>): AliasTarget {
  return normalAlias({
    dnsName: target.DNSName ?? '',
    zoneId: target.HostedZoneId ?? '',
    evaluateTargetHealth: target.EvaluateTargetHealth ?? false,
  })
}

function normalAlias(alias: AliasTarget): AliasTarget {
  return typeof alias.dnsName === 'string' ? { ...alias, dnsName: bareName(alias.dnsName) } : alias
}

async function statusOf(Id: string, aws: Aws): Promise<string | undefined> {
  const answer = await orAbsent(aws.route53.getChange({ Id }))
  return answer?.ChangeInfo?.Status
}
