import { awsFault } from '../fault.ts'
import type { SandboxService } from '../service.ts'
import { tagged } from '../tagged.ts'
import { addTags, removeTags, tagsByArn } from '../tags-by-arn.ts'
import type { World } from '../world.ts'
import { noSuchEntity, roleOf, shownRole } from './role.ts'

interface InstanceProfileRow {
  readonly name: string
  readonly id: string
  readonly arn: string
  readonly created: number
  roleName?: string
  /** From then on EC2 accepts it with its role. */
  knownAt: number
}

const profiles = (world: World) => world.table<InstanceProfileRow>('iam/instance-profile')

/** EC2's complaint about a profile that is not there, has no role, or is too young. */
export function assertProfileUsable(world: World, nameOrArn: string): InstanceProfileRow {
  const row = profiles(world).get(nameOrArn.split('/').at(-1)!)
  if (!row || world.now() < row.knownAt)
    throw awsFault(
      'InvalidParameterValue',
      `Value (${nameOrArn}) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name`,
    )
  if (row.roleName === undefined)
    throw awsFault('InvalidParameterValue', `IAM Instance Profile ${row.name} has no associated IAM Roles`)
  return row
}

/** True while the role cannot be deleted because a profile holds it. */
export function heldByProfile(world: World, roleName: string): boolean {
  return profiles(world)
    .list()
    .some(row => row.roleName === roleName)
}

export const instanceProfileOperations = {
  createInstanceProfile: ({ InstanceProfileName: name = '', Tags = [] }, world) => {
    if (profiles(world).get(name))
      throw awsFault('EntityAlreadyExistsException', `Instance Profile ${name} already exists.`, {
        status: 409,
        code: 'EntityAlreadyExists',
      })
    const row = profiles(world).set(name, {
      name,
      id: world.id('AIPA').toUpperCase(),
      arn: `arn:${world.partition}:iam::${world.account}:instance-profile/${name}`,
      created: world.now(),
      knownAt: world.after('iam propagation'),
    })
    addTags(world, row.arn, Tags)
    return { InstanceProfile: shown(row, world) }
  },

  listInstanceProfilesForRole: ({ RoleName = '' }, world) => {
    const { name } = roleOf(world, RoleName)
    const rows = profiles(world)
      .list()
      .filter(row => row.roleName === name)
    return { InstanceProfiles: rows.map(row => shown(row, world)), IsTruncated: false }
  },

  getInstanceProfile: ({ InstanceProfileName }, world) => ({
    InstanceProfile: shown(profileOf(world, InstanceProfileName), world),
  }),

  addRoleToInstanceProfile: ({ InstanceProfileName, RoleName }, world) => {
    const row = profileOf(world, InstanceProfileName)
    const role = roleOf(world, RoleName)
    if (row.roleName !== undefined)
      throw awsFault(
        'LimitExceededException',
        'Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1',
        { status: 409, code: 'LimitExceeded' },
      )
    row.roleName = role.name
    row.knownAt = world.after('iam propagation')
    return {}
  },

  removeRoleFromInstanceProfile: ({ InstanceProfileName, RoleName }, world) => {
    const row = profileOf(world, InstanceProfileName)
    if (row.roleName !== RoleName) throw noSuchEntity(`Role ${RoleName} is not in the profile ${row.name}.`)
    delete row.roleName
    return {}
  },

  tagInstanceProfile: ({ InstanceProfileName, Tags }, world) => {
    addTags(world, profileOf(world, InstanceProfileName).arn, Tags)
    return {}
  },

  untagInstanceProfile: ({ InstanceProfileName, TagKeys }, world) => {
    removeTags(world, profileOf(world, InstanceProfileName).arn, TagKeys)
    return {}
  },

  deleteInstanceProfile: ({ InstanceProfileName }, world) => {
    const row = profileOf(world, InstanceProfileName)
    if (row.roleName !== undefined)
      throw awsFault(
        'DeleteConflictException',
        'Cannot delete entity, must remove roles from instance profile first.',
        { status: 409, code: 'DeleteConflict' },
      )
    profiles(world).delete(row.name)
    tagged(world).remove(row.arn)
    return {}
  },
} satisfies Partial<SandboxService<'iam'>>

function profileOf(world: World, name: string | undefined): InstanceProfileRow {
  const row = profiles(world).get(name ?? '')
  if (!row || !world.visible(row.created)) throw noSuchEntity(`Instance Profile ${name} cannot be found.`)
  return row
}

function shown(row: InstanceProfileRow, world: World) {
  return {
    Path: '/',
    InstanceProfileName: row.name,
    InstanceProfileId: row.id,
    Arn: row.arn,
    CreateDate: new Date(row.created),
    Roles: row.roleName === undefined ? [] : [shownRole(roleOf(world, row.roleName))],
    Tags: tagsByArn(world, row.arn),
  }
}
