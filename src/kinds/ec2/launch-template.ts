import type { LaunchTemplate, LaunchTemplateVersion, VolumeType } from '@aws-sdk/client-ec2'
import type { Aws } from '../../aws/aws.ts'
import { orAbsent } from '../../aws/errors.ts'
import { allPages } from '../../aws/pages.ts'
import { fromTagList, tagSpecification } from '../../aws/tags.ts'
import { sorted } from '../../resources/json.ts'
import type { Kind, Tags } from '../../resources/kind.ts'
import { asSet } from '../spelling.ts'
import { findAll, retag } from './describe.ts'

export interface LaunchTemplateProps {
  readonly launchTemplateName: string
  /** An AMI id, or `resolve:ssm:<parameter>`: then each launch takes what the parameter holds at that time. */
  readonly imageId: string
  readonly instanceType: string
  readonly instanceProfileArn: string
  readonly securityGroupIds: readonly string[]
  readonly associatePublicIp: boolean
  /** Plain text: its encoding is done here. */
  readonly userData: string
  readonly rootDeviceName: string
  /** GiB; the volume is always encrypted. */
  readonly rootVolumeSize: number
  readonly rootVolumeType: string
  /** Of the instances and their volumes, besides those that their group gives them. */
  readonly instanceTags: Tags
}

export interface LaunchTemplateAttributes {
  readonly launchTemplateId: string
  /** The newest version, which is the default one. */
  readonly version: string
}

export const launchTemplate: Kind<LaunchTemplateProps, LaunchTemplateAttributes> = {
  type: 'ec2/launch-template',
  label: 'launch template',
  ownership: 'tags',
  replaceOn: ['launchTemplateName'],
  replacement: 'create-first',
  uniqueKeys: [{ props: ['launchTemplateName'], label: 'name' }],
  // After an update a group has to take the new one.
  readyAttributes: ['version'],
  updatedAttributes: () => ['version'],
  findBy: ['launchTemplateName'],
  seconds: { create: 1, delete: 1 },

  normalise: props => ({ ...props, securityGroupIds: asSet(props.securityGroupIds) }),

  read: async (requests, { aws }) => {
    const [found, recorded] = await Promise.all([
      findAll(
        requests,
        ({ launchTemplateId }) => launchTemplateId,
        {
          aws,
          resourceType: 'launch-template',
          byIds: 'launch-template-id',
          describe: Filters => {
            // Of its ids AWS makes no filter.
            const ids = Filters.find(({ Name }) => Name === 'launch-template-id')?.Values
            return ids ? byIds(ids, aws) : byNames(Filters[0]?.Values ?? [], aws)
          },
          idOf: ({ LaunchTemplateId }) => LaunchTemplateId,
          tagsOf: ({ Tags }) => Tags,
        },
        {
          filters: unrecorded => [
            {
              Name: 'launch-template-name',
              Values: unrecorded.map(({ props }) => props.launchTemplateName ?? ''),
            },
          ],
          matches: ({ LaunchTemplateName }, { props }) => LaunchTemplateName === props.launchTemplateName,
        },
      ),
      // In the same wave where the id is known.
      Promise.all(
        requests.map(async ({ attributes }) => attributes && newestOf(attributes.launchTemplateId, aws)),
      ),
    ])
    return Promise.all(
      found.map(async (one, index) => {
        if (!one?.LaunchTemplateId) return undefined
        const newest = recorded[index] ?? (await newestOf(one.LaunchTemplateId, aws))
        // Gone between the two reads.
        if (!newest) return undefined
        return {
          attributes: attributesOf(one),
          props: propsOf(newest),
          tags: fromTagList(one.Tags),
        }
      }),
    )
  },

  create: async ({ props, tags, token }, { aws }) => {
    const { LaunchTemplate: made } = await aws.ec2.createLaunchTemplate({
      LaunchTemplateName: props.launchTemplateName,
      LaunchTemplateData: dataOf(props),
      ClientToken: token,
      TagSpecifications: tagSpecification('launch-template', tags),
    })
    return attributesOf(made!)
  },

  // A version never changes. What a new one does not say it does not have, for it names no source.
  update: async ({ attributes: { launchTemplateId }, props }, { aws }) => {
    const { LaunchTemplateVersion: made } = await aws.ec2.createLaunchTemplateVersion({
      LaunchTemplateId: launchTemplateId,
      LaunchTemplateData: dataOf(props),
    })
    const version = String(made!.VersionNumber)
    await aws.ec2.modifyLaunchTemplate({ LaunchTemplateId: launchTemplateId, DefaultVersion: version })
    return { launchTemplateId, version }
  },

  retag: ({ launchTemplateId }, change, { aws }) => retag(launchTemplateId, change, aws),

  // Unchecked by AWS: a group that still refers to it could launch nothing any more.
  delete: async ({ attributes: { launchTemplateId } }, { aws }) => {
    await orAbsent(aws.ec2.deleteLaunchTemplate({ LaunchTemplateId: launchTemplateId }))
  },

  ready: async all => all.map(attributes => ({ state: 'ready', attributes })),
}

