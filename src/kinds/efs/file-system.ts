import type { FileSystemDescription } from '@aws-sdk/client-efs'
import type { Aws } from '../../aws/aws.ts'
import { hasCode, orAbsent } from '../../aws/errors.ts'
import { allPages } from '../../aws/pages.ts'
import { fromTagList, tagList } from '../../aws/tags.ts'
import type { Blocker } from '../../resources/blocker.ts'
import type { Kind, KindContext } from '../../resources/kind.ts'
import type { Lookup } from './describe.ts'
import { findAll, goneness, pending, readiness, retag, rowsById } from './describe.ts'

export interface FileSystemProps {
  readonly encrypted: boolean
  readonly performanceMode?: 'generalPurpose' | 'maxIO' | undefined
  readonly throughputMode?: 'bursting' | 'elastic' | undefined
}

export interface FileSystemAttributes {
  readonly fileSystemId: string
  readonly arn: string
}

export const fileSystem: Kind<FileSystemProps, FileSystemAttributes> = {
  type: 'efs/file-system',
  label: 'EFS file system',
  ownership: 'tags',
  data: 'keep',
  replaceOn: ['encrypted', 'performanceMode'],
  replacement: 'create-first',
  withdrawn: {
    performanceMode: { stays: 'EFS takes it only for a new file system' },
    throughputMode: { becomes: 'bursting' },
  },
  findBy: [],
  seconds: { create: 5, delete: 8 },

  identify: id => (id.startsWith('fs-') ? { attributes: { fileSystemId: id } } : undefined),

  read: async (requests, { aws }) => {
    const found = await findAll(requests, ({ fileSystemId }) => fileSystemId, lookup(aws))
    return found.map(row =>
      row?.FileSystemId && row.FileSystemArn
        ? {
            attributes: { fileSystemId: row.FileSystemId, arn: row.FileSystemArn },
            props: {
              encrypted: row.Encrypted ?? false,
              performanceMode: row.PerformanceMode ?? 'generalPurpose',
              throughputMode: row.ThroughputMode as FileSystemProps['throughputMode'],
            },
            tags: fromTagList(row.Tags),
            pending: pending(row),
          }
        : undefined,
    )
  },

  create: async ({ props, tags, token }, context) => {
    try {
      const { FileSystemId } = await context.aws.efs.createFileSystem({
        CreationToken: token,
        Encrypted: props.encrypted,
        PerformanceMode: props.performanceMode,
        ThroughputMode: props.throughputMode,
        Tags: tagList(tags),
      })
      return attributesOf(FileSystemId!, context)
    } catch (error) {
      // An earlier attempt got through; the error says which one it made.
      const { FileSystemId } = error as { readonly FileSystemId?: string }
      if (hasCode(error, 'FileSystemAlreadyExists') && FileSystemId)
        return attributesOf(FileSystemId, context)
      throw error
    }
  },

  update: async ({ attributes, props }, { aws }) => {
    await aws.efs.updateFileSystem({
      FileSystemId: attributes.fileSystemId,
      ThroughputMode: props.throughputMode,
    })
    return attributes
  },

  retag: ({ fileSystemId }, change, { aws }) => retag(fileSystemId, change, aws),

  delete: async ({ attributes: { fileSystemId } }, { aws }) => {
    await orAbsent(aws.efs.deleteFileSystem({ FileSystemId: fileSystemId }))
  },

  blockers: (all, { aws }) => Promise.all(all.map(({ fileSystemId }) => mountTargetsOf(fileSystemId, aws))),

  ready: async (attributes, { aws }) => {
    const rows = await rowsById(ids(attributes), lookup(aws))
    return attributes.map(one =>
      readiness(rows.get(one.fileSystemId), one, `the file system ${one.fileSystemId} is in state error`),
    )
  },

  gone: async (attributes, { aws }) => {
    const rows = await rowsById(ids(attributes), lookup(aws))
    return attributes.map(({ fileSystemId }) => goneness(rows.get(fileSystemId)))
  },
}

const lookup = (aws: Aws): Lookup<FileSystemDescription> => ({
  one: FileSystemId => aws.efs.describeFileSystems({ FileSystemId }).then(({ FileSystems }) => FileSystems),
  page: Marker =>
    aws.efs
      .describeFileSystems({ Marker, MaxItems: 100 })
      .then(({ FileSystems, NextMarker }) => ({ rows: FileSystems, next: NextMarker })),
  idOf: ({ FileSystemId }) => FileSystemId,
})

/** Those of others too: a file system may be mounted in a VPC that is not the stack's. */
async function mountTargetsOf(FileSystemId: string, { efs }: Aws): Promise<Blocker[]> {
  const rows = await orAbsent(
    allPages(Marker =>
      efs
        .describeMountTargets({ FileSystemId, Marker, MaxItems: 100 })
        .then(({ MountTargets, NextMarker }) => ({ rows: MountTargets, next: NextMarker })),
    ),
  )
  return (rows ?? []).flatMap(({ MountTargetId: id, SubnetId }) =>
    id
      ? [
          {
            id,
            what: `mount target ${id} in subnet ${SubnetId}`,
            hint: `delete the mount target: aws efs delete-mount-target --mount-target-id ${id}`,
          },
        ]
      : [],
  )
}

function ids(attributes: readonly FileSystemAttributes[]): string[] {
  return attributes.map(({ fileSystemId }) => fileSystemId)
}

function attributesOf(
  fileSystemId: string,
  { partition, region, account }: KindContext,
): FileSystemAttributes {
  return {
    fileSystemId,
    arn: `arn:${partition}:elasticfilesystem:${region}:${account}:file-system/${fileSystemId}`,
  }
}
