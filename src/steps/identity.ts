import { copied, text } from '../resources/reference.ts'
import type { StackConfig } from '../config/schema/stack.ts'
import type { Bucket } from './buckets.ts'
import type { Declare, Handle } from './declare.ts'
import type { Facts } from './facts.ts'
import type { Names } from './names.ts'
import type { Mount, Wiring } from './wiring.ts'

export interface Roles {
  /** ECS acts with it before the container starts: pulls the image, reads secrets, opens the log. */
  readonly execution: Handle<'iam/role'>
  /** The application acts with it; made when `uses` grants something. */
  readonly task: Handle<'iam/role'> | undefined
}

/** Two roles for each service, each allowed only what that service needs. */
export function identity(
  declare: Declare,
  config: StackConfig,
  wirings: ReadonlyMap<string, Wiring>,
  facts: Facts,
  names: Names,
): ReadonlyMap<string, Roles> {
  const assumeRolePolicy = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'ecs-tasks.amazonaws.com' },
        Action: 'sts:AssumeRole',
        // ECS acts for every account: only for this one it may take the role.
        Condition: { StringEquals: { 'aws:SourceAccount': facts.account } },
      },
    ],
  }
  return new Map(
    Object.keys(config.services).map((service): [string, Roles] => {
      const { secretArns, mounts, buckets } = wirings.get(service)!
      const origin = `services.${service}`
      const role = (
        purpose: 'execution' | 'task',
        permissions: {
          readonly managedPolicyArns: string[]
          readonly inlinePolicies: Readonly<Record<string, ReturnType<typeof allow>>>
        },
      ) => {
        const roleName = names.ofStack(`${service}-${purpose}`, 'role')
        return declare(
          `identity/${service}.${purpose}-role`,
          'iam/role',
          { roleName, path: '/', assumeRolePolicy, ...permissions },
          { name: roleName, origin },
        )
      }
      return [
        service,
        {
          execution: role('execution', {
            managedPolicyArns: [
              `arn:${facts.partition}:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy`,
            ],
            inlinePolicies: secretArns.length > 0 ? { secrets: allow(secretArns.map(readSecret)) } : {},
          }),
          task:
            mounts.length + buckets.length > 0
              ? role('task', {
                  managedPolicyArns: [],
                  inlinePolicies: {
                    ...(mounts.length > 0 ? { files: allow(mounts.map(mount)) } : {}),
                    ...(buckets.length > 0 ? { buckets: allow(buckets.flatMap(readAndWrite)) } : {}),
                  },
                })
              : undefined,
        },
      ]
    }),
  )
}

type Statement =
  ReturnType<typeof readSecret> | ReturnType<typeof mount> | ReturnType<typeof readAndWrite>[number]

function allow(statements: readonly Statement[]) {
  return { Version: '2012-10-17', Statement: statements }
}

function readSecret(Resource: Wiring['secretArns'][number]) {
  return { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource }
}

/** Through the service's own access point only, and not as root. */
function mount({ used: { fileSystem, accessPoint } }: Mount) {
  return {
    Effect: 'Allow',
    Action: ['elasticfilesystem:ClientMount', 'elasticfilesystem:ClientWrite'],
    Resource: copied(fileSystem.out.arn),
    Condition: { StringEquals: { 'elasticfilesystem:AccessPointArn': copied(accessPoint.out.arn) } },
  }
}

/** The objects of this bucket and the list of them; nothing about the bucket itself. */
function readAndWrite({ bucket }: Bucket) {
  return [
    { Effect: 'Allow', Action: 's3:ListBucket', Resource: copied(bucket.out.arn) },
    {
      Effect: 'Allow',
      Action: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'],
      Resource: text`${bucket.out.arn}/*`,
    },
  ]
}
