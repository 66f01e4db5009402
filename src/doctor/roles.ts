import type { Check } from './finding.ts'
import { ok } from './finding.ts'

/** AWS's own roles in the account, on which services depend that AWS runs for the stack. */
export const roles: Check = async ({ plan: { decisions } }) =>
  decisions
    .filter(({ type }) => type === 'iam/service-linked-role')
    .map(({ action, resource }) => {
      const service = String(resource?.props['serviceName'])
      return ok(
        'roles',
        action === 'create'
          ? `the service-linked role of ${service} is not there: up makes it (iam:CreateServiceLinkedRole)`
          : `the service-linked role of ${service} is there`,
      )
    })
