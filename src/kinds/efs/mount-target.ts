import type { MountTargetDescription } from '@aws-sdk/client-efs'
import type { Aws } from '../../aws/aws.ts'
import { orAbsent } from '../../aws/errors.ts'
import { allPages } from '../../aws/pages.ts'
import { sorted } from '../../resources/json.ts'
import type { Kind } from '../../resources/kind.ts'
import { goneness, lives, pending, readiness } from './describe.ts'

export interface MountTargetProps {
  readonly fileSystemId: string
  /** AWS allows one mount target per file system and Availability Zone. */
  readonly subnetId: string
  readonly securityGroupIds: readonly string[]
}

export interface MountTargetAttributes {
  readonly mountTargetId: string
  /** AWS lists mount targets by file system; one call then shows them all. */
  readonly fileSystemId: string
}

export const mountTarget: Kind<MountTargetProps, MountTargetAttributes> = {
  type: 'efs/mount-target',
  label: 'EFS mount target',
  ownership: 'parent',
  replaceOn: ['fileSystemId', 'subnetId'],
  replacement: { deleteFirst: 'A file system has one mount target in each Availability Zone.' },
  uniqueKeys: [{ props: ['subnetId', 'fileSystemId'], label: 'mount target in subnet' }],
  findBy: ['fileSystemId', 'subnetId'],
  seconds: { create: 90, delete: 30 },

  normalise: props => ({
    ...props,
    securityGroupIds: Array.isArray(props.securityGroupIds)
      ? sorted(props.securityGroupIds)
      : props.securityGroupIds,
  }),

  read: async (requests, { aws }) => {
    const parents = requests.map(({ attributes, props }) => attributes?.fileSystemId ?? props.fileSystemId)
    const [targets, recorded] = await Promise.all([
      targetsOf(parents, aws),
      // In the same wave where the id is known.
      Promise.all(
        requests.map(async ({ attributes }) => attributes && groupsOf(attributes.mountTargetId, aws)),
      ),
    ])
    const rows = targets.filter(lives)
    return Promise.all(
      requests.map(async ({ attributes, props }, index) => {
        const row = rows.find(
          attributes
            ? ({ MountTargetId }) => MountTargetId === attributes.mountTargetId
            : ({ FileSystemId, SubnetId }) => FileSystemId === parents[index] && SubnetId === props.subnetId,
        )
        if (!row?.MountTargetId) return undefined
        const groups = recorded[index] ?? (await groupsOf(row.MountTargetId, aws))
        // Gone between the two reads.
        if (!groups) return undefined
        return {
          attributes: { mountTargetId: row.MountTargetId, fileSystemId: row.FileSystemId ?? '' },
          props: {
            fileSystemId: row.FileSystemId ?? '',
            subnetId: row.SubnetId ?? '',
            securityGroupIds: sorted(groups.SecurityGroups ?? []),
          },
          tags: undefined,
          pending: pending(row),
        }
      }),
    )
  },

  create: async ({ props: { fileSystemId, subnetId, securityGroupIds } }, { aws }) => {
    const { MountTargetId } = await aws.efs.createMountTarget({
      FileSystemId: fileSystemId,
      SubnetId: subnetId,
      SecurityGroups: [...securityGroupIds],
    })
    return { mountTargetId: MountTargetId!, fileSystemId }
  },

  update: async ({ attributes, props }, { aws }) => {
    await aws.efs.modifyMountTargetSecurityGroups({
      MountTargetId: attributes.mountTargetId,
      SecurityGroups: [...props.securityGroupIds],
    })
    return attributes
  },

  delete: async ({ attributes: { mountTargetId } }, { aws }) => {
    await orAbsent(aws.efs.deleteMountTarget({ MountTargetId: mountTargetId }))
  },

  ready: async (attributes, { aws }) => {
    const rows = await targetsById(attributes, aws)
    return attributes.map(one =>
      readiness(rows.get(one.mountTargetId), one, `the mount target ${one.mountTargetId} is in state error`),
    )
  },

  gone: async (attributes, { aws }) => {
    const rows = await targetsById(attributes, aws)
    return attributes.map(({ mountTargetId }) => goneness(rows.get(mountTargetId)))
  },
}

function groupsOf(MountTargetId: string, aws: Aws) {
  return orAbsent(aws.efs.describeMountTargetSecurityGroups({ MountTargetId }))
}

/** One list per file system, whatever the number of its mount targets. A file system that is gone has none. */
async function targetsOf(
  fileSystemIds: readonly (string | undefined)[],
  aws: Aws,
): Promise<MountTargetDescription[]> {
  const parents = [...new Set(fileSystemIds)].filter(id => id !== undefined)
  const lists = await Promise.all(
    parents.map(FileSystemId =>
      orAbsent(
        allPages(Marker =>
          aws.efs
            .describeMountTargets({ FileSystemId, Marker, MaxItems: 100 })
            .then(({ MountTargets, NextMarker }) => ({ rows: MountTargets, next: NextMarker })),
        ),
      ),
    ),
  )
  return lists.flatMap(list => list ?? [])
}

async function targetsById(attributes: readonly MountTargetAttributes[], aws: Aws) {
  const rows = await targetsOf(
    attributes.map(({ fileSystemId }) => fileSystemId),
    aws,
  )
  return new Map(rows.map(row => [row.MountTargetId ?? '', row]))
}
