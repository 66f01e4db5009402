import type { Aws } from '../aws/aws.ts'
import { batchesOf } from '../aws/batches.ts'
import { orAbsent } from '../aws/errors.ts'
import { allPages } from '../aws/pages.ts'
import { describeServices } from '../kinds/ecs/describe.ts'

/** What ECS runs, or would start, in one account and region: in all clusters, whoever they belong to. */
export interface EcsUsage {
  /** ARNs of what services and tasks run. */
  readonly taskDefinitions: ReadonlySet<string>
  /** As they stand in the containers of the tasks. */
  readonly images: ReadonlySet<string>
  /** What tasks have pulled. */
  readonly pulled: readonly { readonly taskDefinition: string; readonly digest: string }[]
}

/** The most tasks that ECS describes in one call. */
const tasksPerCall = 100

/** Reads all clusters, their services and their tasks. */
export async function ecsUsage(aws: Aws): Promise<EcsUsage> {
  const clusters = await allPages(nextToken =>
    aws.ecs.listClusters({ nextToken }).then(page => ({ rows: page.clusterArns, next: page.nextToken })),
  )
  const [services, tasks] = await Promise.all([
    Promise.all(clusters.map(cluster => servicesIn(cluster, aws))),
    Promise.all(clusters.map(cluster => tasksIn(cluster, aws))),
  ])
  return {
    taskDefinitions: new Set([
      ...services
        .flat()
        .flatMap(({ taskDefinition, deployments = [] }) => [
          ...(taskDefinition ? [taskDefinition] : []),
          ...deployments.flatMap(one => one.taskDefinition ?? []),
        ]),
      ...tasks.flat().flatMap(({ taskDefinitionArn }) => taskDefinitionArn ?? []),
    ]),
    images: new Set(
      tasks.flat().flatMap(({ containers = [] }) => containers.flatMap(({ image }) => image ?? [])),
    ),
    pulled: tasks
      .flat()
      .flatMap(({ taskDefinitionArn: taskDefinition = '', containers = [] }) =>
        containers.flatMap(({ imageDigest: digest }) => (digest ? [{ taskDefinition, digest }] : [])),
      ),
  }
}

async function servicesIn(cluster: string, aws: Aws) {
  const arns = await allPages(nextToken =>
    aws.ecs
      .listServices({ cluster, maxResults: 100, nextToken })
      .then(page => ({ rows: page.serviceArns, next: page.nextToken })),
  )
  const wanted = arns.map(arn => ({ clusterArn: cluster, serviceName: arn.split('/').at(-1)! }))
  return (await describeServices(wanted, [], aws)).flatMap(service => service ?? [])
}

async function tasksIn(cluster: string, { ecs }: Aws) {
  const arns = await orAbsent(
    allPages(nextToken =>
      ecs.listTasks({ cluster, nextToken }).then(page => ({ rows: page.taskArns, next: page.nextToken })),
    ),
  )
  const found = await Promise.all(
    batchesOf(arns ?? [], tasksPerCall).map(tasks => ecs.describeTasks({ cluster, tasks })),
  )
  return found.flatMap(({ tasks = [] }) => tasks)
}
