import { startCount } from '../config/task-counts.ts'
import { missingAlarms } from '../rollout/alarms.ts'
import { expiryOf } from '../rollout/expiry.ts'
import { runningImages } from '../rollout/images-in-use.ts'
import type { Live } from '../rollout/live.ts'
import { readLive } from '../rollout/live.ts'
import { healthOf, tasksTextOf } from '../rollout/status.ts'
import { targetsOf } from '../rollout/target.ts'
import { repositoryNameOf } from '../steps/names.ts'
import type { Check, Examination, Finding } from './finding.ts'
import { fail, ok, warn } from './finding.ts'

/** The services that are up run tasks, their targets are healthy, and the alarms that would roll them back exist. */
export const services: Check = async ({ config, context, situation }) => {
  const up = Object.keys(config.services).filter(name => situation.observed.has(`services/${name}`))
  const lives = await readLive(targetsOf(config, up), context.aws)
  const found = await Promise.all(
    lives.map(async live => [
      ...(await findingsOn(live, context)),
      ...(await expiries(live, config, context)),
    ]),
  )
  return found.flat()
}

/** ECR expires images by their tags and their age, whether they are in use or not. */
async function expiries(
  { target: { name }, service }: Live,
  config: Examination['config'],
  { aws, region }: Examination['context'],
): Promise<Finding[]> {
  const repositories = Object.keys(config.repositories).map(one => repositoryNameOf(config, one))
  const running = await runningImages(service, region, aws)
  const found = await Promise.all(
    running.map(image => expiryOf(image, name, [], { aws, repositories, again: '' })),
  )
  return found.flatMap(one => (one ? [warn('services', `${name}: ${one.message}`, one.hint)] : []))
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
