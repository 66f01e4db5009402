import type { StackConfig } from '../config/schema/stack.ts'
import type { KnownProps } from '../plan/known-names.ts'

/**
 * The config with the names that what exists has, where the config leaves them to the tool: names that steps and
 * commands also need outside of the resource that has them.
 */
export function withPinnedNames(config: StackConfig, known: KnownProps): StackConfig {
  const nameOf = (address: string, type: string, prop: string) => {
    const name = known(address, type)?.[prop]
    return typeof name === 'string' && name !== '' ? name : undefined
  }
  const each = <T extends object>(
    section: Readonly<Record<string, T>>,
    key: keyof T & string,
    found: (name: string) => string | undefined,
  ): Record<string, T> =>
    Object.fromEntries(
      Object.entries(section).map(([name, one]) => {
        const now = one[key] === undefined ? found(name) : undefined
        return [name, now === undefined ? one : { ...one, [key]: now }]
      }),
    )
  const clusterName = config.cluster.name ?? nameOf('cluster/cluster', 'ecs/cluster', 'clusterName')
  return {
    ...config,
    cluster: { ...config.cluster, ...(clusterName === undefined ? {} : { name: clusterName }) },
    databases: each(config.databases, 'identifier', name =>
      nameOf(`data/${name}`, 'rds/instance', 'identifier'),
    ),
    caches: each(config.caches, 'name', name =>
      nameOf(`data/${name}`, 'elasticache/replication-group', 'replicationGroupId'),
    ),
  }
}
