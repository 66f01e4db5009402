import type { Kind } from '../../resources/kind.ts'
import { existing } from '../existing.ts'
import { describeClusters } from './describe.ts'

export interface ExistingClusterProps {
  readonly clusterName: string
}

export interface ExistingClusterAttributes {
  readonly clusterName: string
  readonly arn: string
}

/** A cluster that somebody else owns: read, never changed, never deleted. */
export const existingCluster: Kind<ExistingClusterProps, ExistingClusterAttributes> = {
  ...existing('aws ecs list-clusters'),
  type: 'ecs/existing-cluster',
  label: 'existing ECS cluster',
  findBy: ['clusterName'],

  read: async (requests, { aws }) => {
    const names = requests.map(({ props, attributes }) => props.clusterName ?? attributes?.clusterName ?? '')
    const found = await describeClusters(names, [], aws)
    return found.map((one, index) =>
      one?.clusterArn && one.status === 'ACTIVE'
        ? {
            attributes: { clusterName: names[index]!, arn: one.clusterArn },
            props: { clusterName: names[index]! },
            tags: undefined,
          }
        : undefined,
    )
  },
}
