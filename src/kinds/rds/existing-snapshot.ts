import { orAbsent } from '../../aws/errors.ts'
import type { Kind } from '../../resources/kind.ts'
import { existing } from '../existing.ts'

export interface ExistingSnapshotProps {
  /** Its name; of one that another account shares, its ARN. */
  readonly identifier: string
  /** A database begins with no other. */
  readonly status: 'available'
}

export interface ExistingSnapshotAttributes {
  readonly identifier: string
}

/** A snapshot that a database begins with. */
export const existingSnapshot: Kind<ExistingSnapshotProps, ExistingSnapshotAttributes> = {
  ...existing("aws rds describe-db-snapshots --query 'DBSnapshots[].DBSnapshotIdentifier'"),
  type: 'rds/existing-snapshot',
  label: 'existing snapshot',
  findBy: ['identifier'],

  refuses: ({ identifier, status }) => ({
    why: `${identifier} is ${status}, and a database begins only with one that is available`,
    instead: 'wait until it is available, or write the name of another one',
  }),

  read: (requests, { aws }) =>
    Promise.all(
      requests.map(async ({ props, attributes }) => {
        const identifier = props.identifier ?? attributes?.identifier ?? ''
        const answer = await orAbsent(aws.rds.describeDBSnapshots({ DBSnapshotIdentifier: identifier }))
        const [found] = answer?.DBSnapshots ?? []
        const status = found?.Status as 'available'
        return found && { attributes: { identifier }, props: { identifier, status }, tags: undefined }
      }),
    ),
}
