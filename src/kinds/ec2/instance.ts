import type { Instance, VolumeType } from '@aws-sdk/client-ec2'
import { orAbsent } from '../../aws/errors.ts'
import { fromTagList, tagList, tagSpecification } from '../../aws/tags.ts'
import { sorted } from '../../resources/json.ts'
import type { Kind } from '../../resources/kind.ts'
import { asSet } from '../spelling.ts'
import { findAll } from './describe.ts'
import { resolveImage } from './image.ts'
import { ended, instanceDetails, instancesById, lookupOf, rootVolumeIdOf, stateOf } from './instance-rows.ts'

export interface InstanceProps {
  /**
   * The id of an AMI, or the name of a public parameter that holds one. A parameter is resolved once: that it names a
   * newer AMI later changes nothing about a living instance.
   */
  readonly image: string
  readonly instanceType: string
  readonly subnetId: string
  readonly securityGroupIds: readonly string[]
  /** An address of AWS's choice, another one after each stop. */
  readonly associatePublicIp: boolean
  readonly instanceProfileName: string
  /** Run at the first boot. Plain text: its encoding is done here. Null: nothing is run. */
  readonly userData?: string | null | undefined
  /** GiB. */
  readonly rootVolumeSize: number
  readonly rootVolumeType: string
  readonly rootVolumeEncrypted: boolean
  /** `required` is IMDSv2 only. */
  readonly httpTokens: 'required' | 'optional'
  readonly state: 'running' | 'stopped'
}

export interface InstanceAttributes {
  readonly instanceId: string
  /** What `image` was resolved to. */
  readonly imageId: string
  readonly image: string
  readonly associatePublicIp: boolean
  readonly privateIp?: string | undefined
  readonly publicIp?: string | undefined
  readonly volumeId?: string | undefined
}

