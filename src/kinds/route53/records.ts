import type { Change, ResourceRecordSet, RRType } from '@aws-sdk/client-route-53'
import type { Aws } from '../../aws/aws.ts'
import { orAbsent } from '../../aws/errors.ts'
import { allPages } from '../../aws/pages.ts'

export interface RecordKey {
  readonly name: string
  readonly type: RRType
}

/** The name as people write it. Route 53 answers in lower case, with a dot behind it and `*` as `\052`. */
export function bareName(name: string): string {
  return name.toLowerCase().replace(/\.$/, '').replace('\\052', '*')
}

/** The id without the prefix that some answers have: `/hostedzone/Z0123` is `Z0123`. */
export function bareId(id: string | undefined): string {
  return id?.split('/').at(-1) ?? ''
}

export function isAt(record: ResourceRecordSet, { name, type }: RecordKey): boolean {
  return record.Type === type && bareName(record.Name ?? '') === bareName(name)
}

/** All records of a zone; undefined when there is no such zone. */
export async function allRecords(zoneId: string, aws: Aws): Promise<ResourceRecordSet[] | undefined> {
  let there = true
  const records = await allPages<ResourceRecordSet, Start>(async from => {
    const page = await listPage(zoneId, from ?? {}, aws)
    there &&= page !== undefined
    return { rows: page?.records, next: page?.next }
  })
  return there ? records : undefined
}

/**
 * The wanted records of a zone; undefined when there is no such zone. One call where the zone is small; in one with
 * thousands of records, each that is not on the first page is asked for alone.
 */
export async function findRecords(
  zoneId: string,
  wanted: readonly RecordKey[],
  aws: Aws,
): Promise<(ResourceRecordSet | undefined)[] | undefined> {
  const first = await listPage(zoneId, {}, aws)
  if (!first) return undefined
  return Promise.all(
    wanted.map(async key => {
      const found = first.records.find(record => isAt(record, key))
      if (found || !first.next) return found
      const from = { StartRecordName: key.name, StartRecordType: key.type, MaxItems: 1 }
      const alone = await listPage(zoneId, from, aws)
      return alone?.records.find(record => isAt(record, key))
    }),
  )
}

/** Carries out all of the changes or none. Gives the id by which Route 53 says when its servers have them. */
export async function changeRecords(zoneId: string, changes: Change[], aws: Aws): Promise<string> {
  const { ChangeInfo } = await aws.route53.changeResourceRecordSets({
    HostedZoneId: zoneId,
    ChangeBatch: { Changes: changes },
  })
  return bareId(ChangeInfo?.Id)
}

interface Start {
  readonly StartRecordName?: string | undefined
  readonly StartRecordType?: RRType | undefined
  readonly StartRecordIdentifier?: string | undefined
  readonly MaxItems?: number
}

async function listPage(
  HostedZoneId: string,
  from: Start,
  aws: Aws,
): Promise<{ readonly records: ResourceRecordSet[]; readonly next: Start | undefined } | undefined> {
  const page = await orAbsent(aws.route53.listResourceRecordSets({ HostedZoneId, ...from }))
  if (!page) return undefined
  const next = page.IsTruncated
    ? {
        StartRecordName: page.NextRecordName,
        StartRecordType: page.NextRecordType,
        StartRecordIdentifier: page.NextRecordIdentifier,
      }
    : undefined
  return { records: page.ResourceRecordSets ?? [], next }
}
