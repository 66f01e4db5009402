import type { AccessPointDescription } from '@aws-sdk/client-efs'
import type { Aws } from '../../aws/aws.ts'
import { hasCode, orAbsent } from '../../aws/errors.ts'
import { fromTagList, tagList } from '../../aws/tags.ts'
import type { Kind, KindContext } from '../../resources/kind.ts'
import type { Lookup } from './describe.ts'
import { findAll, goneness, pending, readiness, retag, rowsById } from './describe.ts'

export interface AccessPointProps {
  readonly fileSystemId: string
  /** Made on first use, owned by `uid` and `gid`. */
  readonly path: string
  /** Every client acts as this user and group, whoever it is inside its container. */
  readonly uid: number
  readonly gid: number
  /** Octal, e.g. `0755`. */
  readonly permissions: string
}

export interface AccessPointAttributes {
  readonly accessPointId: string
  readonly arn: string
}

export const accessPoint: Kind<AccessPointProps, AccessPointAttributes> = {
  type: 'efs/access-point',
  label: 'EFS access point',
  ownership: 'tags',
  replaceOn: ['fileSystemId', 'path', 'uid', 'gid', 'permissions'],
  replacement: 'create-first',
  // Inside a parent that is not there it is not looked for.
  findBy: ['fileSystemId'],
  seconds: { create: 2, delete: 2 },

  read: async (requests, { aws }) => {
    const found = await findAll(requests, ({ accessPointId }) => accessPointId, lookup(aws))
    return found.map(row =>
      row?.AccessPointId && row.AccessPointArn
        ? {
            attributes: { accessPointId: row.AccessPointId, arn: row.AccessPointArn },
            props: {
              fileSystemId: row.FileSystemId ?? '',
              path: row.RootDirectory?.Path ?? '/',
              uid: row.PosixUser?.Uid ?? 0,
              gid: row.PosixUser?.Gid ?? 0,
              permissions: row.RootDirectory?.CreationInfo?.Permissions ?? '',
            },
            tags: fromTagList(row.Tags),
            pending: pending(row),
          }
        : undefined,
    )
  },

  create: async ({ props: { fileSystemId, path, uid, gid, permissions }, tags, token }, context) => {
    try {
      const { AccessPointId } = await context.aws.efs.createAccessPoint({
        ClientToken: token,
        FileSystemId: fileSystemId,
        PosixUser: { Uid: uid, Gid: gid },
        // Without CreationInfo AWS never makes the directory, and mounting fails.
        RootDirectory: {
          Path: path,
          CreationInfo: { OwnerUid: uid, OwnerGid: gid, Permissions: permissions },
        },
        Tags: tagList(tags),
      })
      return attributesOf(AccessPointId!, context)
    } catch (error) {
      // An earlier attempt got through; the error says which one it made.
      const { AccessPointId } = error as { readonly AccessPointId?: string }
      if (hasCode(error, 'AccessPointAlreadyExists') && AccessPointId)
        return attributesOf(AccessPointId, context)
      throw error
    }
  },

  retag: ({ accessPointId }, change, { aws }) => retag(accessPointId, change, aws),

  delete: async ({ attributes: { accessPointId } }, { aws }) => {
    await orAbsent(aws.efs.deleteAccessPoint({ AccessPointId: accessPointId }))
  },

  ready: async (attributes, { aws }) => {
    const rows = await rowsById(ids(attributes), lookup(aws))
    return attributes.map(one =>
      readiness(rows.get(one.accessPointId), one, `the access point ${one.accessPointId} is in state error`),
    )
  },

  gone: async (attributes, { aws }) => {
    const rows = await rowsById(ids(attributes), lookup(aws))
    return attributes.map(({ accessPointId }) => goneness(rows.get(accessPointId)))
  },
}

const lookup = (aws: Aws): Lookup<AccessPointDescription> => ({
  one: AccessPointId =>
    aws.efs.describeAccessPoints({ AccessPointId }).then(({ AccessPoints }) => AccessPoints),
  page: NextToken =>
    aws.efs
      .describeAccessPoints({ NextToken, MaxResults: 100 })
      .then(({ AccessPoints, NextToken: next }) => ({ rows: AccessPoints, next })),
  idOf: ({ AccessPointId }) => AccessPointId,
})

function ids(attributes: readonly AccessPointAttributes[]): string[] {
  return attributes.map(({ accessPointId }) => accessPointId)
}

function attributesOf(
  accessPointId: string,
  { partition, region, account }: KindContext,
): AccessPointAttributes {
  return {
    accessPointId,
    arn: `arn:${partition}:elasticfilesystem:${region}:${account}:access-point/${accessPointId}`,
  }
}
