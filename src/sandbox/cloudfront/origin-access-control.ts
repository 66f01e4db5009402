import { awsFault } from '../fault.ts'
import type { SandboxService } from '../service.ts'
import type { World } from '../world.ts'
import type { OriginAccessControlRow } from './rows.ts'
import { distributions, originAccessControls } from './rows.ts'

export const originAccessControlOperations = {
  createOriginAccessControl: ({ OriginAccessControlConfig: config }, world) => {
    const twin = originAccessControls(world)
      .list()
      .find(row => row.config.Name === config?.Name)
    if (twin)
      throw awsFault(
        'OriginAccessControlAlreadyExists',
        'An origin access control with the same name already exists.',
        { status: 409 },
      )
    const id = world.id('E', 13).toUpperCase()
    const row = originAccessControls(world).set(id, {
      id,
      etag: world.id('E', 13).toUpperCase(),
      config: config!,
    })
    return { OriginAccessControl: shown(row), ETag: row.etag }
  },

  getOriginAccessControl: ({ Id }, world) => {
    const row = rowOf(world, Id)
    return { OriginAccessControl: shown(row), ETag: row.etag }
  },

  listOriginAccessControls: (_input, world) => {
    const rows = originAccessControls(world).list()
    return {
      OriginAccessControlList: {
        Marker: '',
        MaxItems: 100,
        IsTruncated: false,
        Quantity: rows.length,
        Items: rows.map(({ id, config }) => ({ Id: id, ...config, Description: config.Description ?? '' })),
      },
    }
  },

  deleteOriginAccessControl: ({ Id, IfMatch }, world) => {
    const { id, etag } = rowOf(world, Id)
    if (IfMatch !== etag)
      throw awsFault('InvalidIfMatchVersion', 'The If-Match version is missing or not valid.')
    const used = distributions(world)
      .list()
      .some(({ config }) => config.Origins?.Items?.some(origin => origin.OriginAccessControlId === id))
    if (used)
      throw awsFault(
        'OriginAccessControlInUse',
        'Cannot delete the origin access control because it’s in use by one or more distributions.',
        { status: 409 },
      )
    originAccessControls(world).delete(id)
    return {}
  },
} satisfies Partial<SandboxService<'cloudfront'>>

function rowOf(world: World, id: string | undefined): OriginAccessControlRow {
  const row = originAccessControls(world).get(id ?? '')
  if (!row)
    throw awsFault('NoSuchOriginAccessControl', 'The specified origin access control does not exist.', {
      status: 404,
    })
  return row
}

function shown({ id, config }: OriginAccessControlRow) {
  return { Id: id, OriginAccessControlConfig: config }
}
