import { actionsOf } from '../../aws/actions.ts'
import type { ServiceName } from '../../aws/services.ts'
import type { AccessRequest } from '../../policy/evaluate.ts'
import { tagged } from '../tagged.ts'
import type { World } from '../world.ts'
import { cloudwatch, iam, logs, s3, secretsmanager, sns, ssm } from './account.ts'
import { applicationAutoScaling, autoscaling, ecs } from './compute.ts'
import { ecr, efs, elasticache, opensearch, rds } from './data.ts'
import { acm, cloudfront, elbv2, route53, wafv2 } from './edge.ts'
import { ec2 } from './network.ts'
import type { Call, Input, ServiceAccess } from './service-access.ts'
import { inputs, text, texts } from './service-access.ts'

/** Authorised at no resource. */
const nowhere: ServiceAccess = {}

const services: Readonly<Record<ServiceName, ServiceAccess>> = {
  acm,
  acmUsEast1: acm,
  applicationAutoScaling,
  autoscaling,
  cloudfront,
  cloudwatch,
  ec2,
  ecr,
  ecs,
  efs,
  elasticache,
  elbv2,
  iam,
  logs,
  opensearch,
  rds,
  route53,
  s3,
  secretsmanager,
  serviceQuotas: nowhere,
  sns,
  ssm,
  sts: nowhere,
  tagging: nowhere,
  taggingUsEast1: nowhere,
  wafv2,
}

/**
 * What IAM is asked about a call, in the order in which it is refused: its action at each resource that it names or
 * creates, with the tags of the request and of the resource; the action for the tags of what it creates; and what AWS does
 * in the caller's name besides, such as handing on a role.
 */
export function accessRequests(
  service: ServiceName,
  operation: string,
  input: unknown,
  world: World,
): AccessRequest[] {
  const access = services[service]
  const call: Call = { operation, input: (input ?? {}) as Input, world }
  const tags = requestTags(call.input)
  const created = access.created?.[operation]?.(call) ?? []
  const said = access.at?.[operation]?.(call)
  const at = (said ?? named(access, call)).filter(resource => !created.includes(resource))
  // What a creation is said to be authorised at, `*` included, takes the place of what does not exist yet.
  const elsewhere = said !== undefined && at.length > 0 && !access.tagsOfCreatedOnly
  const valuesOf = (resource: string, isNew: boolean) => ({
    ...(isNew || !access.tagsOfCreatedOnly ? tags : {}),
    ...resourceTags(world, resource),
    ...access.values?.(call),
  })
  const requests = [
    ...at.map(resource => ({ resource, values: valuesOf(resource, false) })),
    ...(elsewhere ? [] : created).map(resource => ({ resource, values: valuesOf(resource, true) })),
  ]
  const tagging = typeof access.tagging === 'string' ? access.tagging : access.tagging?.[operation]
  const all = requests.length > 0 ? requests : [{ resource: '*', values: tags }]
  return [
    ...actionsOf(service, operation)
      .filter(action => action !== tagging || created.length === 0)
      .flatMap(action => all.map(request => ({ action, ...request }))),
    ...(tagging !== undefined && Object.keys(tags).length > 0
      ? created.map(resource => ({
          action: tagging,
          resource,
          values: { ...valuesOf(resource, true), [`${tagging.split(':')[0]}:CreateAction`]: operation },
        }))
      : []),
    ...(access.besides?.[operation]?.(call) ?? []).map(request => ({
      ...request,
      values: { ...resourceTags(world, request.resource), ...request.values },
    })),
  ]
}

function named({ members = {} }: ServiceAccess, call: Call): string[] {
  return Object.entries(members).flatMap(([member, resource]) =>
    texts(call.input, member).map(value => resource(value, call)),
  )
}

/** Tags as the services spell them: lists of pairs, or an object. */
function requestTags(input: Input): Record<string, string> {
  const { Tags: nested } = (inputs(input, 'DistributionConfigWithTags')[0] ?? {}) as { Tags?: Input }
  const pairs = [
    ...inputs(input, 'Tags'),
    ...inputs(input, 'tags'),
    ...inputs(input, 'TagList'),
    ...inputs(input, 'TagSpecifications').flatMap(one => inputs(one, 'Tags')),
    ...inputs(input, 'CreateBucketConfiguration').flatMap(one => inputs(one, 'Tags')),
    ...(nested ? inputs(nested, 'Items') : []),
  ]
  return Object.fromEntries(
    pairs.flatMap((pair): [string, string][] => {
      const key = text(pair, 'Key') || text(pair, 'key')
      if (key !== '') return [[`aws:RequestTag/${key}`, text(pair, 'Value') || text(pair, 'value')]]
      return Object.entries(pair).map(([name, value]) => [`aws:RequestTag/${name}`, String(value)])
    }),
  )
}

function resourceTags(world: World, resource: string): Record<string, string> {
  const { get, former } = tagged(world)
  const row = get(resource) ?? get(resource.replace(/:\*$/, '')) ?? former(resource)
  return Object.fromEntries(
    Object.entries(row?.tags ?? {}).map(([key, value]) => [`aws:ResourceTag/${key}`, value]),
  )
}
