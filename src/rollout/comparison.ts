import type { Analysis } from '../config/schema/deployment.ts'
import type { VersionMetrics } from '../events/event.ts'
import { numberText, secondsText } from '../events/release-text.ts'
import type { MinuteOfTraffic } from './metrics.ts'

/** The minutes of both versions that are compared. */
export interface Sample {
  readonly previous: readonly MinuteOfTraffic[]
  readonly next: readonly MinuteOfTraffic[]
}

export interface Comparison {
  readonly verdict: 'passed' | 'failed' | 'inconclusive'
  /** Undefined where it passed. */
  readonly why: string | undefined
  readonly previous: VersionMetrics
  readonly next: VersionMetrics
}

/** Seconds. Less than that is no difference that anybody notices, however many percent it is. */
const noticeable = 0.01

/** The last minutes in which both versions had requests: the same minutes for both. */
export function sameMinutes(previous: Sample['previous'], next: Sample['next'], minutes: number): Sample {
  const both = next.filter(({ at }) => previous.some(other => other.at === at)).slice(-minutes)
  return { previous: previous.filter(({ at }) => both.some(other => other.at === at)), next: both }
}

/**
 * Where all traffic has moved at once: the new version since then, and the previous one before. The last minute in which the
 * previous one had requests is that of the shift, and belongs to neither.
 */
export function beforeAndAfter(previous: Sample['previous'], next: Sample['next'], minutes: number): Sample {
  const shift = previous.at(-1)?.at
  if (shift === undefined) return { previous: [], next: next.slice(-minutes) }
  return {
    previous: previous.filter(({ at }) => at < shift).slice(-minutes),
    next: next.filter(({ at }) => at > shift).slice(-minutes),
  }
}

/** Whether the new version is worse than the previous one, by more than is allowed. */
export function compare(sample: Sample, analysis: Analysis): Comparison {
  const { minRequests, errorRateIncrease, responseTimeIncrease, percentile } = analysis
  const [previous, next] = [summary(sample.previous), summary(sample.next)]
  const few = [
    { name: 'new', requests: next.requests },
    { name: 'previous', requests: previous.requests },
  ].filter(({ requests }) => requests < minRequests)
  if (few.length > 0) {
    const had = few.map(({ name, requests }) => `the ${name} version had ${numberText(requests)}`)
    const why = `not enough requests to compare: ${had.join(' and ')}, ${numberText(minRequests)} are needed`
    return { verdict: 'inconclusive', why, previous, next }
  }
  const [before, after] = [previous.responseTime, next.responseTime]
  const isErring = next.errorRate - previous.errorRate > errorRateIncrease
  const isSlow =
    before !== undefined &&
    after !== undefined &&
    after - before >= noticeable &&
    after > before * (1 + responseTimeIncrease / 100)
  const worse = [
    ...(isErring
      ? [
          `${numberText(next.errorRate)} % errors against ${numberText(previous.errorRate)} % (${numberText(errorRateIncrease)} points more are allowed)`,
        ]
      : []),
    ...(isSlow
      ? [
          `response time ${percentile} ${secondsText(after)} against ${secondsText(before)} (${numberText(responseTimeIncrease)} % more is allowed)`,
        ]
      : []),
  ]
  if (worse.length > 0)
    return {
      verdict: 'failed',
      why: `the new version is worse than the previous one: ${worse.join(', ')}`,
      previous,
      next,
    }
  if (before === undefined || after === undefined)
    return { verdict: 'inconclusive', why: 'CloudWatch has no response times to compare', previous, next }
  return { verdict: 'passed', why: undefined, previous, next }
}

/** A percentile of several minutes is taken as the mean of theirs, weighted by their requests. */
function summary(minutes: readonly MinuteOfTraffic[]): VersionMetrics {
  const sum = (of: readonly MinuteOfTraffic[], value: (one: MinuteOfTraffic) => number) =>
    of.reduce((total, one) => total + value(one), 0)
  const requests = sum(minutes, one => one.requests)
  const answered = minutes.filter(({ responseTime }) => responseTime !== undefined)
  const weight = sum(answered, one => one.requests)
  return {
    minutes: minutes.length,
    requests,
    errorRate: requests === 0 ? 0 : (sum(minutes, one => one.errors) / requests) * 100,
    responseTime: weight === 0 ? undefined : sum(answered, one => one.responseTime! * one.requests) / weight,
  }
}
