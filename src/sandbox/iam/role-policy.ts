import { awsFault } from '../fault.ts'
import type { SandboxService } from '../service.ts'
import { assertPolicy } from './policy-document.ts'
import { noSuchEntity, roleOf } from './role.ts'

/** AWS's quota of attached policies for a role. */
const attachedAtMost = 10

export const rolePolicyOperations = {
  attachRolePolicy: ({ RoleName, PolicyArn = '' }, world) => {
    const row = roleOf(world, RoleName)
    // No operation here makes a policy of one's own, so AWS's are the only ones there are.
    if (!PolicyArn.startsWith(`arn:${world.partition}:iam::aws:policy/`))
      throw noSuchEntity(`Policy ${PolicyArn} does not exist or is not attachable.`)
    if (row.attached.includes(PolicyArn)) return {}
    if (row.attached.length >= attachedAtMost)
      throw awsFault('LimitExceededException', `Cannot exceed quota for PoliciesPerRole: ${attachedAtMost}`, {
        status: 409,
        code: 'LimitExceeded',
      })
    row.attached.push(PolicyArn)
    return {}
  },

  detachRolePolicy: ({ RoleName, PolicyArn = '' }, world) => {
    const row = roleOf(world, RoleName)
    if (!row.attached.includes(PolicyArn)) throw noSuchEntity(`Policy ${PolicyArn} was not found.`)
    row.attached = row.attached.filter(arn => arn !== PolicyArn)
    return {}
  },

  listAttachedRolePolicies: ({ RoleName }, world) => ({
    AttachedPolicies: roleOf(world, RoleName).attached.map(PolicyArn => ({
      PolicyArn,
      PolicyName: PolicyArn.slice(PolicyArn.lastIndexOf('/') + 1),
    })),
    IsTruncated: false,
  }),

  putRolePolicy: ({ RoleName, PolicyName = '', PolicyDocument }, world) => {
    const row = roleOf(world, RoleName)
    assertPolicy(PolicyDocument, 'Syntax errors in policy.')
    row.inline[PolicyName] = PolicyDocument!
    return {}
  },

  getRolePolicy: ({ RoleName, PolicyName = '' }, world) => {
    const row = roleOf(world, RoleName)
    const document = row.inline[PolicyName]
    if (document === undefined) throw noPolicy(PolicyName)
    return { RoleName: row.name, PolicyName, PolicyDocument: encodeURIComponent(document) }
  },

  listRolePolicies: ({ RoleName }, world) => ({
    PolicyNames: Object.keys(roleOf(world, RoleName).inline),
    IsTruncated: false,
  }),

  deleteRolePolicy: ({ RoleName, PolicyName = '' }, world) => {
    const row = roleOf(world, RoleName)
    if (row.inline[PolicyName] === undefined) throw noPolicy(PolicyName)
    delete row.inline[PolicyName]
    return {}
  },
} satisfies Partial<SandboxService<'iam'>>

function noPolicy(name: string): Error {
  return noSuchEntity(`The role policy with name ${name} cannot be found.`)
}
