import type { ServiceConfig, StackConfig } from './schema/stack.ts'

/** One thing that a service uses; `mountPath` where the config gives one. */
export interface Use {
  readonly name: string
  readonly mountPath?: string
}

export function usesOf({ uses }: Pick<ServiceConfig, 'uses'>): Use[] {
  return uses.flatMap(use =>
    typeof use === 'string'
      ? [{ name: use }]
      : Object.entries(use).map(([name, mountPath]) => ({ name, mountPath })),
  )
}

/** What `${name.attribute}` may say, by name. */
export function referableIn(config: StackConfig): Map<string, readonly string[]> {
  const referable = new Map<string, readonly string[]>()
  for (const name of Object.keys(config.databases)) referable.set(name, databaseAttributes)
  for (const name of Object.keys(config.caches)) referable.set(name, cacheAttributes)
  for (const name of Object.keys(config.fileSystems)) referable.set(name, fileSystemAttributes)
  for (const [name, { cdn }] of Object.entries(config.buckets))
    referable.set(name, cdn ? [...bucketAttributes, 'url'] : bucketAttributes)
  if (hasLoadBalancer(config)) referable.set('loadBalancer', loadBalancerAttributes)
  return referable
}

export const databaseAttributes = ['host', 'port', 'name', 'username', 'secretArn'] as const
export const cacheAttributes = ['host', 'port'] as const
export const fileSystemAttributes = ['id'] as const
export const bucketAttributes = ['bucket', 'region', 'arn', 'domainName'] as const
export const loadBalancerAttributes = ['dnsName', 'url'] as const

export function hasLoadBalancer({ services }: StackConfig): boolean {
  return Object.values(services).some(({ paths }) => paths !== undefined)
}

/** True when the service takes every path that no other service takes. */
export function takesTheRest({ paths = [] }: Pick<ServiceConfig, 'paths'>): boolean {
  return paths.includes('/*') || (paths.length > 0 && paths.every(path => path === '/'))
}
