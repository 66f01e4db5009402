import type { Kind } from '../../resources/kind.ts'
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
  type: 'ecs/existing-cluster',
  label: 'existing ECS cluster',
  ownership: 'existing',
  replaceOn: [],
  replacement: 'create-first',
  findBy: ['clusterName'],
  seconds: { create: 0, delete: 0 },

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

  create: async ({ props: { clusterName } }) => {
    throw new Error(`there is no active cluster ${clusterName}`)
  },

  delete: async () => {},
}
