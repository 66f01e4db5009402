import type { StackConfig } from '../config/schema/stack.ts'
import type { GeneratedName } from '../resources/generated-name.ts'
import type { Declare, Handle } from './declare.ts'
import { ready } from './declare.ts'
import { namesFor } from './names.ts'

export type Cluster = Handle<'ecs/cluster'>

/** In ECS. */
export function clusterNameOf(config: StackConfig): string {
  return config.existing.cluster ?? String(nameOf(config))
}

function nameOf(config: StackConfig): string | GeneratedName {
  return config.cluster.name ?? namesFor(config).of('cluster', 'cluster')
}

export function cluster(declare: Declare, config: StackConfig): Cluster {
  const clusterName = clusterNameOf(config)
  if (config.existing.cluster !== undefined)
    return declare(
      'existing/cluster',
      'ecs/existing-cluster',
      { clusterName },
      { name: clusterName, origin: 'existing.cluster' },
    )
  // ECS makes this role by itself at an account's first cluster, but fails services that come before it has spread.
  const serviceRole = declare('cluster/ecs.role', 'iam/service-linked-role', {
    serviceName: 'ecs.amazonaws.com',
  })
  return declare(
    'cluster/cluster',
    'ecs/cluster',
    { clusterName: nameOf(config), containerInsights: config.cluster.containerInsights },
    { name: clusterName, after: [ready(serviceRole)], origin: 'cluster' },
  )
}
