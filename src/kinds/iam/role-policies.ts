import type { Aws } from '../../aws/aws.ts'
import { orAbsent } from '../../aws/errors.ts'
import { canonical } from '../../resources/json.ts'
import { allPages } from './pages.ts'
import { parsePolicy } from './policy-document.ts'
import type { PolicyDocument } from './policy-document.ts'

/** Of these inline policies, those that there are. */
export async function documents(
  aws: Aws,
  RoleName: string,
  names: readonly string[],
): Promise<[string, PolicyDocument][]> {
  const found = await Promise.all(
    names.map(PolicyName => orAbsent(aws.iam.getRolePolicy({ RoleName, PolicyName }))),
  )
  return found.flatMap(policy =>
    policy?.PolicyName ? [[policy.PolicyName, parsePolicy(policy.PolicyDocument)]] : [],
  )
}

export async function attachedPolicies(aws: Aws, RoleName: string): Promise<string[]> {
  const attached = await allPages(
    marker => aws.iam.listAttachedRolePolicies({ RoleName, ...marker }),
    ({ AttachedPolicies }) => AttachedPolicies,
  )
  return attached.map(({ PolicyArn }) => PolicyArn!)
}

export function inlinePolicyNames(aws: Aws, RoleName: string): Promise<string[]> {
  return allPages(
    marker => aws.iam.listRolePolicies({ RoleName, ...marker }),
    ({ PolicyNames }) => PolicyNames,
  )
}

export function attach(aws: Aws, RoleName: string, arns: readonly string[]): Promise<unknown>[] {
  return arns.map(PolicyArn => aws.iam.attachRolePolicy({ RoleName, PolicyArn }))
}

export function detach(aws: Aws, RoleName: string, arns: readonly string[]): Promise<unknown>[] {
  return arns.map(PolicyArn => orAbsent(aws.iam.detachRolePolicy({ RoleName, PolicyArn })))
}

export function put(
  aws: Aws,
  RoleName: string,
  policies: Readonly<Record<string, PolicyDocument>>,
): Promise<unknown>[] {
  return Object.entries(policies).map(([PolicyName, policy]) =>
    aws.iam.putRolePolicy({ RoleName, PolicyName, PolicyDocument: canonical(policy) }),
  )
}

export function drop(aws: Aws, RoleName: string, names: readonly string[]): Promise<unknown>[] {
  return names.map(PolicyName => orAbsent(aws.iam.deleteRolePolicy({ RoleName, PolicyName })))
}

export function without(values: readonly string[], others: readonly string[]): string[] {
  return values.filter(value => !others.includes(value))
}
