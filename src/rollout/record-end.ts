import type { DeploymentConfiguration } from '@aws-sdk/client-ecs'
import { untilAnswered } from '../aws/until-answered.ts'
import { canonical } from '../resources/json.ts'
import type { Release } from '../state/release.ts'
import type { Begun } from './begin-release.ts'
import type { OpenBook } from './book.ts'
import type { ReleaseEnvironment } from './environment.ts'
import { withScalingRestored } from './suspended-scaling.ts'

/** Milliseconds for which the end of a release waits for the ledger. */
const ledgerPatience = 60_000

/**
 * Records how a release has ended, and gives the service what was its own before. Under the ledger's lock. True where this
 * end has not been told by anybody before.
 */
export async function record(
  begun: Begun,
  release: Release,
  notice: 'end' | 'taken back',
  environment: ReleaseEnvironment,
): Promise<boolean> {
  const { book, say, notices } = environment
  const { name } = begun.live.target
  try {
    const open = await book.open(ledgerPatience)
    try {
      await giveBackConfiguration(begun, environment)
      const restored = await scalingRestored(begun, release, open, environment)
      const { notices: told = [] } = open.of(name).find(({ number }) => number === release.number) ?? {}
      const isFirst = release.number > 0 && !told.includes(notice)
      const all = isFirst ? [...told, notice] : told
      if (release.number > 0) await open.put(name, { ...restored, ...(notices && { notices: all }) })
      const undone = release.outcome !== 'released' && release.outcome !== 'superseded'
      if (release.starts !== undefined && undone) await open.putTasks(begun.live.target, 'none')
      return isFirst
    } finally {
      await open.close()
    }
  } catch (error) {
    say({
      type: 'note',
      level: 'warning',
      message: `the end of this release of ${name} is not in the ledger (${(error as Error).message}); provision rollout history ${name} has it from ECS`,
    })
    return true
  }
}

/** The release with autoscaling as it was before; as it is, with a warning, where AWS does not take that. */
async function scalingRestored(
  { live: { target } }: Begun,
  release: Release,
  open: OpenBook,
  environment: ReleaseEnvironment,
): Promise<Release> {
  try {
    return await withScalingRestored(target, release, environment, open)
  } catch (error) {
    const { name } = target
    const message = `autoscaling of ${name} is still suspended (${(error as Error).message}): provision up restores it`
    environment.say({ type: 'note', level: 'warning', message })
    return release
  }
}

/** Restores autoscaling of a release that goes on, and that this command follows no longer. */
export async function leaveScaling(begun: Begun, environment: ReleaseEnvironment): Promise<void> {
  const { release, live } = begun
  if (release.suspended === undefined) return
  const { name } = live.target
  try {
    const open = await environment.book.open(ledgerPatience)
    try {
      await open.put(name, await scalingRestored(begun, release, open, environment))
    } finally {
      await open.close()
    }
  } catch (error) {
    const message = `autoscaling of ${name} stays suspended (${(error as Error).message}): provision up restores it when the release is over`
    environment.say({ type: 'note', level: 'warning', message })
  }
}

/** The pauses and percentages of one release are not the service's: the next `up` must not find them. */
async function giveBackConfiguration(
  { live, release }: Begun,
  { aws, clock, say }: ReleaseEnvironment,
): Promise<void> {
  const { cluster, serviceName, name } = live.target
  const wanted = release.configuration as DeploymentConfiguration | undefined
  if (!wanted) return
  try {
    const { services: [now] = [] } = await aws.ecs.describeServices({ cluster, services: [serviceName] })
    if (canonical(now?.deploymentConfiguration ?? {}) === canonical(wanted)) return
    const given = { cluster, service: serviceName, deploymentConfiguration: wanted }
    await untilAnswered(() => aws.ecs.updateService(given), clock)
  } catch (error) {
    say({
      type: 'note',
      level: 'warning',
      message: `${name} keeps the deployment configuration of this release (${(error as Error).message}): provision up gives it its own again`,
    })
  }
}
