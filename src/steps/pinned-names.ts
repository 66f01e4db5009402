import type { StackConfig } from '../config/schema/stack.ts'
import type { KnownProps } from '../plan/known-names.ts'

/**
 * The config with the names that the stack's own cluster, databases and caches have, where it leaves them to the tool:
 * names that steps also write outside of the resource that has them.
 */
export function withPinnedNames(config: StackConfig, known: KnownProps): StackConfig {
  const clusterName = config.cluster.name ?? nameAt(known, 'cluster/cluster', 'ecs/cluster', 'clusterName')
  return {
    ...config,
    cluster: { ...config.cluster, ...(clusterName === undefined ? {} : { name: clusterName }) },
    databases: pinned(config.databases, 'identifier', name =>
      nameAt(known, `data/${name}`, 'rds/instance', 'identifier'),
    ),
    caches: pinned(config.caches, 'name', name =>
      nameAt(known, `data/${name}`, 'elasticache/replication-group', 'replicationGroupId'),
    ),
  }
}

/** As `withPinnedNames`, with those of services too: for commands that ask AWS about what exists. */
export function withAllPinnedNames(config: StackConfig, known: KnownProps): StackConfig {
  return {
    ...withPinnedNames(config, known),
    services: pinned(config.services, 'name', name =>
      nameAt(known, `services/${name}`, 'ecs/service', 'serviceName'),
    ),
  }
}

function pinned<T extends object>(
  section: Readonly<Record<string, T>>,
  key: keyof T & string,
  found: (name: string) => string | undefined,
): Record<string, T> {
  return Object.fromEntries(
    Object.entries(section).map(([name, one]) => {
      const now = one[key] === undefined ? found(name) : undefined
      return [name, now === undefined ? one : { ...one, [key]: now }]
    }),
  )
}

function nameAt(known: KnownProps, address: string, type: string, prop: string): string | undefined {
  const name = known(address, type)?.[prop]
  return typeof name === 'string' && name !== '' ? name : undefined
}
