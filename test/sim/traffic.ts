import { advanceServices } from '../../src/sandbox/ecs/deployment.ts'
import { behave } from '../../src/sandbox/ecs/image.ts'
import { services } from '../../src/sandbox/ecs/rows.ts'
import { trafficOf } from '../../src/sandbox/elbv2/index.ts'
import { sharesOf, shift } from '../../src/sandbox/elbv2/weights.ts'
import { findRevision } from '../../src/sandbox/ecs/task-definition.ts'
import type { Fault } from './fault.ts'
import type { Universe } from './universe.ts'

const repository = 'public.ecr.aws/docker/library/httpd'
const oldImage = `${repository}:2.4`
export const newImage = `${repository}:2.5`

interface Sick {
  readonly at: number
  readonly images: readonly string[]
}

/** Looks every second at what requests to a service meet, for as long as the universe lasts. */
export class Traffic {
  readonly #universe: Universe
  readonly #rule: string
  readonly #sick: Sick[] = []
  #stopped = false

  constructor(universe: Universe, service: string) {
    this.#universe = universe
    this.#rule = ruleOf(universe, service)
    this.#look()
  }

  /** Where requests go at this moment. */
  now() {
    advanceServices(this.#universe.cloud)
    return trafficOf(this.#universe.cloud, this.#rule)
  }

  stop(): void {
    this.#stopped = true
  }

  #look(): void {
    if (this.#stopped) return
    const { cloud, time } = this.#universe
    for (const { healthy, taskDefinitionArns } of this.now())
      if (!healthy)
        this.#sick.push({
          at: time.now(),
          images: taskDefinitionArns.flatMap(arn =>
            (findRevision(cloud, arn)?.containerDefinitions ?? []).flatMap(({ image }) => image ?? []),
          ),
        })
    time.at(1000, () => this.#look())
  }

  /** P8: traffic has met nothing but healthy versions, save what a fault itself has made sick. */
  judged(faults: readonly Fault[]): string[] {
    const kinds = faults.map(({ kind }) => kind)
    // Whoever sets weights by hand decides who gets traffic, also where nothing answers.
    if (kinds.includes('weights are set by hand')) return []
    const excused = [
      ...(kinds.includes('the new version gets sick') ? [newImage] : []),
      ...(kinds.includes('the old version gets sick') ? [oldImage] : []),
    ]
    const bad = this.#sick.filter(({ images }) => !images.some(image => excused.includes(image)))
    const [first] = bad
    return first
      ? [
          `P8 ${bad.length} s of traffic on what is not healthy (${first.images.join(', ') || 'nothing'}), from ${new Date(first.at).toISOString()}`,
        ]
      : []
  }
}

function ruleOf({ cloud }: Universe, service: string): string {
  const row = services(cloud)
    .list()
    .find(({ name }) => name === service)
  const rule = row?.loadBalancers[0]?.advancedConfiguration?.productionListenerRule
  if (rule === undefined) throw new Error(`${service} has no production rule`)
  return rule
}

/** What happens in AWS while somebody releases. */
export function happen(event: string, universe: Universe, service: string): void {
  const { cloud, time } = universe
  const sick = { unhealthy: { from: time.now() } }
  if (event === 'the new version gets sick') behave(cloud, newImage, sick)
  if (event === 'the old version gets sick') behave(cloud, oldImage, sick)
  if (event === 'weights are set by hand') {
    const rule = ruleOf(universe, service)
    const even = sharesOf(cloud, rule).map(({ targetGroupArn }) => ({ targetGroupArn, weight: 50 }))
    shift(cloud, rule, even, time.now())
  }
}
