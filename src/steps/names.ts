import type { StackConfig } from '../config/schema/stack.ts'
import { fit, GeneratedName } from '../resources/generated-name.ts'

/** The longest name that AWS takes. */
export const longest = {
  loadBalancer: 32,
  targetGroup: 32,
  cache: 40,
  bucket: 63,
  database: 63,
  searchDomain: 28,
  topic: 256,
  role: 64,
  alarm: 255,
  cluster: 255,
  launchTemplate: 128,
  autoScalingGroup: 255,
  capacityProvider: 255,
  service: 255,
  taskDefinition: 255,
  securityGroup: 255,
  subnetGroup: 255,
  webAcl: 128,
  originAccessControl: 64,
} as const

type Named = Pick<StackConfig, 'stack' | 'environment' | 'prefix'>

/**
 * Names are `<environment>-<stack>-<thing>`, cut to what AWS takes, so that neither two environments nor two stacks of
 * an account meet; or they begin as the config says.
 */
export function namesFor({ stack, environment, prefix = `${environment}-${stack}` }: Named) {
  const generated = (name: string, limit: number) => new GeneratedName(fit(name, limit), limit)
  return {
    /** Unique in a region. */
    of: (thing: string, limit?: keyof typeof longest) =>
      generated(`${prefix}-${thing}`, limit ? longest[limit] : 255),
    /** Unique in the account (IAM), or too easily somebody else's: carries the stack's name whatever the prefix. */
    ofStack: (thing: string, limit: keyof typeof longest) =>
      generated(`${environment}-${stack}-${thing}`, longest[limit]),
    /** A name made of another one. */
    fitted: (name: string, limit: keyof typeof longest) => generated(name, longest[limit]),
  }
}

export type Names = ReturnType<typeof namesFor>

/** In RDS. A second database must not rename the first: the default depends on nothing but its own name. */
export function databaseIdentifier(config: StackConfig, name: string): string | GeneratedName {
  return (
    config.databases[name]?.identifier ??
    namesFor(config).ofStack(name === 'database' ? 'db' : name, 'database')
  )
}

/** As `databaseIdentifier`, as text. */
export function databaseIdentifierOf(config: StackConfig, name: string): string {
  return String(databaseIdentifier(config, name))
}

/** In ElastiCache. */
export function cacheName(config: StackConfig, name: string): string | GeneratedName {
  const cache = config.caches[name]
  return cache?.name ?? namesFor(config).of(name === 'cache' && cache ? cache.engine : name, 'cache')
}

/** As `cacheName`, as text. */
export function cacheNameOf(config: StackConfig, name: string): string {
  return String(cacheName(config, name))
}

/** In S3, where names are unique in all of AWS: the account's number keeps it from somebody else's. */
export function bucketNameOf(
  { stack, environment, buckets }: Pick<StackConfig, 'stack' | 'environment' | 'buckets'>,
  name: string,
  account: string,
): string {
  const suffix = `-${account}`
  return (
    buckets[name]?.name ?? fit(`${stack}-${environment}-${name}`, longest.bucket - suffix.length) + suffix
  )
}

/** In Secrets Manager, or in SSM. */
export function secretNameOf(
  { stack, environment, secrets }: Pick<StackConfig, 'stack' | 'environment' | 'secrets'>,
  name: string,
): string {
  const slash = secrets[name]?.store === 'parameter-store' ? '/' : ''
  return secrets[name]?.name ?? `${slash}${stack}/${environment}/${name}`
}

/** In SSM. */
export function parameterNameOf(
  { stack, environment, parameters }: Pick<StackConfig, 'stack' | 'environment' | 'parameters'>,
  name: string,
): string {
  return parameters[name]?.name ?? `/${stack}/${environment}/${name}`
}

/** In ECR. */
export function repositoryNameOf({ stack, environment, repositories }: StackConfig, name: string): string {
  return repositories[name]?.name ?? `${stack}-${environment}/${name}`
}

/** In ECS. */
export function serviceName({ services }: StackConfig, service: string): string | GeneratedName {
  return services[service]?.name ?? new GeneratedName(service, longest.service)
}

/** As `serviceName`, as text. */
export function serviceNameOf(config: StackConfig, service: string): string {
  return String(serviceName(config, service))
}

/** In CloudWatch Logs. */
export function logGroupNameOf(config: StackConfig, service: string): string {
  return config.services[service]?.logGroup ?? logGroupDefault(config, service)
}

/** In CloudWatch Logs, of a log group that is no service's. */
export function extraLogGroupNameOf(config: StackConfig, name: string): string {
  return config.logGroups[name]?.name ?? logGroupDefault(config, name)
}

function logGroupDefault({ stack, environment }: StackConfig, name: string): string {
  return `/ecs/${stack}-${environment}/${name}`
}

/** In SNS. */
export function topicNameOf(config: StackConfig, name: string): string {
  return config.notifications[name]?.name ?? String(namesFor(config).ofStack(name, 'topic'))
}

/** In CloudWatch, where dashboards belong to the account and not to a region. */
export function dashboardNameOf({ stack, environment, dashboard }: StackConfig): string {
  return (typeof dashboard === 'object' ? dashboard.name : undefined) ?? `${environment}-${stack}`
}

/** In OpenSearch. */
export function domainNameOf({ stack, environment, search }: StackConfig): string {
  return search?.name ?? fit(`${environment}-${stack}`, longest.searchDomain)
}

/** Where the secret with the password of a database stands. */
export function passwordAddress(database: string): string {
  return `data/${database}.password`
}
