import { Follower } from '../src/rollout/follower.ts'
import { abort } from '../src/rollout/rollback.ts'
import { blueGreen } from '../test/support/blue-green.ts'
import { sandboxContext } from '../test/support/context.ts'
import { releasing } from '../test/support/releasing.ts'
import type { Measure } from './measure.ts'
import { releaseTimes } from './release-times.ts'

const followed = 20

/** What releases cost beyond what ECS itself takes, and how often they ask. */
export async function releases(): Promise<Measure[]> {
  return [...(await releaseTimes()), ...(await ownShare()), await callsAMinute(), await callsToGoBack()]
}

/** From the update's call to the end, by ECS's own times and by ours. */
async function ownShare(): Promise<Measure[]> {
  const measured: Measure[] = []
  for (const [name, wish] of [
    ['without checks', {}],
    ['with a check at each pause', { checks: [{ kind: 'command', text: 'true' } as const] }],
  ] as const) {
    const bg = await blueGreen(sandboxContext())
    const web = await releasing(bg)
    const { clock } = bg.context
    const began = clock.now()
    await web.release('nginx:2', wish)
    const took = clock.now() - began
    const without = await blueGreen(sandboxContext())
    const arn = await without.release('nginx:2')
    await without.follow(arn)
    const { createdAt, finishedAt } = await without.deployment(arn)
    const ideal = Number(finishedAt) - Number(createdAt)
    measured.push({
      name: `release ${name}: share of its time that is ours`,
      value: ((took - ideal) / took) * 100,
      goal: 3,
      unit: '%',
      note: `${Math.round(took / 1000)} s, ECS alone ${Math.round(ideal / 1000)} s`,
    })
  }
  return measured
}

async function callsAMinute(): Promise<Measure> {
  const context = sandboxContext()
  const stop = new AbortController()
  let calls = 0
  // Twenty deployments that never end, described as AWS would.
  const ecs = {
    ...context.aws.ecs,
    describeServiceDeployments: async ({
      serviceDeploymentArns = [],
    }: {
      serviceDeploymentArns?: string[] | undefined
    }) => {
      calls++
      return {
        $metadata: {},
        serviceDeployments: serviceDeploymentArns.map(serviceDeploymentArn => ({
          serviceDeploymentArn,
          status: 'IN_PROGRESS' as const,
          startedAt: new Date(0),
          lifecycleStage: 'BAKE_TIME' as const,
        })),
      }
    },
  }
  const { clock } = context
  const follower = new Follower({ aws: { ...context.aws, ecs }, clock, signal: stop.signal, say: () => {} })
  const all = Array.from({ length: followed }, (_, index) =>
    follower
      .follow({
        name: `s${index}`,
        deployment: `arn:${index}`,
        deadline: undefined,
        onPause: undefined,
        answered: [],
      })
      .catch(() => undefined),
  )
  const minutes = 30
  await clock.sleep(minutes * 60_000)
  stop.abort()
  await Promise.all(all)
  return {
    name: `following ${followed} services: calls a minute`,
    // Save the first, which is the price of beginning.
    value: (calls - 1) / minutes,
    goal: 12,
  }
}

async function callsToGoBack(): Promise<Measure> {
  const bg = await blueGreen(sandboxContext())
  const web = await releasing(bg)
  const end = web.release('nginx:2')
  while ((await bg.weights())[1] !== 100) await bg.wait(1)
  await bg.wait(30)
  const before = bg.context.calls.length
  const began = bg.context.clock.now()
  const back = abort(web.target, web.environment)
  while ((await bg.weights())[0] !== 100) await bg.wait(1)
  const seconds = (bg.context.clock.now() - began) / 1000
  const writes = bg.context.calls.slice(before).filter(({ read }) => !read).length
  await Promise.all([back, end])
  return {
    name: 'rollback inside the bake window: calls that change something',
    value: writes,
    goal: 1,
    note: `old version has all traffic after ${seconds.toFixed(0)} s`,
  }
}
