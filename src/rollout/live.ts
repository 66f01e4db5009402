import type {
  ContainerDefinition,
  ContainerImage,
  DeploymentStrategy,
  Service,
  ServiceDeploymentBrief,
  Tag,
  TaskDefinition,
} from '@aws-sdk/client-ecs'
import type { Aws } from '../aws/aws.ts'
import { orAbsent } from '../aws/errors.ts'
import { addressTag, stackTag } from '../aws/tags.ts'
import { ProvisionError } from '../errors.ts'
import { describeServices } from '../kinds/ecs/describe.ts'
import type { Target } from './target.ts'
import type { Ends } from './traffic.ts'
import { endsOf } from './traffic.ts'

/** What a service runs now. */
export interface Live {
  readonly target: Target
  readonly service: Service
  readonly taskDefinition: TaskDefinition
  /** For the revision of a release: those of the running one, else those that up gives it. */
  readonly tags: readonly Tag[]
  /** The image of the service's own container. */
  readonly image: string
  readonly strategy: DeploymentStrategy
  readonly ends: Ends | undefined
  /** Newest first, as far back as one page goes. */
  readonly deployments: readonly ServiceDeploymentBrief[]
  /** The deployment that is not over. */
  readonly running: ServiceDeploymentBrief | undefined
}

const over = ['SUCCESSFUL', 'STOPPED', 'ROLLBACK_SUCCESSFUL', 'ROLLBACK_FAILED']

/** True when ECS has nothing more to do for the deployment. */
export function isOver(status: string | undefined): boolean {
  return over.includes(status ?? '')
}

/** Services as AWS has them, aligned with `targets`. Throws with code `refused` on one that is not there. */
export async function readServices(targets: readonly Target[], aws: Aws): Promise<Service[]> {
  const wanted = targets.map(({ cluster: clusterArn, serviceName }) => ({ clusterArn, serviceName }))
  const found = await describeServices(wanted, ['TAGS'], aws)
  return targets.map((target, index) => {
    const service = found[index]
    if (service?.serviceArn && service.status === 'ACTIVE') return service
    throw new ProvisionError({
      code: 'refused',
      message: `${target.name} is not up: AWS has no active service ${target.serviceName} in ${target.cluster}`,
      hint: 'provision up makes it; then release to it',
    })
  })
}

export async function readLive(targets: readonly Target[], aws: Aws): Promise<Live[]> {
  const services = await readServices(targets, aws)
  return Promise.all(
    targets.map(async (target, index) => {
      const service = services[index]!
      const [definition, deployments] = await Promise.all([
        aws.ecs.describeTaskDefinition({ taskDefinition: service.taskDefinition!, include: ['TAGS'] }),
        listDeployments(target, aws),
      ])
      const taskDefinition = definition.taskDefinition!
      return {
        target,
        service,
        taskDefinition,
        tags: definition.tags?.some(({ key }) => key === stackTag)
          ? definition.tags
          : tagsOfOurs(service, taskDefinition, target.name),
        image: imageIn(taskDefinition, target.name),
        strategy: service.deploymentConfiguration?.strategy ?? 'ROLLING',
        ends: endsOf(service),
        deployments,
        running: deployments.find(({ status }) => !isOver(status)),
      }
    }),
  )
}

/** Other tools register revisions without tags. What the stack's own would have follows from the service's. */
function tagsOfOurs({ tags = [] }: Service, { family }: TaskDefinition, service: string): Tag[] {
  const own = new Map([
    [addressTag, `services/${service}.task`],
    ['Name', family],
  ])
  return tags.map(({ key = '', value }) => ({ key, value: own.get(key) ?? value }))
}

/** Newest first. */
export async function listDeployments(
  { cluster, serviceName }: Pick<Target, 'cluster' | 'serviceName'>,
  aws: Aws,
): Promise<ServiceDeploymentBrief[]> {
  const answer = await orAbsent(aws.ecs.listServiceDeployments({ cluster, service: serviceName }))
  return (answer?.serviceDeployments ?? []).toSorted(
    (a, b) => (b.createdAt?.getTime() ?? 0) - (a.createdAt?.getTime() ?? 0),
  )
}

/** The image of the service's own container. */
export function imageIn(definition: TaskDefinition, service: string): string {
  return ownContainer(definition, service)?.image ?? ''
}

/** The container of the service's name, else the first. */
export function ownContainer(
  { containerDefinitions = [] }: TaskDefinition,
  service: string,
): ContainerDefinition | undefined {
  return containerDefinitions.find(({ name }) => name === service) ?? containerDefinitions[0]
}

/**
 * To what ECS has resolved the images of a service when it started its tasks. ECS keeps it with the service revision:
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerImage.html
 */
export async function imagesPulled(
  { currentServiceRevisions = [] }: Service,
  aws: Aws,
): Promise<ContainerImage[]> {
  const serviceRevisionArns = currentServiceRevisions.flatMap(({ arn }) => arn ?? [])
  if (serviceRevisionArns.length === 0) return []
  const { serviceRevisions = [] } = await aws.ecs.describeServiceRevisions({ serviceRevisionArns })
  return serviceRevisions.flatMap(({ containerImages = [] }) => containerImages)
}
