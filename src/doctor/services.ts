import { startCount } from '../config/task-counts.ts'
import { missingAlarms } from '../rollout/alarms.ts'
import type { Live } from '../rollout/live.ts'
import { readLive } from '../rollout/live.ts'
import { healthOf, tasksTextOf } from '../rollout/status.ts'
import { targetsOf } from '../rollout/target.ts'
import type { Check, Examination, Finding } from './finding.ts'
import { fail, ok, warn } from './finding.ts'

/** The services that are up run tasks, their targets are healthy, and the alarms that would roll them back exist. */
export const services: Check = async ({ config, context, situation }) => {
  const up = Object.keys(config.services).filter(name => situation.observed.has(`services/${name}`))
  const lives = await readLive(targetsOf(config, up), context.aws)
  const found = await Promise.all(lives.map(live => findingsOn(live, context)))
  return found.flat()
}

async function findingsOn(live: Live, { aws }: Examination['context']): Promise<Finding[]> {
  const { service, target } = live
  const { name, config } = target
  const { desiredCount = 0, runningCount = 0, deploymentConfiguration = {} } = service
  const tasks = `${name}: ${tasksTextOf(live)}`
  const logs = `see provision rollout status ${name} and provision logs ${name}`
  const missing = await missingAlarms(deploymentConfiguration, aws)
  const alarms = missing.map(alarm =>
    fail(
      'services',
      `${name}: there is no alarm ${alarm}, so it rolls no release back`,
      `run provision up if it is the stack's own; else create it, or correct services.${name}.deployment.alarms`,
    ),
  )
  if (desiredCount === 0)
    return [
      startCount(config) === 0
        ? ok('services', tasks)
        : warn('services', tasks, `provision rollout ${name} --tag TAG starts it`),
      ...alarms,
    ]
  if (runningCount === 0) return [fail('services', tasks, logs), ...alarms]
  const health = await healthOf(live, aws)
  if (health && health.healthy === 0)
    return [
      fail('services', `${tasks}, ${health.text}${because(health.reasons)}`, `see provision logs ${name}`),
      ...alarms,
    ]
  return [ok('services', health ? `${tasks}, ${health.text}` : tasks), ...alarms]
}

function because(reasons: readonly string[]): string {
  return reasons.length > 0 ? ` (${reasons.join('; ')})` : ''
}
