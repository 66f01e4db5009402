import type { HttpTokensState, InstanceStateName, Tag } from '@aws-sdk/client-ec2'
import { awsFault } from '../fault.ts'
import type { World } from '../world.ts'
import { attachInterface, releaseInterface } from './interface.ts'
import { subnetOf } from './subnet.ts'
import { setTags, tagListOf, untag } from './tags.ts'

export interface InstanceRow {
  readonly id: string
  readonly token?: string | undefined
  readonly imageId: string
  readonly subnetId: string
  readonly vpcId: string
  readonly interfaceId: string
  readonly privateIp: string
  readonly profileArn?: string | undefined
  readonly userData?: string | undefined
  readonly volume: { readonly id: string; size: number; type: string; readonly encrypted: boolean }
  readonly launched: number
  /** Whether AWS gives it a public address while it runs. */
  readonly isPublic: boolean
  /** Counts its starts: each brings another public address. */
  starts: number
  type: string
  groupIds: string[]
  httpTokens: HttpTokensState
  hopLimit: number
  /** What it is becoming, and from when on it is that. */
  becoming: 'running' | 'stopped' | 'terminated'
  becomesAt: number
  /** Of a terminated one, which AWS lists for a while. */
  lastTags?: Tag[]
}

export const instances = (world: World) => world.table<InstanceRow>('ec2/instance')

/** AWS goes on listing terminated instances for about an hour. */
const afterlife = 3_600_000

export interface Launch {
  readonly token?: string | undefined
  readonly imageId: string
  readonly type: string
  readonly subnetId: string
  readonly groupIds: readonly string[]
  readonly isPublic: boolean
  readonly profileArn?: string | undefined
  readonly userData?: string | undefined
  readonly httpTokens?: HttpTokensState | undefined
  readonly hopLimit?: number | undefined
  readonly volume?: { readonly size?: number; readonly type?: string; readonly encrypted?: boolean }
  readonly tags?: Tag[] | undefined
  readonly volumeTags?: Tag[] | undefined
}

/** A new instance that will soon run. */
export function launchInstance(world: World, launch: Launch): InstanceRow {
  const subnet = subnetOf(world, launch.subnetId)
  const id = world.id('i-')
  const least = snapshotSize(launch.imageId)
  const { size = least, type = 'gp3', encrypted = false } = launch.volume ?? {}
  if (size < least)
    throw awsFault(
      'InvalidBlockDeviceMapping',
      `Volume of size ${size}GB is smaller than snapshot 'snap-0a1b2c3d', expect size >= ${least}GB`,
    )
  const volumeId = world.id('vol-')
  const interfaceId = attachInterface(world, {
    subnetId: subnet.id,
    groupIds: launch.groupIds,
    description: 'Primary network interface',
    instanceId: id,
    isPublic: launch.isPublic,
  })
  if (launch.tags) setTags(world, id, launch.tags)
  if (launch.volumeTags) setTags(world, volumeId, launch.volumeTags)
  return instances(world).set(id, {
    id,
    token: launch.token,
    imageId: launch.imageId,
    type: launch.type,
    subnetId: subnet.id,
    vpcId: subnet.vpcId,
    groupIds: [...launch.groupIds],
    interfaceId,
    privateIp: addressFor(world, subnet.cidr),
    profileArn: launch.profileArn,
    userData: launch.userData,
    httpTokens: launch.httpTokens ?? 'optional',
    hopLimit: launch.hopLimit ?? 1,
    volume: { id: volumeId, size, type, encrypted },
    launched: world.now(),
    isPublic: launch.isPublic,
    starts: 1,
    becoming: 'running',
    becomesAt: world.after('instance start'),
  })
}

/** GiB. */
function snapshotSize(imageId: string): number {
  return imageId.includes('/ecs/optimized-ami/') ? 30 : 8
}

export function terminateInstance(world: World, row: InstanceRow): void {
  if (row.becoming === 'terminated') return
  row.becoming = 'terminated'
  row.becomesAt = world.after('instance terminate')
  releaseInterface(world, row.interfaceId, row.becomesAt)
}

export function stateOf({ becoming, becomesAt }: InstanceRow, world: World): InstanceStateName {
  if (world.now() >= becomesAt) return becoming
  return ({ running: 'pending', stopped: 'stopping', terminated: 'shutting-down' } as const)[becoming]
}

/** A terminated instance is nobody's leftover, though it is listed with its tags for a while. */
export function purgeInstances(world: World): void {
  for (const row of instances(world).list()) {
    if (stateOf(row, world) !== 'terminated') continue
    if (!row.lastTags) {
      row.lastTags = tagListOf(world, row.id)
      untag(world, row.id, 'all')
      untag(world, row.volume.id, 'all')
    }
    if (world.now() >= row.becomesAt + afterlife) instances(world).delete(row.id)
  }
}

function addressFor(world: World, cidr: string): string {
  const [a, b, c] = cidr.split('.')
  return `${a}.${b}.${c}.${4 + Math.floor(world.chance() * 250)}`
}
