import type { Input, Reference } from '../resources/reference.ts'
import { copied, text } from '../resources/reference.ts'
import type { StackConfig } from '../config/schema/stack.ts'
import type { Bucket } from './buckets.ts'
import type { Declare, Handle } from './declare.ts'
import type { Facts } from './facts.ts'
import type { Names } from './names.ts'
import type { LogGroups } from './logs.ts'
import type { Registry } from './registry.ts'
import type { Search } from './search.ts'
import type { Mount, Wiring } from './wiring.ts'
import { trusting } from './trust.ts'

export interface Roles {
  /** ECS acts with it before the container starts: pulls the image, reads secrets, opens the log. */
  readonly execution: Handle<'iam/role'>
  /** The application acts with it; made when `uses` grants something. */
  readonly task: Handle<'iam/role'> | undefined
}

/** What the services' permissions are about. */
interface RoleGround {
  readonly wirings: ReadonlyMap<string, Wiring>
  readonly registry: Registry
  readonly logGroups: LogGroups
  readonly search: Search | undefined
}

/** Two roles for each service, each allowed only what that service needs. */
export function identity(
  declare: Declare,
  config: StackConfig,
  { wirings, registry, logGroups, search }: RoleGround,
  facts: Facts,
  names: Names,
): ReadonlyMap<string, Roles> {
  const assumeRolePolicy = trusting('ecs-tasks.amazonaws.com', facts.account)
  return new Map(
    Object.entries(config.services).map(([service, { image, repository, logging }]): [string, Roles] => {
      const { secretArns, secureStringArns, mounts, buckets } = wirings.get(service)!
      const own = repository === undefined ? undefined : registry.get(repository)
      const pulledFrom = own ? copied(own.repository.out.arn) : arnOfImage(image, facts)
      const granted = [
        ...mounts.map(mount),
        ...buckets.flatMap(readAndWrite),
        ...(search && logging === 'search' ? [writeIndices(search)] : []),
      ]
      const origin = `services.${service}`
      const role = (purpose: 'execution' | 'task', statements: readonly Statement[]) => {
        const roleName = names.ofStack(`${service}-${purpose}`, 'role')
        const inlinePolicies = { [purpose]: { Version: '2012-10-17', Statement: statements } }
        return declare(
          `identity/${service}.${purpose}-role`,
          'iam/role',
          { roleName, path: '/', assumeRolePolicy, managedPolicyArns: [], inlinePolicies },
          { name: roleName, origin },
        )
      }
      return [
        service,
        {
          // Narrower than AWS's managed policy for it: this image, this log group, these secrets.
          execution: role('execution', [
            ...(pulledFrom ? [logInToRegistry, pullImage(pulledFrom)] : []),
            writeLog(copied(logGroups.get(service)!.out.arn)),
            ...secretArns.map(readSecret),
            ...secureStringArns.map(readParameter('ssm:GetParameters')),
          ]),
          task: granted.length > 0 ? role('task', granted) : undefined,
        },
      ]
    }),
  )
}

/** What an instance may do of its own: read its secrets, and use its buckets. */
export function instancePolicies({
  secretArns,
  secureStringArns,
  buckets,
}: Pick<Wiring, 'secretArns' | 'secureStringArns' | 'buckets'>) {
  const statements = [
    ...secretArns.map(readSecret),
    ...secureStringArns.map(readParameter('ssm:GetParameter')),
    ...buckets.flatMap(readAndWrite),
  ]
  return statements.length > 0 ? { uses: { Version: '2012-10-17', Statement: statements } } : {}
}

/** A type, not an interface: only then it has the index signature of a policy document. */
type Statement = {
  readonly Effect: 'Allow'
  readonly Action: string | readonly string[]
  readonly Resource: Input<string>
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, Input<string>>>>>
}

/** Knows no resource: the answer is good for every registry that the role may read. */
const logInToRegistry: Statement = { Effect: 'Allow', Action: 'ecr:GetAuthorizationToken', Resource: '*' }

function pullImage(Resource: Input<string>): Statement {
  return {
    Effect: 'Allow',
    Action: ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
    Resource,
  }
}

/** The repository of an image that stands in some ECR registry; undefined for those that stand elsewhere. */
function arnOfImage(image: string | undefined, { partition }: Facts): string | undefined {
  const [, account, region, name] =
    /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\/([^:@]+)/.exec(image ?? '') ?? []
  return name && `arn:${partition}:ecr:${region}:${account}:repository/${name}`
}

function writeLog(group: Reference<string>): Statement {
  return {
    Effect: 'Allow',
    Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    Resource: text`${group}:*`,
  }
}

function readSecret(Resource: Wiring['secretArns'][number]): Statement {
  return { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource }
}

/** SSM decrypts with its own key for everybody in the account who may read the parameter. */
function readParameter(Action: string): (Resource: Wiring['secretArns'][number]) => Statement {
  return Resource => ({ Effect: 'Allow', Action, Resource })
}

/** Through the service's own access point only, and not as root. */
function mount({ used: { fileSystem, accessPoint } }: Mount): Statement {
  return {
    Effect: 'Allow',
    Action: ['elasticfilesystem:ClientMount', 'elasticfilesystem:ClientWrite'],
    Resource: copied(fileSystem.out.arn),
    Condition: { StringEquals: { 'elasticfilesystem:AccessPointArn': copied(accessPoint.out.arn) } },
  }
}

/** Log lines into the domain; nothing about its settings. */
function writeIndices({ domain }: Search): Statement {
  return { Effect: 'Allow', Action: ['es:ESHttpPost', 'es:ESHttpPut'], Resource: text`${domain.out.arn}/*` }
}

/** The objects of this bucket and the list of them; nothing about the bucket itself. */
function readAndWrite({ bucket }: Bucket): Statement[] {
  return [
    { Effect: 'Allow', Action: 's3:ListBucket', Resource: copied(bucket.out.arn) },
    {
      Effect: 'Allow',
      Action: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'],
      Resource: text`${bucket.out.arn}/*`,
    },
  ]
}
