import type { Costs, Step } from './critical-path.ts'
import { costsOfTeardown, costsOfUp } from './critical-path.ts'
import type { Measure } from './measure.ts'
import { rounded } from './measure.ts'
import type { Example, Run } from './stack.ts'
import { apranovaConfig, configOf, examples, pollsOf, stage, titleOf } from './stack.ts'

export async function makespan(): Promise<Measure[]> {
  const measured: Measure[] = []
  for (const example of examples)
    for (const { name, ...measure } of await makespanOf(example))
      measured.push({ name: `${titleOf(example)}: ${name}`, ...measure })
  measured.push(await readyAtOnce())
  return measured
}

/** Milliseconds that each call takes. */
const callTakes = 50

/**
 * What is left of a first `up` where AWS takes no time of its own: how many calls wait for one another. Services run no
 * task, since a load balancer's health checks take the interval of the config.
 */
async function readyAtOnce(): Promise<Measure> {
  const duration = (name: string) => (name === 'read' || name === 'write' ? callTakes / 1000 : 0)
  const config = await apranovaConfig()
  const services = Object.entries(config.services).map(([name, one]) => [name, { ...one, desiredCount: 0 }])
  const idle = { ...config, services: Object.fromEntries(services) as typeof config.services }
  const { seconds, calls } = await stage(idle, { duration }).up()
  return {
    name: `apranova: up where everything is ready at once, ${callTakes} ms a call`,
    value: seconds,
    goal: 6,
    unit: 's',
    note: `${calls.length} calls; one by one ${rounded((calls.length * callTakes) / 1000)} s`,
  }
}

async function makespanOf(example: Example): Promise<Measure[]> {
  const config = await configOf(example)
  const first = stage(config)
  const up = await first.up()
  await first.rest()
  const careful = await first.teardown('none')
  const second = stage(config)
  await second.up()
  await second.rest()
  const whole = await second.teardown('all')
  return [
    ...measures('up', up, costsOfUp(up.desired), 1.03),
    ...measures('teardown', careful, costsOfTeardown(careful.plan.decisions, careful.desired), 1.05),
    ...measures(
      'teardown --delete-data all',
      whole,
      costsOfTeardown(whole.plan.decisions, whole.desired),
      1.05,
    ),
  ]
}

/** What a run cannot be shorter than, of what takes more than a few calls by name. */
function pathText(steps: readonly Step[]): string {
  const calls = steps.filter(({ seconds }) => seconds < 5)
  const few = calls.reduce((total, { seconds }) => total + seconds, 0)
  const long = steps.filter(one => !calls.includes(one))
  return [`${rounded(few)} s in ${calls.length} short steps`, ...long.map(textOf)].join(', ')
}

function textOf({ address, seconds }: Step): string {
  return `${address} ${rounded(seconds)} s`
}

function measures(name: string, { seconds, calls }: Run, costs: Costs, goal: number): Measure[] {
  const beside = (what: string, value: number) => ({
    name: `${name}: ${what}`,
    value,
    goal: undefined,
    unit: 's',
  })
  return [
    { name: `${name}: makespan / critical path`, value: seconds / costs.path, goal },
    beside('makespan', seconds),
    { ...beside('critical path', costs.path), note: pathText(costs.steps) },
    beside('critical path without `after`', costs.pathOfProps),
    beside('with step barriers', costs.barriers),
    beside('serial', costs.serial),
    { name: `${name}: polling calls`, value: pollsOf(calls).length, goal: 150 },
  ]
}
