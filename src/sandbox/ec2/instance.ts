import type { EbsBlockDevice, TagSpecification } from '@aws-sdk/client-ec2'
import { awsFault } from '../fault.ts'
import { assertProfileUsable } from '../iam.ts'
import type { SandboxService } from '../service.ts'
import type { World } from '../world.ts'
import { assertImage, rootDeviceName } from './image.ts'
import type { InstanceRow } from './instance-row.ts'
import { instances, launchInstance, purgeInstances, stateOf, terminateInstance } from './instance-row.ts'
import { groupOf } from './security-group.ts'
import { passes, tagListOf } from './tags.ts'

export const instanceOperations = {
  runInstances: (input, world) => {
    purgeInstances(world)
    const { ImageId, InstanceType, IamInstanceProfile, NetworkInterfaces = [], ClientToken } = input
    const repeated = instances(world)
      .list()
      .find(({ token }) => ClientToken && token === ClientToken)
    if (repeated?.becoming === 'terminated')
      throw awsFault('IdempotentInstanceTerminated', `The instance ${repeated.id} has been terminated.`)
    if (repeated) return { Instances: [shown(repeated, world)] }
    const [network] = NetworkInterfaces
    for (const id of network?.Groups ?? []) groupOf(world, id)
    const profile = IamInstanceProfile?.Name ?? IamInstanceProfile?.Arn
    const row = launchInstance(world, {
      token: ClientToken,
      imageId: assertImage(ImageId),
      type: InstanceType ?? 'm1.small',
      subnetId: network?.SubnetId ?? '',
      groupIds: network?.Groups ?? [],
      isPublic: network?.AssociatePublicIpAddress ?? false,
      profileArn: profile === undefined ? undefined : assertProfileUsable(world, profile).arn,
      userData: input.UserData,
      httpTokens: input.MetadataOptions?.HttpTokens,
      hopLimit: input.MetadataOptions?.HttpPutResponseHopLimit,
      volume: volumeFrom(input.BlockDeviceMappings?.[0]?.Ebs),
      tags: tagsFor('instance', input.TagSpecifications),
      volumeTags: tagsFor('volume', input.TagSpecifications),
    })
    return { Instances: [shown(row, world)] }
  },

  describeInstances: ({ InstanceIds, Filters }, world) => {
    purgeInstances(world)
    for (const id of InstanceIds ?? []) instanceOf(world, id)
    const rows = instances(world)
      .list()
      .filter(row => !InstanceIds || InstanceIds.includes(row.id))
      .filter(row => world.visible(row.launched))
      .filter(row =>
        passesWith(world, row, Filters, {
          'instance-id': row.id,
          'instance-state-name': stateOf(row, world),
          'subnet-id': row.subnetId,
          'vpc-id': row.vpcId,
          'client-token': row.token,
        }),
      )
    return { Reservations: rows.map(row => ({ Instances: [shown(row, world)] })) }
  },

  describeInstanceAttribute: ({ InstanceId, Attribute }, world) => {
    const row = instanceOf(world, InstanceId)
    if (Attribute !== 'userData')
      throw awsFault('InvalidParameterValue', `Value (${Attribute}) for parameter attribute is invalid.`)
    return { InstanceId: row.id, UserData: row.userData === undefined ? {} : { Value: row.userData } }
  },

  modifyInstanceAttribute: ({ InstanceId, Groups, InstanceType }, world) => {
    const row = instanceOf(world, InstanceId)
    if (Groups && InstanceType)
      throw awsFault('InvalidParameterCombination', 'Fields for multiple attribute types specified')
    if (Groups) row.groupIds = Groups.map(id => groupOf(world, id).id)
    if (InstanceType) {
      if (stateOf(row, world) !== 'stopped') throw wrongState(row, 'stopped')
      row.type = InstanceType.Value ?? row.type
    }
    return {}
  },

  modifyInstanceMetadataOptions: ({ InstanceId, HttpTokens, HttpPutResponseHopLimit }, world) => {
    const row = instanceOf(world, InstanceId)
    row.httpTokens = HttpTokens ?? row.httpTokens
    row.hopLimit = HttpPutResponseHopLimit ?? row.hopLimit
    return { InstanceId: row.id }
  },

  stopInstances: ({ InstanceIds = [] }, world) => {
    const rows = InstanceIds.map(id => instanceOf(world, id))
    for (const row of rows) {
      if (row.becoming === 'terminated') throw wrongState(row, 'running')
      if (row.becoming === 'stopped') continue
      row.becoming = 'stopped'
      row.becomesAt = world.after('instance stop')
    }
    return { StoppingInstances: rows.map(({ id }) => ({ InstanceId: id })) }
  },

  startInstances: ({ InstanceIds = [] }, world) => {
    const rows = InstanceIds.map(id => instanceOf(world, id))
    for (const row of rows) {
      const state = stateOf(row, world)
      if (state === 'running' || state === 'pending') continue
      if (state !== 'stopped') throw wrongState(row, 'stopped')
      row.becoming = 'running'
      row.becomesAt = world.after('instance start')
      row.starts++
    }
    return { StartingInstances: rows.map(({ id }) => ({ InstanceId: id })) }
  },

  terminateInstances: ({ InstanceIds = [] }, world) => {
    purgeInstances(world)
    const rows = InstanceIds.map(id => instanceOf(world, id))
    for (const row of rows) terminateInstance(world, row)
    return { TerminatingInstances: rows.map(({ id }) => ({ InstanceId: id })) }
  },
} satisfies Partial<SandboxService<'ec2'>>

