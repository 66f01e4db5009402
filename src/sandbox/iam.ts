import { roleOperations } from './iam/role.ts'
import { rolePolicyOperations } from './iam/role-policy.ts'
import { serviceLinkedRoleOperations } from './iam/service-linked-role.ts'
import type { SandboxService } from './service.ts'

export { assertRoleUsable, roleKnown } from './iam/role.ts'

export const iam: SandboxService<'iam'> = {
  ...roleOperations,
  ...rolePolicyOperations,
  ...serviceLinkedRoleOperations,
}
