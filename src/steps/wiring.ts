import type { ServiceConfig } from '../config/schema/stack.ts'
import { partsOf } from '../config/interpolation.ts'
import type {
  bucketAttributes,
  cacheAttributes,
  databaseAttributes,
  fileSystemAttributes,
  loadBalancerAttributes,
} from '../config/uses.ts'
import { usesOf } from '../config/uses.ts'
import type { Input, Reference, Template } from '../resources/reference.ts'
import { copied, isTemplate, text } from '../resources/reference.ts'
import type { After } from '../resources/resource.ts'
import type { Bucket } from './buckets.ts'
import type { Cache, Data, Database, FileSystem } from './data.ts'
import { ready } from './declare.ts'
import type { LoadBalancing } from './load-balancer.ts'

export interface Mount {
  readonly name: string
  readonly path: string
  readonly used: FileSystem
}

/** What `uses` and `environment` of a service come to. */
export interface Wiring {
  readonly environment: Readonly<Record<string, Input<string>>>
  /** Variable to what ECS reads it from. */
  readonly secrets: Readonly<Record<string, Input<string>>>
  /** Variable to the ARN of a secret, for those who read it themselves. */
  readonly secretVariables: Readonly<Record<string, Input<string>>>
  /** What the secrets are read from: the execution role has to be allowed to. */
  readonly secretArns: readonly Reference<string>[]
  readonly mounts: readonly Mount[]
  /** What the task may read and write. */
  readonly buckets: readonly Bucket[]
  readonly after: readonly After[]
}

interface User {
  readonly uses: ServiceConfig['uses']
  readonly environment: Readonly<Record<string, string>>
}

export function wiring(service: User, data: Data, loadBalancing: LoadBalancing | undefined): Wiring {
  const uses = usesOf(service)
  const databases = uses.flatMap(({ name }) => entry(data.databases, name))
  const caches = uses.flatMap(({ name }) => entry(data.caches, name))
  const mounts = uses.flatMap(({ name, mountPath }) =>
    entry(data.fileSystems, name).map(([, used]) => ({ name, path: mountPath ?? used.path, used })),
  )
  const buckets = uses.flatMap(({ name }) => entry(data.buckets, name))
  const values = valuesIn(data, loadBalancing)
  return {
    environment: {
      ...merged(databases.map(([name, database]) => variablesOf(name, database))),
      ...merged(caches.map(([name, cache]) => pick(name, cacheValues(cache), ['host', 'port']))),
      ...merged(buckets.map(([name, bucket]) => pick(name, bucketValues(bucket), ['bucket', 'region']))),
      ...Object.fromEntries(
        Object.entries(service.environment).map(([name, value]) => [name, fillIn(value, values)]),
      ),
    },
    secrets: merged(databases.map(([name, database]) => secretsOf(name, database))),
    secretVariables: merged(
      databases.map(([name, database]) => ({
        [variable(name, 'secret_arn')]: databaseValues(database).secretArn,
      })),
    ),
    secretArns: databases.map(([, { instance }]) => copied(instance.out.secretArn)),
    mounts,
    buckets: buckets.map(([, bucket]) => bucket),
    after: [
      ...databases.map(([, { instance }]) => ready(instance)),
      ...caches.map(([, { group }]) => ready(group)),
      ...buckets.map(([, { bucket }]) => ready(bucket)),
      ...mounts.flatMap(({ used }) => used.mountable),
    ],
  }
}

type Values<K extends string> = Readonly<Record<K, Input<string>>>

function databaseValues({ config, instance, databaseName, port }: Database) {
  return {
    host: copied(instance.out.host),
    port: String(port),
    name: databaseName,
    username: config.masterUsername,
    secretArn: copied(instance.out.secretArn),
  } satisfies Values<(typeof databaseAttributes)[number]>
}

function cacheValues({ config, group }: Cache) {
  return {
    host: copied(group.out.host),
    port: String(config.port),
  } satisfies Values<(typeof cacheAttributes)[number]>
}

function fileSystemValues({ fileSystem }: FileSystem) {
  return { id: copied(fileSystem.out.fileSystemId) } satisfies Values<(typeof fileSystemAttributes)[number]>
}

function bucketValues({ bucket, bucketName, region, url }: Bucket) {
  return {
    bucket: bucketName,
    region,
    arn: copied(bucket.out.arn),
    domainName: copied(bucket.out.domainName),
    ...(url === undefined ? {} : { url }),
  } satisfies Values<(typeof bucketAttributes)[number]>
}

function loadBalancerValues({ loadBalancer, url }: LoadBalancing) {
  return {
    dnsName: copied(loadBalancer.out.dnsName),
    url,
  } satisfies Values<(typeof loadBalancerAttributes)[number]>
}

function variablesOf(name: string, database: Database) {
  return pick(name, databaseValues(database), ['host', 'port', 'name'])
}

/** RDS keeps `{"username": …, "password": …}`; ECS takes one key out of it. */
function secretsOf(name: string, { instance }: Database) {
  return {
    [variable(name, 'username')]: text`${instance.out.secretArn}:username::`,
    [variable(name, 'password')]: text`${instance.out.secretArn}:password::`,
  }
}

function pick<K extends string>(name: string, values: Values<K>, attributes: readonly K[]) {
  return Object.fromEntries(attributes.map(attribute => [variable(name, attribute), values[attribute]]))
}

function variable(name: string, attribute: string): string {
  return `${name.replaceAll('-', '_')}_${attribute}`.toUpperCase()
}

function valuesIn(
  { databases, caches, fileSystems, buckets }: Data,
  loadBalancing: LoadBalancing | undefined,
) {
  return new Map<string, Readonly<Record<string, Input<string>>>>([
    ...[...databases].map(([name, database]) => [name, databaseValues(database)] as const),
    ...[...caches].map(([name, cache]) => [name, cacheValues(cache)] as const),
    ...[...fileSystems].map(([name, used]) => [name, fileSystemValues(used)] as const),
    ...[...buckets].map(([name, bucket]) => [name, bucketValues(bucket)] as const),
    ...(loadBalancing ? [['loadBalancer', loadBalancerValues(loadBalancing)] as const] : []),
  ])
}

function fillIn(value: string, values: ReturnType<typeof valuesIn>): Input<string> {
  const parts = partsOf(value).map(part =>
    typeof part === 'string' ? part : values.get(part.name)![part.attribute]!,
  )
  if (parts.every(part => typeof part === 'string')) return parts.join('')
  return parts.length === 1 ? parts[0]! : { template: parts.flatMap(partsOfTemplate) }
}

function partsOfTemplate(part: Input<string>): Template['template'] {
  return isTemplate(part) ? part.template : [part]
}

function entry<T>(map: ReadonlyMap<string, T>, name: string): [string, T][] {
  const value = map.get(name)
  return value === undefined ? [] : [[name, value]]
}

function merged<T>(records: readonly Readonly<Record<string, T>>[]): Record<string, T> {
  return Object.assign({}, ...records) as Record<string, T>
}
