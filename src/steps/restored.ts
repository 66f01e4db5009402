import type { Address } from '../resources/address.ts'
import type { Restored } from '../resources/restored.ts'
import type { Release, ReleaseSettings, Releases } from '../state/release.ts'
import { healthCheckProps } from './health-check.ts'

/**
 * By address: what releases have brought into service, or back with an image of before. It is theirs, as the image is,
 * until the config says something new of it.
 */
export function restoredIn(releases: Releases = {}): ReadonlyMap<Address, Restored> {
  return new Map(Object.entries(releases).flatMap(([service, known]) => restoredOf(service, known)))
}

function restoredOf(service: string, known: readonly Release[]): (readonly [Address, Restored])[] {
  const good = known.filter(({ outcome }) => outcome === 'released')
  if (good.length === 0) return []
  const back = good.findLast(({ restores }) => restores !== undefined)
  return [
    [`services/${service}.task`, { arns: good.map(({ taskDefinition }) => taskDefinition) }],
    ...Object.entries(back ? propsBySettings(service, back.settings) : {}).map(
      ([address, props]) => [address, { props }] as const,
    ),
  ]
}

function propsBySettings(
  service: string,
  { healthCheckGracePeriod, healthCheck, scaling }: ReleaseSettings,
): Readonly<Record<Address, Readonly<Record<string, unknown>>>> {
  const { bounds, policies = [] } = scaling ?? {}
  const check = healthCheck && healthCheckProps(healthCheck)
  return {
    [`services/${service}`]: { healthCheckGracePeriod },
    ...(check && {
      [`load-balancer/${service}.targets`]: check,
      [`load-balancer/${service}.targets-b`]: check,
    }),
    ...(bounds && { [`scaling/${service}`]: { minCapacity: bounds.min, maxCapacity: bounds.max } }),
    ...Object.fromEntries(policies.map(({ name, ...props }) => [`scaling/${service}.${name}`, props])),
  }
}
