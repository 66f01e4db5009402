import { awsFault } from '../fault.ts'
import type { SandboxService } from '../service.ts'
import { tagged } from '../tagged.ts'
import { addTags, removeTags, tagsByArn } from '../tags-by-arn.ts'
import type { World } from '../world.ts'
import { heldByProfile } from './instance-profile.ts'
import { assertPolicy } from './policy-document.ts'

export interface RoleRow {
  readonly name: string
  readonly path: string
  readonly roleId: string
  readonly arn: string
  readonly created: number
  /** From then on other services accept it. */
  readonly knownAt: number
  trust: string
  description: string | undefined
  /** ARN of a policy. No kind sets it: it comes from others. */
  boundary?: string
  attached: string[]
  /** Documents by policy name. */
  readonly inline: Record<string, string>
}

export const roles = (world: World) => world.table<RoleRow>('iam/role')

/** Two role names that differ in letter case only are the same to IAM. */
const keyOf = (name: string) => name.toLowerCase()

/** The row, or AWS's error for a name that does not exist. */
export function roleOf(world: World, name: string | undefined): RoleRow {
  const row = roles(world).get(keyOf(name ?? ''))
  if (!row || !world.visible(row.created)) throw noSuchEntity(`The role with name ${name} cannot be found.`)
  return row
}

export function noSuchEntity(message: string): Error {
  return awsFault('NoSuchEntityException', message, { status: 404, code: 'NoSuchEntity' })
}

/** False while the services that are to use a new role do not know it yet, and when there is no such role. */
export function roleKnown(world: World, arn: string): boolean {
  const row = roleWith(world, arn)
  return row !== undefined && world.now() >= row.knownAt
}

/** What a service does with a role that it is handed. `message` is its own complaint about a role that is not there. */
export function assertRoleUsable(
  world: World,
  arn: string,
  message = `ECS was unable to assume the role '${arn}' that was provided for this task.`,
): void {
  if (!roleWith(world, arn)) throw awsFault('ClientException', message)
  if (!roleKnown(world, arn))
    throw awsFault(
      'AccessDeniedException',
      `User: arn:${world.partition}:iam::${world.account}:user/rehearsal is not authorized to perform: ` +
        `iam:PassRole on resource: ${arn}`,
    )
}

function roleWith(world: World, arn: string): RoleRow | undefined {
  return roles(world)
    .list()
    .find(row => row.arn === arn)
}

/** A role that is made now. The name must be free. */
export function makeRole(
  world: World,
  { name, path, trust, description }: Pick<RoleRow, 'name' | 'path' | 'trust' | 'description'>,
): RoleRow {
  return roles(world).set(keyOf(name), {
    name,
    path,
    roleId: world.id('AROA').toUpperCase(),
    arn: `arn:${world.partition}:iam::${world.account}:role${path}${name}`,
    created: world.now(),
    knownAt: world.after('iam propagation'),
    trust,
    description,
    attached: [],
    inline: {},
  })
}

export function roleExists(world: World, name: string): boolean {
  return roles(world).get(keyOf(name)) !== undefined
}

export function shownRole(row: RoleRow) {
  return {
    Path: row.path,
    RoleName: row.name,
    RoleId: row.roleId,
    Arn: row.arn,
    CreateDate: new Date(row.created),
    AssumeRolePolicyDocument: encodeURIComponent(row.trust),
    Description: row.description,
    MaxSessionDuration: 3600,
    ...(row.boundary && {
      PermissionsBoundary: {
        PermissionsBoundaryType: 'PermissionsBoundaryPolicy' as const,
        PermissionsBoundaryArn: row.boundary,
      },
    }),
  }
}

export const roleOperations = {
  createRole: ({ RoleName = '', Path = '/', AssumeRolePolicyDocument, Description, Tags = [] }, world) => {
    assertPolicy(AssumeRolePolicyDocument, 'This policy contains invalid Json')
    if (roleExists(world, RoleName))
      throw awsFault('EntityAlreadyExistsException', `Role with name ${RoleName} already exists.`, {
        status: 409,
        code: 'EntityAlreadyExists',
      })
    const row = makeRole(world, {
      name: RoleName,
      path: Path,
      trust: AssumeRolePolicyDocument!,
      description: Description,
    })
    addTags(world, row.arn, Tags)
    return { Role: { ...shownRole(row), Tags } }
  },

  getRole: ({ RoleName }, world) => {
    const row = roleOf(world, RoleName)
    const Tags = tagsByArn(world, row.arn)
    return { Role: { ...shownRole(row), Tags } }
  },

  listRoles: ({ PathPrefix = '/', Marker, MaxItems = 100 }, world) => {
    const matching = roles(world)
      .list()
      .filter(({ path, created }) => path.startsWith(PathPrefix) && world.visible(created))
    const start = Number(Marker ?? 0)
    const end = start + MaxItems
    const more = end < matching.length
    return {
      Roles: matching.slice(start, end).map(shownRole),
      IsTruncated: more,
      ...(more ? { Marker: String(end) } : {}),
    }
  },

  updateAssumeRolePolicy: ({ RoleName, PolicyDocument }, world) => {
    const row = roleOf(world, RoleName)
    assertPolicy(PolicyDocument, 'This policy contains invalid Json')
    row.trust = PolicyDocument!
    return {}
  },

  updateRoleDescription: ({ RoleName, Description }, world) => {
    const row = roleOf(world, RoleName)
    row.description = Description
    return { Role: shownRole(row) }
  },

  tagRole: ({ RoleName, Tags }, world) => {
    addTags(world, roleOf(world, RoleName).arn, Tags)
    return {}
  },

  untagRole: ({ RoleName, TagKeys }, world) => {
    removeTags(world, roleOf(world, RoleName).arn, TagKeys)
    return {}
  },

  deleteRole: ({ RoleName }, world) => {
    const row = roleOf(world, RoleName)
    if (heldByProfile(world, row.name)) throw deleteConflict('must remove roles from instance profile first')
    if (row.attached.length > 0) throw deleteConflict('must detach all policies first')
    if (Object.keys(row.inline).length > 0) throw deleteConflict('must delete policies first')
    roles(world).delete(keyOf(row.name))
    tagged(world).remove(row.arn)
    return {}
  },
} satisfies Partial<SandboxService<'iam'>>

function deleteConflict(what: string): Error {
  return awsFault('DeleteConflictException', `Cannot delete entity, ${what}.`, {
    status: 409,
    code: 'DeleteConflict',
  })
}
