import type { Aws } from '../../aws/aws.ts'
import { orAbsent } from '../../aws/errors.ts'
import type { Blocker } from '../../resources/blocker.ts'
import { allPages } from './pages.ts'

/** IAM keeps a role while an instance profile has it. */
export async function profilesWith(RoleName: string, { iam }: Aws): Promise<Blocker[]> {
  const profiles = await orAbsent(
    allPages(
      marker => iam.listInstanceProfilesForRole({ RoleName, ...marker }),
      ({ InstanceProfiles }) => InstanceProfiles,
    ),
  )
  return (profiles ?? []).flatMap(({ InstanceProfileName: name, Arn: id }) =>
    name && id
      ? [
          {
            id,
            what: `instance profile ${name}`,
            hint: `take the role out of it: aws iam remove-role-from-instance-profile --instance-profile-name ${name} --role-name ${RoleName}`,
          },
        ]
      : [],
  )
}
