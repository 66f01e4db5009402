import type { Begun } from './begin-release.ts'
import type { ReleaseEnvironment } from './environment.ts'
import type { Image } from './image.ts'
import type { Live } from './live.ts'
import { imageIn } from './live.ts'
import { settled, taskDefinitionsOf } from './settle.ts'

/** What is known of the deployment that is under way, whoever began it; undefined when none is. */
export async function underWay(
  live: Live,
  { aws, book, clock }: Pick<ReleaseEnvironment, 'aws' | 'book' | 'clock'>,
): Promise<Begun | undefined> {
  const { running, target } = live
  if (!running?.serviceDeploymentArn) return undefined
  const deployment = running.serviceDeploymentArn
  const releases = await settled(await book.read(target.name), { deployments: [running] }, aws)
  const known = releases.find(one => one.deployment === deployment)
  if (known) return { live, release: known, deployment }
  const taskDefinition = (await taskDefinitionsOf([running], aws)).get(deployment) ?? ''
  const answer = taskDefinition ? await aws.ecs.describeTaskDefinition({ taskDefinition }) : undefined
  return {
    live,
    deployment,
    // Nobody's release of ours: begun in the console, or by `up`. It is followed, and not recorded.
    release: {
      number: 0,
      id: deployment.split('/').at(-1) ?? '',
      image: answer?.taskDefinition ? imageIn(answer.taskDefinition, target.name) : '',
      taskDefinition,
      previous: '',
      deployment,
      strategy: live.strategy,
      by: 'unknown',
      started: running.createdAt?.getTime() ?? clock.now(),
      outcome: 'running',
      settings: { healthCheckGracePeriod: live.service.healthCheckGracePeriodSeconds ?? 0 },
    },
  }
}

/** The same, where it brings that image into service. */
export async function underWayWith(
  image: Image,
  live: Live,
  environment: Pick<ReleaseEnvironment, 'aws' | 'book' | 'clock'>,
): Promise<Begun | undefined> {
  if (!live.running) return undefined
  const begun = await underWay(live, environment)
  return begun?.release.image === image.reference ? begun : undefined
}
