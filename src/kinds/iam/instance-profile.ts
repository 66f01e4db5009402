import type { InstanceProfile } from '@aws-sdk/client-iam'
import type { Aws } from '../../aws/aws.ts'
import { orAbsent } from '../../aws/errors.ts'
import { fromTagList, tagList } from '../../aws/tags.ts'
import type { Kind } from '../../resources/kind.ts'

export interface InstanceProfileProps {
  /** Unique in the account. */
  readonly instanceProfileName: string
  /** The one role that instances with this profile act as. */
  readonly roleName: string
}

export interface InstanceProfileAttributes {
  readonly instanceProfileName: string
  readonly arn: string
}

export const instanceProfile: Kind<InstanceProfileProps, InstanceProfileAttributes> = {
  type: 'iam/instance-profile',
  label: 'instance profile',
  ownership: 'tags',
  replaceOn: ['instanceProfileName'],
  replacement: 'create-first',
  uniqueKeys: [{ props: ['instanceProfileName'], label: 'name' }],
  late: ['roleName'],
  findBy: ['instanceProfileName'],
  seconds: { create: 1, delete: 1 },
  // Sooner, EC2 may refuse it, or launch an instance without it.
  settles: 8,

  read: (requests, { aws }) =>
    Promise.all(
      requests.map(async ({ attributes, props }) => {
        const one = await profileOf(attributes?.instanceProfileName ?? props.instanceProfileName!, aws)
        if (!one) return undefined
        return {
          attributes: attributesOf(one),
          props: { instanceProfileName: one.InstanceProfileName!, roleName: roleOf(one) ?? '' },
          tags: fromTagList(one.Tags),
        }
      }),
    ),

  create: async ({ props, tags }, { aws }) => {
    const { InstanceProfile: made } = await aws.iam.createInstanceProfile({
      InstanceProfileName: props.instanceProfileName,
      Tags: tagList(tags),
    })
    return attributesOf(made!)
  },

  finish: async ({ props }, attributes, { aws }) => {
    await putRole(attributes.instanceProfileName, props.roleName, aws)
    return attributes
  },

  update: async ({ attributes, props }, { aws }) => {
    await putRole(attributes.instanceProfileName, props.roleName, aws)
    return attributes
  },

  retag: async ({ instanceProfileName: InstanceProfileName }, { set, remove }, { aws }) => {
    if (Object.keys(set).length > 0)
      await aws.iam.tagInstanceProfile({ InstanceProfileName, Tags: tagList(set) })
    if (remove.length > 0) await aws.iam.untagInstanceProfile({ InstanceProfileName, TagKeys: [...remove] })
  },

  delete: async ({ attributes: { instanceProfileName } }, { aws }) => {
    const one = await profileOf(instanceProfileName, aws)
    if (!one) return
    await takeRole(one, aws)
    await orAbsent(aws.iam.deleteInstanceProfile({ InstanceProfileName: instanceProfileName }))
  },
}

async function profileOf(InstanceProfileName: string, aws: Aws): Promise<InstanceProfile | undefined> {
  const answer = await orAbsent(aws.iam.getInstanceProfile({ InstanceProfileName }))
  return answer?.InstanceProfile
}

/** A profile holds one role at most, so that another has to go first. */
async function putRole(InstanceProfileName: string, RoleName: string, aws: Aws): Promise<void> {
  const one = await profileOf(InstanceProfileName, aws)
  if (one && roleOf(one) === RoleName) return
  if (one) await takeRole(one, aws)
  await aws.iam.addRoleToInstanceProfile({ InstanceProfileName, RoleName })
}

async function takeRole(one: InstanceProfile, aws: Aws): Promise<void> {
  const RoleName = roleOf(one)
  if (RoleName === undefined) return
  await orAbsent(
    aws.iam.removeRoleFromInstanceProfile({ InstanceProfileName: one.InstanceProfileName!, RoleName }),
  )
}

function roleOf({ Roles = [] }: InstanceProfile): string | undefined {
  return Roles[0]?.RoleName
}

function attributesOf({ InstanceProfileName, Arn }: InstanceProfile): InstanceProfileAttributes {
  return { instanceProfileName: InstanceProfileName!, arn: Arn! }
}
