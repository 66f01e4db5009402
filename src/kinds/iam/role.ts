import type { Role } from '@aws-sdk/client-iam'
import type { Aws } from '../../aws/aws.ts'
import { orAbsent } from '../../aws/errors.ts'
import { fromTagList, tagList } from '../../aws/tags.ts'
import { keyed, texts } from '../../resources/additions.ts'
import { canonical, sorted } from '../../resources/json.ts'
import type { Kind, ReadRequest } from '../../resources/kind.ts'
import { isUnknown } from '../../resources/reference.ts'
import { listRoles } from './list-roles.ts'
import { profilesWith } from './profiles-with.ts'
import { canonicalPolicy, parsePolicy } from './policy-document.ts'
import type { PolicyDocument } from './policy-document.ts'
import {
  attach,
  attachedPolicies,
  detach,
  documents,
  drop,
  inlinePolicyNames,
  put,
  without,
} from './role-policies.ts'

export interface RoleProps {
  /** Unique in the account, whatever the letter case. */
  readonly roleName: string
  /** `/` or `/…/`. */
  readonly path: string
  /** Who may assume the role. */
  readonly assumeRolePolicy: PolicyDocument
  readonly description?: string | undefined
  readonly managedPolicyArns: readonly string[]
  /** Documents by policy name. */
  readonly inlinePolicies: Readonly<Record<string, PolicyDocument>>
}

export interface RoleAttributes {
  readonly roleName: string
  readonly arn: string
  /** `AROA…`: never the same twice, so it tells a role from one made later under its name. */
  readonly roleId: string
}

type Policies = Pick<RoleProps, 'managedPolicyArns' | 'inlinePolicies'>

export const role: Kind<RoleProps, RoleAttributes> = {
  type: 'iam/role',
  label: 'IAM role',
  ownership: 'tags',
  replaceOn: ['roleName', 'path'],
  replacement: 'create-first',
  uniqueKeys: [{ props: ['roleName'], label: 'name' }],
  late: ['managedPolicyArns', 'inlinePolicies'],
  withdrawn: { description: { becomes: '' } },
  findBy: ['roleName'],
  seconds: { create: 1, delete: 2 },
  settles: 8,
  additions: [
    {
      what: 'managed policies',
      rule: 'left alone',
      seen: 'in a prop',
      prop: 'managedPolicyArns',
      members: texts,
      line: arn => `managed policy ${arn}`,
    },
    {
      what: 'inline policies',
      rule: 'left alone',
      seen: 'in a prop',
      prop: 'inlinePolicies',
      members: keyed,
      line: name => `inline policy ${name}`,
    },
    { what: 'a permissions boundary', rule: 'left alone', seen: 'by read' },
  ],
  // IAM is slow to notice that the last policy has been detached.
  releases: 120,

  normalise: props => ({
    ...props,
    assumeRolePolicy: canonicalPolicy(props.assumeRolePolicy),
    managedPolicyArns: isUnknown(props.managedPolicyArns)
      ? props.managedPolicyArns
      : sorted(props.managedPolicyArns),
    inlinePolicies: isUnknown(props.inlinePolicies)
      ? props.inlinePolicies
      : Object.fromEntries(
          Object.entries(props.inlinePolicies).map(([name, policy]) => [name, canonicalPolicy(policy)]),
        ),
  }),

  identify: roleName => ({ props: { roleName } }),

  read: async (requests, { aws }) => {
    const taken = await namesTaken(requests, aws)
    return Promise.all(
      requests.map(async ({ attributes, props }) => {
        const RoleName = attributes?.roleName ?? props.roleName!
        if (!attributes && taken && !taken.has(RoleName.toLowerCase())) return undefined
        const get = () => orAbsent(aws.iam.getRole({ RoleName }))
        const policies = () => orAbsent(readPolicies(aws, RoleName, declaredNames(props.inlinePolicies)))
        // One that is recorded is expected to be there: everything at once. Of one that is not, first whether it is.
        const [got, held] = attributes
          ? await Promise.all([get(), policies()])
          : await get().then(async found => [found, found && (await policies())] as const)
        // Gone between the calls when only one of the two is there.
        if (!got?.Role || !held) return undefined
        return {
          attributes: attributesOf(got.Role),
          props: {
            roleName: got.Role.RoleName!,
            path: got.Role.Path!,
            assumeRolePolicy: parsePolicy(got.Role.AssumeRolePolicyDocument),
            description: got.Role.Description ?? '',
            ...held,
          },
          tags: fromTagList(got.Role.Tags),
          ...boundaryOf(got.Role),
        }
      }),
    )
  },

  create: async ({ props, tags }, { aws }) => {
    const { Role } = await aws.iam.createRole({
      RoleName: props.roleName,
      Path: props.path,
      AssumeRolePolicyDocument: canonical(props.assumeRolePolicy),
      ...(props.description ? { Description: props.description } : {}),
      Tags: tagList(tags),
    })
    return attributesOf(Role!)
  },

  finish: async ({ props }, attributes, { aws }) => {
    await Promise.all([
      ...attach(aws, attributes.roleName, props.managedPolicyArns),
      ...put(aws, attributes.roleName, props.inlinePolicies),
    ])
    return attributes
  },

  update: async ({ attributes, observed, props, changed }, { aws }) => {
    const RoleName = attributes.roleName
    if (changed.includes('assumeRolePolicy'))
      await aws.iam.updateAssumeRolePolicy({ RoleName, PolicyDocument: canonical(props.assumeRolePolicy) })
    // Not UpdateRole, which puts the longest session back to an hour when it is not told otherwise.
    if (changed.includes('description'))
      await aws.iam.updateRoleDescription({ RoleName, Description: props.description ?? '' })
    if (changed.includes('managedPolicyArns')) {
      // What is new comes first, so that running tasks lose nothing in between.
      await Promise.all(attach(aws, RoleName, without(props.managedPolicyArns, observed.managedPolicyArns)))
      await Promise.all(detach(aws, RoleName, without(observed.managedPolicyArns, props.managedPolicyArns)))
    }
    if (changed.includes('inlinePolicies')) {
      const { inlinePolicies: before } = observed
      const different = Object.entries(props.inlinePolicies).filter(
        ([name, policy]) => canonical(before[name]) !== canonical(policy),
      )
      await Promise.all(put(aws, RoleName, Object.fromEntries(different)))
      await Promise.all(drop(aws, RoleName, without(Object.keys(before), Object.keys(props.inlinePolicies))))
    }
    return attributes
  },

  retag: async ({ roleName }, { set, remove }, { aws }) => {
    if (Object.keys(set).length > 0) await aws.iam.tagRole({ RoleName: roleName, Tags: tagList(set) })
    if (remove.length > 0) await aws.iam.untagRole({ RoleName: roleName, TagKeys: [...remove] })
  },

  // IAM deletes no role that has policies, whoever has given it them.
  delete: async ({ attributes: { roleName } }, { aws }) => {
    const held = await orAbsent(
      Promise.all([attachedPolicies(aws, roleName), inlinePolicyNames(aws, roleName)]),
    )
    if (!held) return
    const [attached, inline] = held
    await Promise.all([...detach(aws, roleName, attached), ...drop(aws, roleName, inline)])
    await orAbsent(aws.iam.deleteRole({ RoleName: roleName }))
  },

  blockers: (all, { aws }) => Promise.all(all.map(({ roleName }) => profilesWith(roleName, aws))),
}

