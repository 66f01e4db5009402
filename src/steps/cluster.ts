import type { StackConfig } from '../config/schema/stack.ts'
import type { Declare, Handle } from './declare.ts'
import { ready } from './declare.ts'
import type { Names } from './names.ts'

export type Cluster = Handle<'ecs/cluster'>

export function cluster(declare: Declare, { cluster }: StackConfig, names: Names): Cluster {
  const clusterName = cluster.name ?? names.of('cluster', 'cluster')
  // ECS makes this role by itself at an account's first cluster, but fails services that come before it has spread.
  const serviceRole = declare('cluster/ecs.role', 'iam/service-linked-role', {
    serviceName: 'ecs.amazonaws.com',
  })
  return declare(
    'cluster/cluster',
    'ecs/cluster',
    { clusterName, containerInsights: cluster.containerInsights },
    { name: clusterName, after: [ready(serviceRole)], origin: 'cluster' },
  )
}
