import type { World } from '../world.ts'
import { sharesOverTime } from '../elbv2/weights.ts'
import { behaviourOf } from './image.ts'
import type { ServiceRow } from './rows.ts'
import { revisionOf, services } from './rows.ts'

/** Requests that reached a target group in a stretch of time, and how they were answered. */
export interface Requests {
  readonly count: number
  readonly errors: number
  /** Connections that no target has accepted. */
  readonly refused: number
  /** Seconds. */
  readonly responseTime: number
}

/** Requests a minute that a service gets where nobody has said otherwise. */
const usualRate = 600
const usualResponseTime = 0.1

const rates = (world: World) => world.table<{ readonly perMinute: number }>('ecs/request-rate')

/** From the beginning on, that many requests a minute come to the service's production rule. */
export function setRequestRate(world: World, service: string, perMinute: number): void {
  rates(world).set(service, { perMinute })
}

/** A service's requests go to its target groups as ECS has set the weights of its production rule. */
export function requestsTo(world: World, targetGroupArn: string, from: number, to: number): Requests {
  const parts = services(world)
    .list()
    .flatMap(row => {
      const rate = rates(world).get(row.name)?.perMinute ?? usualRate
      return sharesOver(world, row, targetGroupArn, from, to).map(({ milliseconds, revision }) => {
        const {
          errorShare = 0,
          refusedShare = 0,
          responseTime = usualResponseTime,
        } = behaviourOf(world, revisionOf(row, revision).taskDefinitionArn).answers ?? {}
        const count = (rate / 60_000) * milliseconds
        return { count, errors: count * errorShare, refused: count * refusedShare, responseTime }
      })
    })
  const sum = (value: (part: Requests) => number) => parts.reduce((total, part) => total + value(part), 0)
  const count = sum(part => part.count)
  return {
    count: Math.round(count),
    errors: Math.round(sum(({ errors }) => errors)),
    refused: Math.round(sum(({ refused }) => refused)),
    responseTime: count === 0 ? 0 : sum(part => part.responseTime * part.count) / count,
  }
}

/** The parts of a stretch of time in which the target group had traffic; `milliseconds` as if it had all of it. */
function sharesOver(world: World, row: ServiceRow, group: string, from: number, to: number) {
  const rules = row.loadBalancers.flatMap(
    ({ advancedConfiguration }) => advancedConfiguration?.productionListenerRule ?? [],
  )
  return rules.flatMap(rule => {
    const turns = sharesOverTime(world, rule)
    return turns.flatMap((turn, index) => {
      const percent = turn.percent[group] ?? 0
      const start = Math.max(from, turn.from)
      const end = Math.min(to, turns[index + 1]?.from ?? Infinity)
      const revision = revisionBehind(row, group, start)
      return percent > 0 && end > start && revision !== undefined
        ? [{ milliseconds: ((end - start) * percent) / 100, revision }]
        : []
    })
  })
}

/** The revision whose tasks were registered last: a target group gets a new one only while it has no traffic. */
function revisionBehind(row: ServiceRow, group: string, at: number): number | undefined {
  return row.deployments
    .filter(({ created, target }) => {
      return created <= at && revisionOf(row, target).targetGroupArns.includes(group)
    })
    .toSorted((one, other) => one.created - other.created)
    .at(-1)?.target
}
