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
  for (const name of Object.keys(config.secrets)) referable.set(name, secretAttributes)
  for (const name of Object.keys(config.parameters)) referable.set(name, parameterAttributes)
  if (hasLoadBalancer(config)) referable.set('loadBalancer', loadBalancerAttributes)
  return referable
}

export const databaseAttributes = ['host', 'readerHost', 'port', 'name', 'username', 'secretArn'] as const
export const cacheAttributes = ['host', 'port'] as const
export const fileSystemAttributes = ['id'] as const
export const bucketAttributes = ['bucket', 'region', 'arn', 'domainName'] as const
export const secretAttributes = ['arn', 'name'] as const
export const parameterAttributes = ['value', 'name', 'arn'] as const
export const loadBalancerAttributes = ['dnsName', 'url'] as const

/** A variable that a service gets because it uses something. */
export interface GivenVariable {
  readonly variable: string
  /** ECS reads it from a secret when the task starts. */
  readonly secret: boolean
}

/** The variables that `uses: [name]` comes to. */
export function variablesFrom(config: StackConfig, name: string): GivenVariable[] {
  const plain = (...attributes: readonly string[]) =>
    attributes.map(attribute => ({ variable: variableOf(name, attribute), secret: false }))
  const { secrets, parameters } = config
  if (name in secrets) return [{ variable: secrets[name]!.env ?? variableOf(name), secret: true }]
  if (name in parameters) return [{ variable: parameters[name]!.env ?? variableOf(name), secret: false }]
  if (name in config.buckets) return plain('bucket', 'region')
  if (name in config.caches) return plain('host', 'port')
  if (name in config.databases)
    return [
      ...plain('host', 'port', 'name', ...(config.databases[name]!.replicas > 0 ? ['reader_host'] : [])),
      ...['username', 'password'].map(key => ({ variable: variableOf(name, key), secret: true })),
    ]
  return []
}

/** `DATABASE_HOST` for the host of `database`. */
export function variableOf(name: string, attribute?: string): string {
  const words = attribute === undefined ? name : `${name}_${attribute}`
  return words.replaceAll('-', '_').toUpperCase()
}

export function hasLoadBalancer({ services }: StackConfig): boolean {
  return Object.values(services).some(({ paths }) => paths !== undefined)
}

/** True when there is to be a load balancer that is the stack's own. */
export function makesLoadBalancer(config: StackConfig): boolean {
  return hasLoadBalancer(config) && config.existing.loadBalancer === undefined
}

/** True when the service takes every path that no other service takes. */
export function takesTheRest({ paths = [] }: Pick<ServiceConfig, 'paths'>): boolean {
  return paths.includes('/*') || (paths.length > 0 && paths.every(path => path === '/'))
}