export const instance: Kind<InstanceProps, InstanceAttributes> = {
  type: 'ec2/instance',
  label: 'EC2 instance',
  ownership: 'tags',
  replaceOn: [
    'image',
    'subnetId',
    'associatePublicIp',
    'instanceProfileName',
    'userData',
    'rootVolumeEncrypted',
  ],
  replacement: 'create-first',
  withdrawn: { userData: { becomes: null } },
  readyAttributes: ['privateIp', 'publicIp', 'volumeId'],
  // Inside a parent that is not there it is not looked for.
  serves: true,
  interrupts: ({ instanceType }, after) =>
    instanceType === after.instanceType
      ? []
      : [{ reason: 'a change of its instance type stops and starts the instance', seconds: 70 }],
  findBy: ['subnetId'],
  seconds: { create: 20, update: 70, delete: 44 },
  effects: {
    instanceType: 'stops and starts the instance; its public address changes',
    rootVolumeSize: 'the file system grows at the next boot',
    state: 'starts the instance',
  },

  normalise: props => ({ ...props, securityGroupIds: asSet(props.securityGroupIds) }),

  refuses: (before, after) =>
    after.rootVolumeSize < before.rootVolumeSize
      ? {
          why: `a volume cannot shrink from ${before.rootVolumeSize} to ${after.rootVolumeSize} GiB`,
          blocks: ['rootVolumeSize'],
          instead: `write rootVolume.size: ${before.rootVolumeSize}, or add a second instance with a smaller volume`,
        }
      : undefined,

  identify: id => (id.startsWith('i-') ? { attributes: { instanceId: id } } : undefined),

  read: async (requests, { aws }) => {
    const detailsOf = (ids: readonly (string | undefined)[]) =>
      instanceDetails(
        ids.map((id, index) => ({ id, withUserData: requests[index]!.props.userData !== undefined })),
        aws,
      )
    // In the same wave where the id is known.
    const [found, recorded] = await Promise.all([
      findAll(requests, ({ instanceId }) => instanceId, lookupOf(aws)),
      detailsOf(requests.map(({ attributes }) => attributes?.instanceId)),
    ])
    const met = await detailsOf(
      found.map((one, index) => (requests[index]!.attributes ? undefined : one?.InstanceId)),
    )
    return found.map((one, index) => {
      if (!one) return undefined
      const { attributes: before, props } = requests[index]!
      const { volumes, userData } = before ? recorded : met
      // One answer shows it and the other does not know it: it is looked for again, not made anew without its script.
      if (props.userData != null && userData[index] === undefined) return undefined
      const state = stateOf(one)
      const volume = volumes.get(rootVolumeIdOf(one))
      // Of an address of AWS's choice nothing is left to see while the instance is stopped.
      const open = state === 'running' ? one.PublicIpAddress !== undefined : props.associatePublicIp
      const associatePublicIp = before?.associatePublicIp ?? open ?? false
      const image = imageOf(one, before, props.image)
      return {
        attributes: attributesOf(one, { image, associatePublicIp }),
        props: {
          image,
          instanceType: one.InstanceType ?? '',
          subnetId: one.SubnetId ?? '',
          securityGroupIds: sorted((one.SecurityGroups ?? []).map(({ GroupId = '' }) => GroupId)),
          associatePublicIp,
          instanceProfileName: one.IamInstanceProfile?.Arn?.split('/').at(-1) ?? '',
          ...(props.userData === undefined ? {} : { userData: userData[index] || null }),
          rootVolumeSize: volume?.Size ?? props.rootVolumeSize ?? 0,
          rootVolumeType: volume?.VolumeType ?? props.rootVolumeType ?? '',
          rootVolumeEncrypted: volume?.Encrypted ?? true,
          httpTokens: one.MetadataOptions?.HttpTokens ?? 'optional',
          state: state === 'stopping' || state === 'stopped' ? 'stopped' : 'running',
        },
        tags: fromTagList(one.Tags),
        ...(state === 'pending' || state === 'stopping' ? { pending: state } : {}),
      }
    })
  },

  create: async ({ props, tags, token }, { aws }) => {
    const { imageId, rootDeviceName } = await resolveImage(props.image, aws)
    const { Instances = [] } = await aws.ec2.runInstances({
      ImageId: imageId,
      InstanceType: props.instanceType as Instance['InstanceType'],
      MinCount: 1,
      MaxCount: 1,
      ClientToken: token,
      IamInstanceProfile: { Name: props.instanceProfileName },
      ...(props.userData == null ? {} : { UserData: Buffer.from(props.userData).toString('base64') }),
      NetworkInterfaces: [
        {
          DeviceIndex: 0,
          SubnetId: props.subnetId,
          Groups: [...props.securityGroupIds],
          AssociatePublicIpAddress: props.associatePublicIp,
          DeleteOnTermination: true,
        },
      ],
      BlockDeviceMappings: [
        {
          DeviceName: rootDeviceName,
          Ebs: {
            VolumeSize: props.rootVolumeSize,
            VolumeType: props.rootVolumeType as VolumeType,
            Encrypted: props.rootVolumeEncrypted,
            DeleteOnTermination: true,
          },
        },
      ],
      MetadataOptions: metadataOptions(props),
      TagSpecifications: [
        ...tagSpecification('instance', tags),
        ...tagSpecification('volume', tags),
        ...tagSpecification('network-interface', tags),
      ],
    })
    return attributesOf(Instances[0]!, props)
  },

  update: async ({ attributes, props, changed }, { aws }) => {
    const { instanceId: InstanceId } = attributes
    const has = (name: keyof InstanceProps) => changed.includes(name)
    if (has('securityGroupIds'))
      await aws.ec2.modifyInstanceAttribute({ InstanceId, Groups: [...props.securityGroupIds] })
    if (has('httpTokens'))
      await aws.ec2.modifyInstanceMetadataOptions({ InstanceId, ...metadataOptions(props) })
    if (has('rootVolumeSize') || has('rootVolumeType'))
      await aws.ec2.modifyVolume({
        VolumeId: attributes.volumeId!,
        Size: props.rootVolumeSize,
        VolumeType: props.rootVolumeType as VolumeType,
      })
    if (has('instanceType')) {
      await aws.ec2.stopInstances({ InstanceIds: [InstanceId] })
      // Refused as long as it is not stopped; the retries ask again until it is.
      await aws.ec2.modifyInstanceAttribute({ InstanceId, InstanceType: { Value: props.instanceType } })
    }
    if (has('instanceType') || has('state')) await aws.ec2.startInstances({ InstanceIds: [InstanceId] })
    return attributes
  },

  retag: async ({ instanceId, volumeId }, { set, remove }, { aws }) => {
    const Resources = [instanceId, ...(volumeId ? [volumeId] : [])]
    if (Object.keys(set).length > 0) await aws.ec2.createTags({ Resources, Tags: tagList(set) })
    if (remove.length > 0) await aws.ec2.deleteTags({ Resources, Tags: remove.map(Key => ({ Key })) })
  },

  delete: async ({ attributes: { instanceId } }, { aws }) => {
    await orAbsent(aws.ec2.terminateInstances({ InstanceIds: [instanceId] }))
  },

  ready: async (all, { aws }) => {
    const rows = await instancesById(all, aws)
    return all.map(attributes => {
      const one = rows.get(attributes.instanceId)
      const state = one ? stateOf(one) : 'pending'
      // Stopped is settled too: what is to be done about it is for the plan to say.
      if (one && (state === 'running' || state === 'stopped'))
        return { state: 'ready', attributes: attributesOf(one, attributes) }
      return ended.has(state)
        ? { state: 'failed', reason: one?.StateReason?.Message ?? `the instance is ${state}` }
        : { state: 'waiting', status: state }
    })
  },

  gone: async (all, { aws }) => {
    const rows = await instancesById(all, aws)
    return all.map(({ instanceId }) => {
      const one = rows.get(instanceId)
      const state = one ? stateOf(one) : 'terminated'
      return state === 'terminated' ? { state: 'gone' } : { state: 'waiting', status: state }
    })
  },
}

/** What was resolved is the same image for as long as the instance has it. */
function imageOf(one: Instance, recorded: InstanceAttributes | undefined, wish: string | undefined): string {
  if (recorded) return recorded.imageId === one.ImageId ? recorded.image : (one.ImageId ?? '')
  return wish?.startsWith('/') ? wish : (one.ImageId ?? '')
}

function attributesOf(
  one: Instance,
  { image, associatePublicIp }: Pick<InstanceAttributes, 'image' | 'associatePublicIp'>,
): InstanceAttributes {
  const volumeId = rootVolumeIdOf(one)
  return {
    instanceId: one.InstanceId!,
    imageId: one.ImageId!,
    image,
    associatePublicIp,
    ...(one.PrivateIpAddress ? { privateIp: one.PrivateIpAddress } : {}),
    ...(one.PublicIpAddress ? { publicIp: one.PublicIpAddress } : {}),
    ...(volumeId ? { volumeId } : {}),
  }
}

/** Two hops, so that containers on the instance reach the metadata as well. */
function metadataOptions({ httpTokens }: Pick<InstanceProps, 'httpTokens'>) {
  return { HttpTokens: httpTokens, HttpEndpoint: 'enabled' as const, HttpPutResponseHopLimit: 2 }
}
