import type { ModifyTargetGroupInput } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Aws } from '../../aws/aws.ts'
import { orAbsent } from '../../aws/errors.ts'
import { tagList } from '../../aws/tags.ts'
import type { Kind } from '../../resources/kind.ts'
import { findNamed, fullNameIn } from './named.ts'
import { retag, tagsWanted } from './tags.ts'
import { targetGroupUsers } from './target-group-users.ts'

export interface TargetGroupProps {
  /** At most 32 letters, digits and hyphens, unique in the region. */
  readonly name: string
  readonly protocol: 'HTTP'
  /** Of targets that are registered without one. ECS always names it. */
  readonly port: number
  readonly vpcId: string
  /** Fargate tasks are registered by `ip`. */
  readonly targetType: 'ip' | 'instance'
  readonly healthCheckPath: string
  /** Seconds. AWS's default is 30. */
  readonly healthCheckInterval?: number | undefined
  /** Seconds, less than the interval. AWS's default is 5. */
  readonly healthCheckTimeout?: number | undefined
  /** AWS's default is 5. */
  readonly healthyThreshold?: number | undefined
  /** AWS's default is 2. */
  readonly unhealthyThreshold?: number | undefined
  /** HTTP status codes, e.g. `200-299`. AWS's default is 200. */
  readonly matcher?: string | undefined
  /** Seconds. AWS's default is 300. */
  readonly deregistrationDelay?: number | undefined
  /** Seconds for which the load balancer sends a client to the same target, by a cookie of its own; 0: it does not. */
  readonly stickiness?: number | undefined
}

export interface TargetGroupAttributes {
  readonly arn: string
  /** `targetgroup/name/hash`: the CloudWatch dimension. */
  readonly fullName: string
}

/** The props that are attributes of AWS's, and AWS's defaults. */
const attributeDefaults = { deregistrationDelay: 300, stickiness: 0 } as const
type AttributeProp = keyof typeof attributeDefaults
const attributeProps = Object.keys(attributeDefaults) as AttributeProp[]

const keys = {
  delay: 'deregistration_delay.timeout_seconds',
  sticky: 'stickiness.enabled',
  stickyBy: 'stickiness.type',
  stickyFor: 'stickiness.lb_cookie.duration_seconds',
} as const

const healthCheckNames = [
  'healthCheckPath',
  'healthCheckInterval',
  'healthCheckTimeout',
  'healthyThreshold',
  'unhealthyThreshold',
  'matcher',
] as const satisfies readonly (keyof TargetGroupProps)[]

export const targetGroup: Kind<TargetGroupProps, TargetGroupAttributes> = {
  type: 'elbv2/target-group',
  label: 'target group',
  ownership: 'tags',
  initial: ['port'],
  replaceOn: ['name', 'protocol', 'vpcId', 'targetType'],
  replacement: 'create-first',
  uniqueKeys: [{ props: ['name'], label: 'name' }],
  withdrawn: {
    healthCheckInterval: { becomes: 30 },
    healthCheckTimeout: { becomes: 5 },
    healthyThreshold: { becomes: 5 },
    unhealthyThreshold: { becomes: 2 },
    matcher: { becomes: '200' },
    deregistrationDelay: { becomes: attributeDefaults.deregistrationDelay },
    stickiness: { becomes: attributeDefaults.stickiness },
  },
  // The name of a group in a VPC that is not there yet cannot be taken by this stack.
  fromArn: arn => (arn.includes(':targetgroup/') ? { arn, fullName: fullNameIn(arn) } : undefined),
  findBy: ['name', 'vpcId'],
  seconds: { create: 1, delete: 1 },
  // ECS registers tasks here all the time, and AWS does not say who has registered a target.
  additions: [{ what: 'targets', rule: 'left alone', seen: 'never' }],
  releases: 120,

  read: async (requests, { aws }) => {
    const [found, recorded] = await Promise.all([
      findNamed(requests, {
        describe: ({ arns, ...selection }) =>
          aws.elbv2
            .describeTargetGroups({ ...selection, ...(arns ? { TargetGroupArns: arns } : {}) })
            .then(({ TargetGroups, NextMarker }) => ({ rows: TargetGroups, next: NextMarker })),
        arnOf: ({ TargetGroupArn }) => TargetGroupArn,
        nameOf: ({ TargetGroupName }) => TargetGroupName,
      }),
      // In the same wave where the ARN is known.
      Promise.all(
        requests.map(async ({ attributes, props }) =>
          attributes && declaresAttributes(props) ? attributesOf(attributes.arn, aws) : undefined,
        ),
      ),
    ])
    const arns = found.map(row => row?.TargetGroupArn)
    const tags = await tagsWanted(requests, arns, aws)
    return Promise.all(
      found.map(async (row, index) => {
        const arn = row?.TargetGroupArn
        if (!row || !arn) return undefined
        const set = declaresAttributes(requests[index]!.props)
          ? (recorded[index] ?? (await attributesOf(arn, aws)))
          : {}
        // Gone between the two reads.
        if (!set) return undefined
        return {
          attributes: { arn, fullName: fullNameIn(arn) },
          props: {
            name: row.TargetGroupName ?? '',
            protocol: row.Protocol as 'HTTP',
            port: row.Port ?? 0,
            vpcId: row.VpcId ?? '',
            targetType: row.TargetType as TargetGroupProps['targetType'],
            healthCheckPath: row.HealthCheckPath ?? '/',
            healthCheckInterval: row.HealthCheckIntervalSeconds,
            healthCheckTimeout: row.HealthCheckTimeoutSeconds,
            healthyThreshold: row.HealthyThresholdCount,
            unhealthyThreshold: row.UnhealthyThresholdCount,
            matcher: row.Matcher?.HttpCode,
            ...set,
          },
          tags: tags.get(arn),
        }
      }),
    )
  },

  create: async ({ props, tags }, { aws }) => {
    const { TargetGroups } = await aws.elbv2.createTargetGroup({
      Name: props.name,
      Protocol: props.protocol,
      Port: props.port,
      VpcId: props.vpcId,
      TargetType: props.targetType,
      ...healthCheck(props, healthCheckNames),
      Tags: tagList(tags),
    })
    const arn = TargetGroups![0]!.TargetGroupArn!
    return { arn, fullName: fullNameIn(arn) }
  },

  finish: async ({ props }, attributes, { aws }) => {
    // What AWS sets by default needs no call.
    const names = attributeProps.filter(name => valueOf(props, name) !== attributeDefaults[name])
    await setAttributes(attributes.arn, props, names, aws)
    return attributes
  },

  update: async ({ attributes, props, changed }, { aws }) => {
    const names = healthCheckNames.filter(name => changed.includes(name))
    if (names.length > 0)
      await aws.elbv2.modifyTargetGroup({ TargetGroupArn: attributes.arn, ...healthCheck(props, names) })
    const set = attributeProps.filter(name => changed.includes(name))
    await setAttributes(attributes.arn, props, set, aws)
    return attributes
  },

  retag: ({ arn }, change, { aws }) => retag(arn, change, aws),

  delete: async ({ attributes: { arn } }, { aws }) => {
    await orAbsent(aws.elbv2.deleteTargetGroup({ TargetGroupArn: arn }))
  },

  blockers: (all, { aws }) =>
    targetGroupUsers(
      all.map(({ arn }) => arn),
      aws,
    ),
}

