import type {
  DeploymentConfiguration,
  RegisterTaskDefinitionCommandInput,
  TaskDefinition,
} from '@aws-sdk/client-ecs'
import type { Aws } from '../aws/aws.ts'
import { meaningOf } from '../aws/errors.ts'
import type { Clock } from '../effects/clock.ts'
import { ProvisionError } from '../errors.ts'
import type { Live } from './live.ts'
import { listDeployments, ownContainer } from './live.ts'

/** Milliseconds for which a deployment that was just begun may be missing from ECS's list. */
const listedWithin = 60_000

/** Registers a task definition anew, with the tags of the running one and that image. Gives its ARN. */
export async function registerRevision(
  { tags, target }: Live,
  now: TaskDefinition,
  image: string,
  aws: Aws,
): Promise<string> {
  const containers = now.containerDefinitions ?? []
  const own = ownContainer(now, target.name)
  // What AWS has added of its own is not taken back: only these members are an input.
  const input: RegisterTaskDefinitionCommandInput = {
    family: now.family,
    containerDefinitions: containers.map(one => (one === own ? { ...one, image } : one)),
    ...(now.taskRoleArn && { taskRoleArn: now.taskRoleArn }),
    ...(now.executionRoleArn && { executionRoleArn: now.executionRoleArn }),
    ...(now.networkMode && { networkMode: now.networkMode }),
    ...(now.volumes && { volumes: now.volumes }),
    ...(now.placementConstraints?.length && { placementConstraints: now.placementConstraints }),
    ...(now.requiresCompatibilities && { requiresCompatibilities: now.requiresCompatibilities }),
    ...(now.cpu && { cpu: now.cpu }),
    ...(now.memory && { memory: now.memory }),
    ...(now.pidMode && { pidMode: now.pidMode }),
    ...(now.ipcMode && { ipcMode: now.ipcMode }),
    ...(now.proxyConfiguration && { proxyConfiguration: now.proxyConfiguration }),
    ...(now.runtimePlatform && { runtimePlatform: now.runtimePlatform }),
    ...(now.ephemeralStorage && { ephemeralStorage: now.ephemeralStorage }),
    ...(tags.length > 0 && { tags: [...tags] }),
  }
  const { taskDefinition: made } = await aws.ecs.registerTaskDefinition(input)
  return made!.taskDefinitionArn!
}

export interface Begin {
  readonly live: Live
  readonly taskDefinition: string
  readonly configuration: DeploymentConfiguration
  /** How many tasks the service is to run from now on; undefined where that stays. */
  readonly desiredCount?: number | undefined
  /** Seconds; only where a release of before is to be restored with it. */
  readonly healthCheckGracePeriod?: number | undefined
}

/**
 * Starts the deployment and gives its ARN. It is the one that was not there before and has this task definition: what ECS
 * shows right after the call may still be the previous deployment.
 */
export async function begin(
  { live, taskDefinition, configuration, desiredCount, healthCheckGracePeriod }: Begin,
  { aws, clock }: { readonly aws: Aws; readonly clock: Clock },
): Promise<string> {
  const { cluster, serviceName } = live.target
  const update = () =>
    aws.ecs.updateService({
      cluster,
      service: serviceName,
      taskDefinition,
      deploymentConfiguration: configuration,
      // ECS starts no deployment of what the service has already, unless it is told to.
      ...(taskDefinition === live.service.taskDefinition && { forceNewDeployment: true }),
      ...(desiredCount !== undefined && { desiredCount }),
      ...(healthCheckGracePeriod !== undefined && {
        healthCheckGracePeriodSeconds: healthCheckGracePeriod,
      }),
    })
  const find = () => findDeployment(live, taskDefinition, aws)
  try {
    await update()
  } catch (error) {
    if (meaningOf(error) !== 'maybe') throw error
    // The answer was lost. A second update would be a second deployment if the first was carried out.
    await clock.sleep(5000)
    const begun = await find()
    if (begun) return begun
    await update()
  }
  const until = clock.monotonic() + listedWithin
  for (;;) {
    const begun = await find()
    if (begun) return begun
    if (clock.monotonic() > until)
      throw new ProvisionError({
        code: 'failed',
        message: `ECS was told to deploy ${taskDefinition}, but shows no deployment of it`,
        hint: `see provision rollout status ${live.target.name}`,
      })
    await clock.sleep(1000)
  }
}

async function findDeployment(live: Live, taskDefinition: string, aws: Aws): Promise<string | undefined> {
  const known = new Set(live.deployments.map(({ serviceDeploymentArn }) => serviceDeploymentArn))
  const fresh = (await listDeployments(live.target, aws)).filter(
    ({ serviceDeploymentArn }) => !known.has(serviceDeploymentArn),
  )
  const revisions = fresh.flatMap(({ targetServiceRevisionArn }) => targetServiceRevisionArn ?? [])
  if (revisions.length === 0) return undefined
  const { serviceRevisions = [] } = await aws.ecs.describeServiceRevisions({
    serviceRevisionArns: revisions.slice(0, 20),
  })
  const ours = serviceRevisions.find(revision => revision.taskDefinition === taskDefinition)
  return (
    ours &&
    fresh.find(brief => brief.targetServiceRevisionArn === ours.serviceRevisionArn)?.serviceDeploymentArn
  )
}
