import type { Input } from '../resources/reference.ts'
import type { RoleProps } from '../kinds/iam/role.ts'
import type { Declare, Handle } from './declare.ts'
import { ready } from './declare.ts'
import type { Facts } from './facts.ts'
import type { Names } from './names.ts'
import { trusting } from './trust.ts'

interface Wish {
  readonly name: string
  readonly origin: string
  readonly inlinePolicies: Input<RoleProps['inlinePolicies']>
  /** Names of AWS's own policies, besides that of Session Manager. */
  readonly managedPolicies?: readonly string[]
}

/** The role that EC2 instances act as, in the profile that hands it to them. */
export function instanceRole(
  declare: Declare,
  { name, origin, inlinePolicies, managedPolicies = [] }: Wish,
  { partition }: Facts,
  names: Names,
): Handle<'iam/instance-profile'> {
  const roleName = names.ofStack(`${name}-instance`, 'role')
  const role = declare(
    `identity/${name}.instance-role`,
    'iam/role',
    {
      roleName,
      path: '/',
      assumeRolePolicy: trusting('ec2.amazonaws.com'),
      // A shell without an open port and without a key: aws ssm start-session.
      managedPolicyArns: ['AmazonSSMManagedInstanceCore', ...managedPolicies].map(
        policy => `arn:${partition}:iam::aws:policy/${policy}`,
      ),
      inlinePolicies,
    },
    { name: roleName, origin },
  )
  return declare(
    `identity/${name}.instance-profile`,
    'iam/instance-profile',
    { instanceProfileName: roleName, roleName: role.out.roleName },
    { name: roleName, after: [ready(role)], origin },
  )
}
