import { awsFault } from './fault.ts'
import type { SandboxService } from './service.ts'
import { tagged } from './tagged.ts'
import { addTags, removeTags, tagsByArn } from './tags-by-arn.ts'
import type { World } from './world.ts'

export interface SecretRow {
  readonly name: string
  readonly arn: string
  readonly created: number
  description: string | undefined
  changed: number
  /** The versions' ids, the newest last. Of a value nothing is kept but its keys, where it is a JSON object. */
  versions: { readonly id: string; readonly keys: readonly string[] }[]
  deletedAt?: number | undefined
  /** A function of somebody's gives it new values. No kind sets it: it comes from others. */
  rotates?: boolean
}

export const secrets = (world: World) => world.table<SecretRow>('secretsmanager/secret')

export const secretsmanager: SandboxService<'secretsmanager'> = {
  createSecret: ({ Name = '', Description, SecretString, ClientRequestToken, Tags }, world) => {
    if (!/^[\w/+=.@-]{1,512}$/.test(Name))
      throw awsFault(
        'ValidationException',
        `Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!`,
      )
    const there = secrets(world).get(Name)
    if (there?.deletedAt !== undefined)
      throw invalidRequest(
        "You can't create this secret because a secret with this name is already scheduled for deletion.",
      )
    if (there)
      throw awsFault(
        'ResourceExistsException',
        `The operation failed because the secret ${Name} already exists.`,
      )
    const row = secrets(world).set(Name, {
      name: Name,
      arn: world.arn('secretsmanager', `secret:${Name}-${world.id('', 6)}`),
      created: world.now(),
      description: Description,
      changed: world.now(),
      versions: [],
    })
    if (SecretString !== undefined) addVersion(world, row, SecretString, ClientRequestToken)
    addTags(world, row.arn, Tags)
    return { ARN: row.arn, Name }
  },

  describeSecret: ({ SecretId }, world) => {
    const row = secretOf(world, SecretId)
    const newest = row.versions.length - 1
    const stages = row.versions.map(({ id }, index): [string, string[]] => [
      id,
      index === newest ? ['AWSCURRENT'] : index === newest - 1 ? ['AWSPREVIOUS'] : [],
    ])
    return {
      ARN: row.arn,
      Name: row.name,
      Description: row.description,
      CreatedDate: new Date(row.created),
      LastChangedDate: new Date(row.changed),
      ...(row.deletedAt === undefined ? {} : { DeletedDate: new Date(row.deletedAt) }),
      ...(stages.length > 0 ? { VersionIdsToStages: Object.fromEntries(stages) } : {}),
      ...(row.rotates && { RotationEnabled: true }),
      Tags: tagsByArn(world, row.arn),
    }
  },

  updateSecret: ({ SecretId, Description }, world) => {
    const row = livingSecret(world, SecretId)
    row.description = Description || undefined
    row.changed = world.now()
    return { ARN: row.arn, Name: row.name }
  },

  putSecretValue: ({ SecretId, SecretString = '', ClientRequestToken }, world) => {
    const row = livingSecret(world, SecretId)
    if (SecretString.length > 65_536)
      throw awsFault('ValidationException', 'Member must have length less than or equal to 65536')
    addVersion(world, row, SecretString, ClientRequestToken)
    return { ARN: row.arn, Name: row.name, VersionId: row.versions.at(-1)!.id }
  },

  // A rehearsal holds no value, so what it gives back is a stand-in of the same form.
  getSecretValue: ({ SecretId }, world) => {
    const row = livingSecret(world, SecretId)
    const newest = row.versions.at(-1)
    if (!newest)
      throw awsFault(
        'ResourceNotFoundException',
        "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
      )
    const standIn = Object.fromEntries(newest.keys.map(key => [key, 'rehearsal']))
    return {
      ARN: row.arn,
      Name: row.name,
      VersionId: newest.id,
      SecretString: newest.keys.length > 0 ? JSON.stringify(standIn) : 'rehearsal',
    }
  },

  getRandomPassword: ({ PasswordLength = 32 }, world) => ({ RandomPassword: world.id('', PasswordLength) }),

  deleteSecret: ({ SecretId, RecoveryWindowInDays, ForceDeleteWithoutRecovery }, world) => {
    if (RecoveryWindowInDays !== undefined && ForceDeleteWithoutRecovery)
      throw awsFault(
        'InvalidParameterException',
        "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
      )
    const row = rowOf(world, SecretId)
    // For good, a missing secret is deleted as well as any other.
    if (ForceDeleteWithoutRecovery) {
      if (!row) return {}
      secrets(world).delete(row.name)
      tagged(world).remove(row.arn)
      return { ARN: row.arn, Name: row.name, DeletionDate: new Date(world.now()) }
    }
    const living = livingSecret(world, SecretId)
    living.deletedAt = world.now()
    return {
      ARN: living.arn,
      Name: living.name,
      DeletionDate: new Date(world.now() + (RecoveryWindowInDays ?? 30) * 86_400_000),
    }
  },

  restoreSecret: ({ SecretId }, world) => {
    const row = secretOf(world, SecretId)
    row.deletedAt = undefined
    return { ARN: row.arn, Name: row.name }
  },

  tagResource: ({ SecretId, Tags }, world) => {
    addTags(world, livingSecret(world, SecretId).arn, Tags)
    return {}
  },

  untagResource: ({ SecretId, TagKeys }, world) => {
    removeTags(world, livingSecret(world, SecretId).arn, TagKeys)
    return {}
  },
}

function addVersion(world: World, row: SecretRow, value: string, token: string | undefined): void {
  const id = token ?? world.id('', 32)
  // The token is the version's id: the same one again is no second version.
  if (!row.versions.some(version => version.id === id)) row.versions.push({ id, keys: keysOf(value) })
  row.changed = world.now()
}

function keysOf(value: string): string[] {
  try {
    const parsed: unknown = JSON.parse(value)
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? Object.keys(parsed) : []
  } catch {
    return []
  }
}

function rowOf(world: World, id = ''): SecretRow | undefined {
  return (
    secrets(world).get(id) ??
    secrets(world)
      .list()
      .find(({ arn }) => arn === id)
  )
}

function secretOf(world: World, id: string | undefined): SecretRow {
  const row = rowOf(world, id)
  if (!row || !world.visible(row.created))
    throw awsFault('ResourceNotFoundException', "Secrets Manager can't find the specified secret.")
  return row
}

function livingSecret(world: World, id: string | undefined): SecretRow {
  const row = secretOf(world, id)
  if (row.deletedAt !== undefined)
    throw invalidRequest("You can't perform this operation on the secret because it was marked for deletion.")
  return row
}

function invalidRequest(message: string): Error {
  return awsFault('InvalidRequestException', message)
}
