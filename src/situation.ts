import { identityTags } from './aws/tags.ts'
import type { StackConfig } from './config/schema/stack.ts'
import type { Clock } from './effects/clock.ts'
import type { Random } from './effects/random.ts'
import { observeNamed } from './engine/found-by-tags.ts'
import { scheduledDeletions } from './engine/scheduled.ts'
import {
  accountFacts,
  awaitedImages,
  observedRepositories,
  pushedImages,
  recordedRepositories,
  runningServices,
  stickyTooSoon,
  valuedSecrets,
} from './facts.ts'
import type { ImageName } from './kinds/ecr/image.ts'
import { kindOf } from './kinds/index.ts'
import type { Situation } from './plan/decision.ts'
import type { KnownProps } from './plan/known-names.ts'
import { knownProps, withKnownNames } from './plan/known-names.ts'
import { withWithdrawn } from './plan/withdrawn.ts'
import type { KindContext } from './resources/kind.ts'
import type { Resource } from './resources/resource.ts'
import type { LedgerContent } from './state/entry.ts'
import type { Facts } from './steps/facts.ts'
import { describeStack } from './steps/index.ts'
import { withPinnedNames } from './steps/pinned-names.ts'
import { restoredIn } from './steps/restored.ts'

/** A situation that can tell what the wish would be were the config another. */
export interface StackSituation extends Situation {
  readonly wishOf: (config: StackConfig) => readonly Resource[]
  /** Images that are to be simulated: the plan regards them as pushed. */
  readonly simulated: readonly ImageName[]
}

interface Gathering {
  readonly config: StackConfig
  readonly environment: string
  readonly context: KindContext
  readonly content: LedgerContent | undefined
  readonly clock: Clock
  readonly random: Random
  readonly acceptMissing: boolean
  /** Regard images that nobody has pushed as pushed: only for the embedded AWS. */
  readonly simulatedImages: boolean
}

/** Reads AWS, in two waves at most where the ledger knows the ids, and gives everything a plan is made from. */
export async function gatherSituation(gathering: Gathering): Promise<StackSituation> {
  const { config, environment, context, content, clock, random, acceptMissing, simulatedImages } = gathering
  const account = await accountFacts(config, context, content)
  const identity = { stack: config.stack, environment }
  const identityOf = (address: string) => identityTags(identity, content?.header.lineage ?? '', address)
  // What is there does not depend on images and secrets: both are asked in one wave, save for images of repositories
  // that only this look finds.
  const desiredFor = (
    known: KnownProps,
    facts: Pick<Facts, 'images' | 'secrets' | 'running'>,
    said = config,
  ) =>
    withWithdrawn(
      withKnownNames(describeStack(withPinnedNames(said, known), { ...account, ...facts }), known),
      content,
      kindOf,
    )
  const expected = desiredFor(knownProps(content), { images: {}, secrets: {}, running: {} })
  const recorded = recordedRepositories(content)
  const looking = { desired: expected, ledger: content, kindOf, context, identityOf, identity }
  const [observed, pushed] = await Promise.all([
    observeNamed(looking, clock),
    pushedImages(config, context, name => recorded.has(name)),
  ])
  const known = knownProps(content, observed)
  const found = observedRepositories(observed)
  const [others, scheduled] = await Promise.all([
    pushedImages(config, context, name => found.has(name) && !recorded.has(name)),
    scheduledDeletions(looking, observed),
  ])
  const seen = {
    images: { ...pushed, ...others },
    secrets: valuedSecrets(config, observed, scheduled),
    running: runningServices(config, observed, {
      recorded: knownProps(content),
      releases: content?.releases,
    }),
  }
  const simulated = simulatedImages ? awaitedImages(config, desiredFor(known, seen)) : {}
  const images = { ...seen.images, ...Object.fromEntries(Object.keys(simulated).map(name => [name, true])) }
  return {
    identity,
    desired: desiredFor(known, { ...seen, images }),
    ledger: content,
    observed,
    scheduled,
    kindOf,
    newLineage: random.uuid(),
    restored: restoredIn(content?.releases),
    refused: stickyTooSoon(config, observed),
    acceptMissing,
    wishOf: other => desiredFor(known, { ...seen, images }, other),
    simulated: Object.values(simulated),
  }
}
