import type { ResourceRecordSet } from '@aws-sdk/client-route-53'
import { awsFault } from '../fault.ts'
import type { World } from '../world.ts'

export interface HostedZoneRow {
  readonly id: string
  /** With the dot behind it, as Route 53 keeps all names. */
  readonly name: string
  readonly callerReference: string
  readonly nameServers: readonly string[]
  readonly created: number
}

export interface RecordSetRow {
  readonly zoneId: string
  readonly record: ResourceRecordSet
  /** When it came to be as it is: milliseconds since the epoch. */
  readonly since: number
}

export const hostedZones = (world: World) => world.table<HostedZoneRow>('route53/hosted-zone')
export const recordSets = (world: World) => world.table<RecordSetRow>('route53/record-set')

/** The row, or AWS's error for a zone that does not exist. */
export function hostedZoneOf(world: World, id: string | undefined): HostedZoneRow {
  const row = hostedZones(world).get(id?.split('/').at(-1) ?? '')
  if (!row) throw awsFault('NoSuchHostedZone', `No hosted zone found with ID: ${id}`, { status: 404 })
  return row
}

export function recordsIn(world: World, zoneId: string): RecordSetRow[] {
  return recordSets(world)
    .list()
    .filter(row => row.zoneId === zoneId)
}

export function keyOf(zoneId: string, { Name, Type }: ResourceRecordSet): string {
  return `${zoneId} ${Type} ${wireName(Name ?? '')}`
}

/** Lower case, a dot behind it, and an asterisk as an octal escape. */
export function wireName(name: string): string {
  return `${name.toLowerCase().replace(/\.$/, '').replace('*', '\\052')}.`
}

/** Begins the propagation of a change. When it will be over stands in its id, so that nothing is left behind. */
export function submit(world: World) {
  return changeInfo(`C${world.after('record change').toString(36).toUpperCase()}`, world)
}

export function changeInfo(id: string, world: World) {
  const inSyncAt = Number.parseInt(id.slice(1), 36)
  return {
    Id: `/change/${id}`,
    Status: world.now() >= inSyncAt ? ('INSYNC' as const) : ('PENDING' as const),
    SubmittedAt: new Date(inSyncAt - world.seconds('record change') * 1000),
  }
}