function instanceOf(world: World, id: string | undefined): InstanceRow {
  const row = instances(world).get(id ?? '')
  if (!row || !world.visible(row.launched))
    throw awsFault('InvalidInstanceID.NotFound', `The instance ID '${id}' does not exist`)
  return row
}

function wrongState({ id }: InstanceRow, wanted: string): Error {
  return awsFault('IncorrectInstanceState', `The instance '${id}' is not in the '${wanted}' state.`)
}

function tagsFor(type: string, specifications: TagSpecification[] = []) {
  return specifications.find(({ ResourceType }) => ResourceType === type)?.Tags ?? []
}

function volumeFrom(ebs: EbsBlockDevice | undefined) {
  return {
    ...(ebs?.VolumeSize === undefined ? {} : { size: ebs.VolumeSize }),
    ...(ebs?.VolumeType === undefined ? {} : { type: ebs.VolumeType }),
    ...(ebs?.Encrypted === undefined ? {} : { encrypted: ebs.Encrypted }),
  }
}

/** Terminated instances still answer to their tags. */
function passesWith(
  world: World,
  row: InstanceRow,
  filters: Parameters<typeof passes>[2],
  facts: Parameters<typeof passes>[3],
): boolean {
  const tags = Object.fromEntries((row.lastTags ?? []).map(({ Key = '', Value }) => [`tag:${Key}`, Value]))
  const isOfTags = (name = '') => row.lastTags !== undefined && name.startsWith('tag:')
  return (
    (filters ?? [])
      .filter(({ Name }) => isOfTags(Name))
      .every(({ Name = '', Values = [] }) => Values.includes(tags[Name] ?? '\0')) &&
    passes(
      world,
      row.id,
      filters?.filter(({ Name }) => !isOfTags(Name)),
      facts,
    )
  )
}

function shown(row: InstanceRow, world: World) {
  const state = stateOf(row, world)
  const attached = state !== 'terminated'
  return {
    InstanceId: row.id,
    ImageId: row.imageId,
    InstanceType: row.type as 't3.micro',
    State: { Name: state },
    SubnetId: row.subnetId,
    VpcId: row.vpcId,
    ClientToken: row.token,
    LaunchTime: new Date(row.launched),
    PrivateIpAddress: attached ? row.privateIp : undefined,
    PublicIpAddress: row.isPublic && state === 'running' ? publicAddress(row) : undefined,
    SecurityGroups: row.groupIds.map(GroupId => ({ GroupId })),
    IamInstanceProfile: row.profileArn === undefined ? undefined : { Arn: row.profileArn },
    RootDeviceName: rootDeviceName,
    // AWS fills this in when the volume is attached.
    BlockDeviceMappings:
      attached && state !== 'pending'
        ? [{ DeviceName: rootDeviceName, Ebs: { VolumeId: row.volume.id, DeleteOnTermination: true } }]
        : [],
    MetadataOptions: {
      HttpTokens: row.httpTokens,
      HttpPutResponseHopLimit: row.hopLimit,
      HttpEndpoint: 'enabled' as const,
    },
    Tags: row.lastTags ?? tagListOf(world, row.id),
  }
}

/** Of the block that is set aside for documentation; another one after each start. */
function publicAddress({ id, starts }: InstanceRow): string {
  return `203.0.113.${(Number.parseInt(id.slice(-4), 16) + starts * 7) % 256}`
}
