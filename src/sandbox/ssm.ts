import { createHash } from 'node:crypto'
import { awsFault } from './fault.ts'
import type { SandboxService } from './service.ts'
import { tagged } from './tagged.ts'
import { addTags, removeTags, tagsByArn } from './tags-by-arn.ts'
import type { World } from './world.ts'

export interface ParameterRow {
  readonly name: string
  readonly arn: string
  readonly type: 'String' | 'SecureString'
  readonly created: number
  changed: number
  /** Of a SecureString a stand-in for the ciphertext, which tells nothing of the value. */
  value: string
  version: number
}

const parameters = (world: World) => world.table<ParameterRow>('ssm/parameter')

const twoWeeks = 14 * 86_400_000

export const ssm: SandboxService<'ssm'> = {
  /** AWS's public parameters hold the newest AMI; a new one comes about every two weeks. */
  getParameter: ({ Name = '' }, world) => {
    if (!Name.startsWith('/aws/service/')) throw awsFault('ParameterNotFound', `Parameter ${Name} not found.`)
    const edition = Math.floor(world.now() / twoWeeks)
    const Value = `ami-0${createHash('sha256').update(`${Name} ${edition}`).digest('hex').slice(0, 16)}`
    return { Parameter: { Name, Type: 'String', Value, Version: edition } }
  },

  putParameter: ({ Name = '', Value = '', Type, Overwrite = false, Tags }, world) => {
    if (Overwrite && Tags)
      throw awsFault(
        'ValidationException',
        "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite flag.",
      )
    if (Type !== 'String' && Type !== 'SecureString')
      throw awsFault('UnsupportedParameterType', `The type ${Type} is not supported here.`)
    if (Value.length > 4096)
      throw awsFault(
        'ValidationException',
        'Standard tier parameters support a maximum parameter value of 4096 characters.',
      )
    const value = Type === 'SecureString' ? world.id('AQICAH', 40) : Value
    const there = parameters(world).get(Name)
    if (there && !Overwrite)
      throw awsFault(
        'ParameterAlreadyExists',
        'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
      )
    if (there && there.type !== Type)
      throw awsFault('HierarchyTypeMismatchException', `The parameter ${Name} is a ${there.type}.`)
    if (there) {
      there.value = value
      there.changed = world.now()
      there.version++
      return { Version: there.version }
    }
    const row = parameters(world).set(Name, {
      name: Name,
      arn: world.arn('ssm', `parameter${Name}`),
      type: Type,
      created: world.now(),
      changed: world.now(),
      value,
      version: 1,
    })
    addTags(world, row.arn, Tags)
    return { Version: 1 }
  },

  getParameters: ({ Names = [] }, world) => {
    if (Names.length > 10)
      throw awsFault('ValidationException', 'Member must have length less than or equal to 10')
    const found = Names.flatMap(name => {
      const row = parameters(world).get(name)
      return row && world.visible(row.created) ? [row] : []
    })
    return {
      Parameters: found.map(({ name, arn, type, value, version }) => ({
        Name: name,
        ARN: arn,
        Type: type,
        // Nobody asks for a SecureString decrypted.
        Value: value,
        Version: version,
      })),
      InvalidParameters: Names.filter(name => !found.some(row => row.name === name)),
    }
  },

  describeParameters: ({ ParameterFilters = [] }, world) => {
    const filter = ParameterFilters[0]
    if (ParameterFilters.length !== 1 || filter?.Key !== 'Name' || filter.Option !== 'Equals')
      throw awsFault('InvalidFilterKey', 'Only names are looked for here.')
    const rows = parameters(world)
      .list()
      .filter(({ name, created }) => filter.Values?.includes(name) && world.visible(created))
    return {
      Parameters: rows.map(({ name, arn, type, changed, version }) => ({
        Name: name,
        ARN: arn,
        Type: type,
        LastModifiedDate: new Date(changed),
        Version: version,
      })),
    }
  },

  deleteParameter: ({ Name }, world) => {
    const row = parameters(world).get(Name ?? '')
    if (!row) throw awsFault('ParameterNotFound', `Parameter ${Name} not found.`)
    parameters(world).delete(row.name)
    tagged(world).remove(row.arn)
    return {}
  },

  listTagsForResource: ({ ResourceId }, world) => ({ TagList: tagsByArn(world, arnOf(world, ResourceId)) }),

  addTagsToResource: ({ ResourceId, Tags }, world) => {
    addTags(world, arnOf(world, ResourceId), Tags)
    return {}
  },

  removeTagsFromResource: ({ ResourceId, TagKeys }, world) => {
    removeTags(world, arnOf(world, ResourceId), TagKeys)
    return {}
  },
}

function arnOf(world: World, name = ''): string {
  const row = parameters(world).get(name)
  if (!row) throw awsFault('InvalidResourceId', `The resource ID ${name} is not valid.`)
  return row.arn
}
