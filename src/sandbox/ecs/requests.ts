import type { World } from '../world.ts'
import { behaviourOf } from './image.ts'
import type { DeploymentRow, ServiceRow } from './rows.ts'
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
      return sharesOver(row, targetGroupArn, from, to).map(({ milliseconds, revision }) => {
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

interface Turn {
  readonly at: number
  /** Percent of the service's requests that the target group gets from then on, and which revision answers them. */
  readonly percent: number
  readonly revision: number
}

/** The parts of a stretch of time in which the target group had traffic; `milliseconds` as if it had all of it. */
function sharesOver(row: ServiceRow, group: string, from: number, to: number) {
  const turns = row.deployments.flatMap(deployment => turnsOf(row, deployment, group))
  return turns.flatMap(({ at, percent, revision }, index) => {
    const start = Math.max(from, at)
    const end = Math.min(to, turns[index + 1]?.at ?? Infinity)
    return percent > 0 && end > start ? [{ milliseconds: ((end - start) * percent) / 100, revision }] : []
  })
}

function turnsOf(row: ServiceRow, deployment: DeploymentRow, group: string): Turn[] {
  const { target, sources, shifts, finishedAt, status } = deployment
  const targets = revisionOf(row, target).targetGroupArns.includes(group)
  if (shifts)
    return shifts.map(({ at, percent }) =>
      targets
        ? { at, percent, revision: target }
        : { at, percent: isOneOf(row, group) ? 100 - percent : 0, revision: sources[0] ?? target },
    )
  // Where no weights move, the new version answers once its deployment is over.
  return targets && status === 'SUCCESSFUL' ? [{ at: finishedAt!, percent: 100, revision: target }] : []
}

function isOneOf({ loadBalancers }: ServiceRow, group: string): boolean {
  return loadBalancers.some(
    ({ targetGroupArn, advancedConfiguration }) =>
      targetGroupArn === group || advancedConfiguration?.alternateTargetGroupArn === group,
  )
}
