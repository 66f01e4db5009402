import { instanceProfileOperations } from './iam/instance-profile.ts'
import { roleOperations } from './iam/role.ts'
import { rolePolicyOperations } from './iam/role-policy.ts'
import { simulationOperations } from './iam/simulation.ts'
import { serviceLinkedRoleOperations } from './iam/service-linked-role.ts'
import type { SandboxService } from './service.ts'

export { assertProfileUsable } from './iam/instance-profile.ts'
export { assertRoleUsable, roleKnown } from './iam/role.ts'

export const iam: SandboxService<'iam'> = {
  ...roleOperations,
  ...instanceProfileOperations,
  ...rolePolicyOperations,
  ...serviceLinkedRoleOperations,
  ...simulationOperations,
}
