import type { Service } from '@aws-sdk/client-ecs'
import type { ServiceProps } from './service-props.ts'

/** True when the service is to be replaced or to give up one of its two target groups: where is its traffic? */
export function leavesItsGroups(one: Service | undefined, wish: Partial<ServiceProps>): boolean {
  return (
    wish.strategy === 'ROLLING' ||
    (wish.serviceName !== undefined && wish.serviceName !== one?.serviceName) ||
    (wish.clusterArn !== undefined && wish.clusterArn !== one?.clusterArn) ||
    (wish.launchType !== undefined && wish.launchType !== one?.launchType)
  )
}

/** The task definition that it runs, whoever has put it there. */
export function successorsIn({ taskDefinition: arn }: Service) {
  const [, family, revision] = /task-definition\/([^:]+):(\d+)$/.exec(arn ?? '') ?? []
  return family ? { taskDefinitionArn: { arn, family, revision: Number(revision) } } : undefined
}
