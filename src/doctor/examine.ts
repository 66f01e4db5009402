import { problemOf } from '../engine/problem.ts'
import { domain } from './domain.ts'
import type { Check, Examination, Finding } from './finding.ts'
import { warn } from './finding.ts'
import { images } from './images.ts'
import { addresses, zones } from './network.ts'
import { names } from './names.ts'
import { natGateways } from './nat-gateways.ts'
import { permissions } from './permissions.ts'
import { quotas } from './quotas.ts'
import { roles } from './roles.ts'
import { rules } from './rules.ts'
import { services } from './services.ts'
import { vcpus } from './vcpus.ts'

/** In the order in which they are shown. */
const checks: Readonly<Record<string, Check>> = {
  permissions,
  names,
  zones,
  addresses,
  quotas,
  natGateways,
  vcpus,
  rules,
  roles,
  images,
  services,
  domain,
}

/** Looks at everything, at once. What may not be looked at is a warning, not an end. Changes nothing. */
export async function examine(examination: Examination): Promise<Finding[]> {
  const found = await Promise.all(
    Object.entries(checks).map(([name, check]) =>
      check(examination).catch((error: unknown) => {
        const { message, operation, hint } = problemOf(error)
        const by = operation ? `${operation}: ` : ''
        return [warn(name, `could not be looked at: ${by}${message}`, hint)]
      }),
    ),
  )
  return found.flat()
}