/** The named props in the spelling that create and modify share. */
function healthCheck(
  props: TargetGroupProps,
  names: readonly (typeof healthCheckNames)[number][],
): Omit<ModifyTargetGroupInput, 'TargetGroupArn'> {
  const members = {
    healthCheckPath: { HealthCheckPath: props.healthCheckPath },
    healthCheckInterval: { HealthCheckIntervalSeconds: props.healthCheckInterval },
    healthCheckTimeout: { HealthCheckTimeoutSeconds: props.healthCheckTimeout },
    healthyThreshold: { HealthyThresholdCount: props.healthyThreshold },
    unhealthyThreshold: { UnhealthyThresholdCount: props.unhealthyThreshold },
    matcher: { Matcher: { HttpCode: props.matcher } },
  }
  return Object.assign({}, ...names.filter(name => props[name] !== undefined).map(name => members[name]))
}

function declaresAttributes(props: Partial<TargetGroupProps>): boolean {
  return attributeProps.some(name => props[name] !== undefined)
}

function valueOf(props: TargetGroupProps, name: AttributeProp): number {
  return props[name] ?? attributeDefaults[name]
}

async function attributesOf(
  TargetGroupArn: string,
  aws: Aws,
): Promise<Pick<TargetGroupProps, AttributeProp> | undefined> {
  const answer = await orAbsent(aws.elbv2.describeTargetGroupAttributes({ TargetGroupArn }))
  if (!answer) return undefined
  const values = new Map(answer.Attributes?.map(({ Key, Value }) => [Key, Value]))
  return {
    deregistrationDelay: Number(values.get(keys.delay) ?? attributeDefaults.deregistrationDelay),
    stickiness: values.get(keys.sticky) === 'true' ? Number(values.get(keys.stickyFor)) : 0,
  }
}

/** Sets the named ones in one call. */
async function setAttributes(
  TargetGroupArn: string,
  props: TargetGroupProps,
  names: readonly AttributeProp[],
  aws: Aws,
): Promise<void> {
  const spelled = {
    deregistrationDelay: (seconds: number) => ({ [keys.delay]: String(seconds) }),
    stickiness: (seconds: number) =>
      seconds === 0
        ? { [keys.sticky]: 'false' }
        : { [keys.sticky]: 'true', [keys.stickyBy]: 'lb_cookie', [keys.stickyFor]: String(seconds) },
  }
  const values = Object.assign({}, ...names.map(name => spelled[name](valueOf(props, name))))
  const Attributes = Object.entries<string>(values).map(([Key, Value]) => ({ Key, Value }))
  if (Attributes.length > 0) await aws.elbv2.modifyTargetGroupAttributes({ TargetGroupArn, Attributes })
}
