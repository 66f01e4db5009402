import { onTestFinished } from 'vitest'
import { services } from '../../src/sandbox/ecs/rows.ts'
import type { Traffic } from '../../src/sandbox/elbv2/target-health.ts'
import { trafficOf } from '../../src/sandbox/elbv2/index.ts'
import { World } from '../../src/sandbox/world.ts'

/** Acts before each request that a command sends until the end of the test, as somebody else in the account would. */
function onEachCall(act: (world: World) => void): void {
  const original = Object.getOwnPropertyDescriptor(World.prototype, 'nextCall')!
  const nextCall = original.value as () => number
  Object.defineProperty(World.prototype, 'nextCall', {
    ...original,
    value(this: World) {
      act(this)
      return nextCall.call(this)
    },
  })
  onTestFinished(() => void Object.defineProperty(World.prototype, 'nextCall', original))
}

/** As `onEachCall`, until `act` has said that it has done what it waited for. */
export function onceDuringCalls(act: (world: World) => boolean): void {
  let done = false
  onEachCall(world => {
    if (!done) done = act(world)
  })
}

/** Every instant at which requests would have met a version that is not healthy, looked at before each call. Of services that move traffic. */
export function sickTraffic(): readonly (Traffic & { readonly at: number })[] {
  const seen: (Traffic & { readonly at: number })[] = []
  onEachCall(world => {
    const rules = services(world)
      .list()
      .flatMap(({ loadBalancers }) => loadBalancers)
      .flatMap(({ advancedConfiguration }) => advancedConfiguration?.productionListenerRule ?? [])
    for (const rule of rules)
      for (const traffic of trafficOf(world, rule))
        if (!traffic.healthy) seen.push({ ...traffic, at: world.now() })
  })
  return seen
}
