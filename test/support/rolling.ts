import type { DeploymentConfiguration, LoadBalancer, Service } from '@aws-sdk/client-ecs'
import type { Container } from '../../src/kinds/ecs/container.ts'
import { advanceServices } from '../../src/sandbox/ecs/deployment.ts'
import { isHealthy } from '../../src/sandbox/ecs/health.ts'
import { services } from '../../src/sandbox/ecs/rows.ts'
import { container, fargateService, registerFargateTask } from '../kinds/ecs/parts.ts'
import type { SandboxContext } from './context.ts'

export interface RollingOptions {
  readonly count: number
  readonly configuration?: DeploymentConfiguration
  readonly loadBalancers?: readonly LoadBalancer[]
  readonly containers?: readonly Container[]
  /** Seconds. */
  readonly gracePeriod?: number
}

/** The tasks of a service at one moment. */
export interface Seen {
  /** Milliseconds since the deployment began. */
  readonly after: number
  /** Those that are starting, running or stopping. */
  readonly present: number
  /** Those that are healthy and have not been told to stop. */
  readonly healthy: number
  readonly byTaskDefinition: Readonly<Record<string, number>>
}

/** A Fargate service with a rolling deployment, made by plain SDK calls; its first deployment is over. */
export async function rollingService(context: SandboxContext, options: RollingOptions) {
  const { aws, clock, world } = context
  const { count, configuration, loadBalancers, containers = [container], gracePeriod } = options
  const { clusterArn: cluster, taskDefinitionArn } = await fargateService(context, containers)
  await aws.ecs.createService({
    cluster,
    serviceName: 'web',
    taskDefinition: taskDefinitionArn,
    desiredCount: count,
    launchType: 'FARGATE',
    networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-a'], securityGroups: ['sg-1'] } },
    ...(loadBalancers && { loadBalancers: [...loadBalancers] }),
    ...(gracePeriod && { healthCheckGracePeriodSeconds: gracePeriod }),
    ...(configuration && { deploymentConfiguration: configuration }),
  })
  await clock.sleep(600_000)
  const row = services(world).list()[0]!
  const seen = (since: number): Seen => {
    advanceServices(world)
    const now = world.now()
    const staying = row.tasks.filter(({ drainingAt = Infinity }) => drainingAt > now)
    const named = row.tasks.map(task => row.revisions.find(({ number }) => number === task.revision)!)
    return {
      after: now - since,
      present: row.tasks.length,
      healthy: staying.filter(task => isHealthy(world, row, task, now)).length,
      byTaskDefinition: Object.fromEntries(
        [...new Set(named)].map(({ taskDefinitionArn: arn, number }) => [
          arn.split('/').at(-1)!,
          row.tasks.filter(({ revision }) => revision === number).length,
        ]),
      ),
    }
  }
  return {
    row,
    cluster,
    describe: async (): Promise<Service> =>
      (await aws.ecs.describeServices({ cluster, services: ['web'] })).services![0]!,
    update: (input: object) => aws.ecs.updateService({ cluster, service: 'web', ...input }),
    newTask: (more: Partial<Container> = {}) => registerFargateTask(context, [{ ...container, ...more }]),
    /** What stands at every whole second until the deployment is over, at most so many seconds. */
    async watch(seconds: number): Promise<Seen[]> {
      const since = world.now()
      const all: Seen[] = [seen(since)]
      for (let second = 1; second <= seconds; second++) {
        await clock.sleep(1000)
        all.push(seen(since))
        if (row.deployments.at(-1)!.finishedAt !== undefined) break
      }
      return all
    },
  }
}