async function byIds(LaunchTemplateIds: string[], aws: Aws): Promise<LaunchTemplate[]> {
  const ask = (ids: string[]) =>
    orAbsent(aws.ec2.describeLaunchTemplates({ LaunchTemplateIds: ids, MaxResults: 200 }))
  const all = await ask(LaunchTemplateIds)
  if (all) return all.LaunchTemplates ?? []
  // One unknown id spoils the whole call.
  const each = await Promise.all(LaunchTemplateIds.map(id => ask([id])))
  return each.flatMap(answer => answer?.LaunchTemplates ?? [])
}

function byNames(Values: string[], { ec2 }: Aws): Promise<LaunchTemplate[]> {
  return allPages(marker =>
    ec2
      .describeLaunchTemplates({
        Filters: [{ Name: 'launch-template-name', Values }],
        MaxResults: 200,
        NextToken: marker,
      })
      .then(({ LaunchTemplates, NextToken }) => ({ rows: LaunchTemplates, next: NextToken })),
  )
}

async function newestOf(LaunchTemplateId: string, aws: Aws): Promise<LaunchTemplateVersion | undefined> {
  const answer = await orAbsent(
    aws.ec2.describeLaunchTemplateVersions({ LaunchTemplateId, Versions: ['$Latest'] }),
  )
  return answer?.LaunchTemplateVersions?.[0]
}

function attributesOf({ LaunchTemplateId, LatestVersionNumber }: LaunchTemplate): LaunchTemplateAttributes {
  return { launchTemplateId: LaunchTemplateId!, version: String(LatestVersionNumber ?? 1) }
}

function dataOf(props: LaunchTemplateProps) {
  return {
    ImageId: props.imageId,
    InstanceType: props.instanceType as 't3.micro',
    IamInstanceProfile: { Arn: props.instanceProfileArn },
    NetworkInterfaces: [
      {
        DeviceIndex: 0,
        Groups: [...props.securityGroupIds],
        AssociatePublicIpAddress: props.associatePublicIp,
        DeleteOnTermination: true,
      },
    ],
    UserData: Buffer.from(props.userData).toString('base64'),
    BlockDeviceMappings: [
      {
        DeviceName: props.rootDeviceName,
        Ebs: {
          VolumeSize: props.rootVolumeSize,
          VolumeType: props.rootVolumeType as VolumeType,
          Encrypted: true,
          DeleteOnTermination: true,
        },
      },
    ],
    // IMDSv2 only. Two hops, so that containers on the instance reach the metadata as well.
    MetadataOptions: {
      HttpTokens: 'required' as const,
      HttpEndpoint: 'enabled' as const,
      HttpPutResponseHopLimit: 2,
    },
    TagSpecifications: [
      ...tagSpecification('instance', props.instanceTags),
      ...tagSpecification('volume', props.instanceTags),
    ],
  }
}

function propsOf({
  LaunchTemplateName = '',
  LaunchTemplateData = {},
}: LaunchTemplateVersion): LaunchTemplateProps {
  const [network] = LaunchTemplateData.NetworkInterfaces ?? []
  const [device] = LaunchTemplateData.BlockDeviceMappings ?? []
  const ofInstances = LaunchTemplateData.TagSpecifications?.find(
    ({ ResourceType }) => ResourceType === 'instance',
  )
  return {
    launchTemplateName: LaunchTemplateName,
    imageId: LaunchTemplateData.ImageId ?? '',
    instanceType: LaunchTemplateData.InstanceType ?? '',
    instanceProfileArn: LaunchTemplateData.IamInstanceProfile?.Arn ?? '',
    securityGroupIds: sorted(network?.Groups ?? []),
    associatePublicIp: network?.AssociatePublicIpAddress ?? false,
    userData: Buffer.from(LaunchTemplateData.UserData ?? '', 'base64').toString(),
    rootDeviceName: device?.DeviceName ?? '',
    rootVolumeSize: device?.Ebs?.VolumeSize ?? 0,
    rootVolumeType: device?.Ebs?.VolumeType ?? '',
    instanceTags: fromTagList(ofInstances?.Tags),
  }
}