/**
 * Which of several names without a record the account has: before the first `up` none, and one list costs less than
 * asking for each. Undefined for a single one.
 */
async function namesTaken(
  requests: readonly ReadRequest<RoleProps, RoleAttributes>[],
  aws: Aws,
): Promise<ReadonlySet<string> | undefined> {
  if (requests.filter(({ attributes }) => !attributes).length <= 1) return undefined
  const roles = await listRoles(aws)
  // AWS tells names apart by their letters, not by their case.
  return new Set(roles.map(({ RoleName }) => RoleName!.toLowerCase()))
}

function attributesOf({ RoleName, Arn, RoleId }: Role): RoleAttributes {
  return { roleName: RoleName!, arn: Arn!, roleId: RoleId! }
}

function boundaryOf({ PermissionsBoundary: boundary }: Role) {
  const arn = boundary?.PermissionsBoundaryArn
  return arn ? { unmanaged: [`permissions boundary ${arn}`] } : {}
}

/** In one wave with the lists goes what is likely to be there; only policies that nobody declared need a second. */
async function readPolicies(aws: Aws, RoleName: string, declared: readonly string[]): Promise<Policies> {
  const [managedPolicyArns, names, expected] = await Promise.all([
    attachedPolicies(aws, RoleName),
    inlinePolicyNames(aws, RoleName),
    documents(aws, RoleName, declared),
  ])
  const others = await documents(aws, RoleName, without(names, declared))
  return {
    managedPolicyArns: sorted(managedPolicyArns),
    inlinePolicies: Object.fromEntries([...expected, ...others]),
  }
}

function declaredNames(inlinePolicies: RoleProps['inlinePolicies'] | undefined): string[] {
  return isUnknown(inlinePolicies) ? [] : Object.keys(inlinePolicies ?? {})
}
