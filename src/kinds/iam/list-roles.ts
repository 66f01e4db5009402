import type { Role } from '@aws-sdk/client-iam'
import type { Aws } from '../../aws/aws.ts'
import { allPages } from './pages.ts'

/** The account's roles, or those under a path. AWS shows them without their tags. */
export function listRoles(aws: Aws, PathPrefix?: string): Promise<Role[]> {
  const under = PathPrefix === undefined ? {} : { PathPrefix }
  return allPages(
    marker => aws.iam.listRoles({ ...under, MaxItems: 1000, ...marker }),
    ({ Roles }) => Roles,
  )
}
