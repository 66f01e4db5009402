import type { ServiceConfig, StackConfig } from '../config/schema/stack.ts'
import { partsOf } from '../config/interpolation.ts'
import type {
  bucketAttributes,
  cacheAttributes,
  databaseAttributes,
  fileSystemAttributes,
  loadBalancerAttributes,
  parameterAttributes,
  secretAttributes,
} from '../config/uses.ts'
import { usesOf, variableOf, variablesFrom } from '../config/uses.ts'
import type { Input, Reference, Template } from '../resources/reference.ts'
import { copied, isTemplate, text } from '../resources/reference.ts'
import type { After } from '../resources/resource.ts'
import type { Bucket } from './buckets.ts'
import type { Cache, Data, FileSystem } from './data.ts'
import type { Database } from './databases.ts'
import { ready } from './declare.ts'
import type { LoadBalancing } from './load-balancer.ts'
import { secretNameOf } from './names.ts'
import type { Parameter, Secret } from './secrets.ts'

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
  /** Those of them that SSM keeps. */
  readonly secureStringArns: readonly Reference<string>[]
  /** Those of them that the config names: each needs a value before a task can start. */
  readonly secretNames: readonly string[]
  readonly mounts: readonly Mount[]
  /** What the task may read and write. */
  readonly buckets: readonly Bucket[]
  readonly after: readonly After[]
}

interface User {
  readonly uses: ServiceConfig['uses']
  readonly environment: Readonly<Record<string, string>>
}

export function wiring(
  config: StackConfig,
  service: User,
  data: Data,
  loadBalancing: LoadBalancing | undefined,
): Wiring {
  const uses = usesOf(service)
  const databases = uses.flatMap(({ name }) => entry(data.databases, name))
  const caches = uses.flatMap(({ name }) => entry(data.caches, name))
  const mounts = uses.flatMap(({ name, mountPath }) =>
    entry(data.fileSystems, name).map(([, used]) => ({ name, path: mountPath ?? used.path, used })),
  )
  const buckets = uses.flatMap(({ name }) => entry(data.buckets, name))
  const secrets = uses.flatMap(({ name }) => entry(data.secrets, name))
  const parameters = uses.flatMap(({ name }) => entry(data.parameters, name))
  const values = valuesIn(config, data, loadBalancing)
  return {
    environment: {
      ...merged(databases.map(([name, database]) => variablesOf(name, database))),
      ...merged(caches.map(([name, cache]) => pick(name, cacheValues(cache), ['host', 'port']))),
      ...merged(parameters.map(([name, { value }]) => ({ [onlyVariable(config, name)]: value }))),
      ...merged(buckets.map(([name, bucket]) => pick(name, bucketValues(bucket), ['bucket', 'region']))),
      ...Object.fromEntries(
        Object.entries(service.environment).map(([name, value]) => [name, fillIn(value, values)]),
      ),
    },
    secrets: {
      ...merged(databases.map(([name, database]) => secretsOf(name, database))),
      ...merged(secrets.map(([name, secret]) => ({ [onlyVariable(config, name)]: copied(secret.out.arn) }))),
    },
    secretVariables: {
      ...merged(
        databases.map(([name, database]) => ({
          [variableOf(name, 'secret_arn')]: databaseValues(database).secretArn,
        })),
      ),
      ...merged(
        secrets.map(([name, secret]) => ({ [variableOf(name, 'secret_arn')]: copied(secret.out.arn) })),
      ),
    },
    secretArns: [
      ...databases.map(([, { secretArn }]) => secretArn),
      ...secrets.filter(([name]) => !isSecureString(config, name)).map(([, { out }]) => copied(out.arn)),
    ],
    secureStringArns: secrets
      .filter(([name]) => isSecureString(config, name))
      .map(([, { out }]) => copied(out.arn)),
    secretNames: secrets.map(([name]) => name),
    mounts,
    buckets: buckets.map(([, bucket]) => bucket),
    after: [
      ...databases.map(([, { instance }]) => ready(instance)),
      ...databases.flatMap(([, { proxy }]) => (proxy ? [ready(proxy.target)] : [])),
      ...caches.map(([, { group }]) => ready(group)),
      ...buckets.map(([, { bucket }]) => ready(bucket)),
      ...secrets.map(([, secret]) => ready(secret)),
      ...parameters.map(([, { parameter }]) => ready(parameter)),
      ...mounts.flatMap(({ used }) => used.mountable),
    ],
  }
}

type Values<K extends string> = Readonly<Record<K, Input<string>>>

function databaseValues({ config, instance, replicas, proxy, secretArn, databaseName, port }: Database) {
  const host = proxy?.host ?? copied(instance.out.host)
  return {
    host,
    // Without a replica the instance itself is there to be read.
    readerHost: replicas[0] ? copied(replicas[0].out.host) : host,
    port: String(port),
    name: databaseName,
    username: config.masterUsername,
    secretArn,
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

function secretValues(secret: Secret, name: string) {
  return { arn: copied(secret.out.arn), name } satisfies Values<(typeof secretAttributes)[number]>
}

function parameterValues({ parameter, parameterName, value }: Parameter) {
  return {
    value,
    name: parameterName,
    arn: copied(parameter.out.arn),
  } satisfies Values<(typeof parameterAttributes)[number]>
}

function loadBalancerValues({ loadBalancer, url }: LoadBalancing) {
  return {
    dnsName: copied(loadBalancer.out.dnsName),
    url,
  } satisfies Values<(typeof loadBalancerAttributes)[number]>
}

function variablesOf(name: string, database: Database) {
  const values = databaseValues(database)
  return {
    ...pick(name, values, ['host', 'port', 'name']),
    ...(database.replicas.length > 0 ? { [variableOf(name, 'reader_host')]: values.readerHost } : {}),
  }
}

function isSecureString({ secrets }: StackConfig, name: string): boolean {
  return secrets[name]?.store === 'parameter-store'
}

/** RDS keeps `{"username": …, "password": …}`; ECS takes one key out of it. */
function secretsOf(name: string, { secretArn }: Database) {
  return {
    [variableOf(name, 'username')]: text`${secretArn}:username::`,
    [variableOf(name, 'password')]: text`${secretArn}:password::`,
  }
}

function pick<K extends string>(name: string, values: Values<K>, attributes: readonly K[]) {
  return Object.fromEntries(attributes.map(attribute => [variableOf(name, attribute), values[attribute]]))
}

/** The one variable that a secret or a parameter becomes. */
function onlyVariable(config: StackConfig, name: string): string {
  return variablesFrom(config, name)[0]!.variable
}

function valuesIn(
  config: StackConfig,
  { databases, caches, fileSystems, buckets, secrets, parameters }: Data,
  loadBalancing: LoadBalancing | undefined,
) {
  return new Map<string, Readonly<Record<string, Input<string>>>>([
    ...[...databases].map(([name, database]) => [name, databaseValues(database)] as const),
    ...[...caches].map(([name, cache]) => [name, cacheValues(cache)] as const),
    ...[...fileSystems].map(([name, used]) => [name, fileSystemValues(used)] as const),
    ...[...buckets].map(([name, bucket]) => [name, bucketValues(bucket)] as const),
    ...[...secrets].map(
      ([name, secret]) => [name, secretValues(secret, secretNameOf(config, name))] as const,
    ),
    ...[...parameters].map(([name, one]) => [name, parameterValues(one)] as const),
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
