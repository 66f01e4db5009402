import { connect } from '../../src/aws/aws.ts'
import type { Aws, CallRecord } from '../../src/aws/aws.ts'
import { addressTag, environmentTag, lineageTag, stackTag } from '../../src/aws/tags.ts'
import { seededRandom } from '../../src/effects/random.ts'
import { VirtualClock } from '../../src/effects/virtual-clock.ts'
import type { KindContext, ReadRequest, Tags } from '../../src/resources/kind.ts'
import { embed } from '../../src/sandbox/embedded.ts'
import type { Faults } from '../../src/sandbox/world.ts'
import { World } from '../../src/sandbox/world.ts'

const account = '123456789012'
const region = 'us-east-1'

/** A kind's context whose SDK clients are the real ones: for tests that stub them with `mockClient`. */
export function mockedContext(): KindContext & { readonly clock: VirtualClock } {
  const clock = new VirtualClock()
  const { aws } = connect({ region, clock, random: seededRandom(1) })
  return { aws, account, region, partition: 'aws', random: seededRandom(2), clock }
}

export interface SandboxContext extends KindContext {
  readonly clock: VirtualClock
  readonly world: World
  /** The context's own calls, with the time at which other services usually know of what was made. */
  patient(knownAt?: number): Aws
  /** Every call so far. */
  readonly calls: CallRecord[]
}

/** A kind's context that talks to an embedded AWS of its own, in virtual time. */
export function sandboxContext({
  faults = {},
  seed = 1,
}: { faults?: Faults; seed?: number } = {}): SandboxContext {
  const clock = new VirtualClock()
  const world = new World({ clock, random: seededRandom(seed), region, account, faults })
  const calls: CallRecord[] = []
  const { patient } = connect({
    region,
    clock,
    random: seededRandom(seed + 1),
    embedded: embed(world),
    onCall: call => calls.push(call),
  })
  return {
    aws: patient(),
    account,
    region,
    partition: 'aws',
    random: seededRandom(seed + 2),
    clock,
    world,
    calls,
    patient,
  }
}

/** The tags that the engine gives a resource of the stack `shop` in the environment `test`. */
export function tagsFor(address: string, more: Tags = {}): Tags {
  return {
    [stackTag]: 'shop',
    [environmentTag]: 'test',
    [addressTag]: address,
    [lineageTag]: 'lineage-1',
    ...more,
  }
}

export function readRequest<P, A>(address: string, props: Partial<P>, attributes?: A): ReadRequest<P, A> {
  return { address, attributes, props, tags: tagsFor(address) }
}
