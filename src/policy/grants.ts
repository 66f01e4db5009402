import { stackTag } from '../aws/tags.ts'
import type { Kinds } from '../kinds/index.ts'
import { actions as table } from './actions.ts'
import { arnsOf } from './arns.ts'
import type { KindActions, Place } from './kind-actions.ts'
import type { Grant } from './statement.ts'
import { pascal } from './statement.ts'

/** What one kind is allowed to do for a command. */
export type Power = 'read' | 'blockers' | 'create' | 'delete'

/** What the grants of a stack are made from. */
export interface Scope {
  readonly stack: string
  readonly partition: string
  readonly region: string
  /** `*` where nobody knows it yet. */
  readonly account: string
  /** The names that the stack's resources of a type have, from the config and the ledger. */
  readonly namesOf: (type: string) => readonly string[]
  /** Whether the config or the ledger has resources of a type. */
  readonly has: (type: string) => boolean
  /** ARNs of the topics that are told of releases. */
  readonly topics?: readonly string[]
}

const kinds: Readonly<Record<string, KindActions | undefined>> = table

/** What a command needs for the resources of one type. */
export function grantsFor(type: string, powers: readonly Power[], scope: Scope): Grant[] {
  const kind = kinds[type]
  if (!kind) return []
  const own = ownArns(kind, type, scope)
  const change = (actions: readonly string[]): Grant => changes(kind, own, scope, actions)
  const beside = (also: KindActions['also']): Grant[] =>
    Object.entries(also ?? {}).flatMap(([action, places]) =>
      places.flatMap(place => besideAt(place, action, scope.namesOf(kind.partOf ?? type), scope)),
    )

  const read: Grant[] = [
    { purpose: 'Read', actions: kind.read, resources: ['*'] },
    { purpose: 'ReadOwn', actions: kind.readOwn ?? [], resources: own },
  ]
  const blockers: Grant[] = [{ purpose: 'Read', actions: kind.blockers ?? [], resources: ['*'] }]
  const create: Grant[] = [
    ...creations(kind, own, scope.namesOf(kind.partOf ?? type), scope),
    change(kind.update),
    ...beside(kind.also),
    ...launches(kind, scope),
    ...(kind.serviceRole === undefined ? [] : [serviceRole(kind.serviceRole, scope)]),
  ]
  const removal: Grant[] = [
    change([...kind.delete, ...kind.tag]),
    ...beside(kind.alsoToDelete),
    { purpose: 'Anywhere', actions: kind.anywhere ?? [], resources: ['*'] },
    ...companions(kind, scope),
  ]
  return [
    ...(powers.includes('read') ? read : []),
    ...(powers.includes('blockers') ? blockers : []),
    ...(powers.includes('create') ? create : []),
    ...(powers.includes('delete') ? removal : []),
  ].filter(({ actions, resources }) => actions.length > 0 && resources.length > 0)
}

function ownArns({ arns, partOf }: KindActions, type: string, scope: Scope): string[] {
  const names = scope.namesOf(partOf ?? type)
  return arns.flatMap(pattern => arnsOf(pattern, names, scope))
}

/** Changes of what the stack has: by its tag, or by name where AWS does not look at tags. */
function changes(
  { ours }: KindActions,
  resources: readonly string[],
  scope: Scope,
  actions: readonly string[],
): Grant {
  return ours === 'tag'
    ? { purpose: 'Change', actions, resources, condition: owned(scope) }
    : { purpose: 'Own', actions, resources }
}

/** The kinds for what is there already and belongs to somebody else, by the kind that the stack would have itself. */
const existing: Partial<Record<keyof Kinds, keyof Kinds>> = {
  'ec2/subnet': 'ec2/existing-subnet',
  'ec2/vpc': 'ec2/existing-vpc',
  'ecs/cluster': 'ecs/existing-cluster',
  'elasticache/parameter-group': 'elasticache/existing-parameter-group',
}

/** What a call is authorised at besides the resource that it changes. */
function besideAt(place: Place, action: string, names: readonly string[], scope: Scope): Grant[] {
  if (!isKind(place))
    return [{ purpose: 'Beside', actions: [action], resources: arnsOf(place, names, scope) }]
  const others = existing[place]
  return [
    ...(scope.has(place)
      ? [changes(table[place], ownArns(table[place], place, scope), scope, [action])]
      : []),
    ...(others && scope.has(others)
      ? [{ purpose: 'Existing', actions: [action], resources: ownArns(table[others], others, scope) }]
      : []),
  ]
}

function isKind(place: Place): place is keyof Kinds {
  return place in table
}

/** Deleting what others have put into a resource, by their own tag. */
function companions({ companions: along }: KindActions, scope: Scope): Grant[] {
  if (!along) return []
  const { actions, arns, tag } = along
  const condition = { StringEquals: { [`aws:ResourceTag/${tag[0]}`]: tag[1] } }
  return [
    { purpose: 'Companions', actions, resources: arns.flatMap(arn => arnsOf(arn, [], scope)), condition },
  ]
}

/** Creations, and the tags in the same call. */
function creations(
  kind: KindActions,
  own: readonly string[],
  names: readonly string[],
  scope: Scope,
): Grant[] {
  const { ours, create, tag, createOn } = kind
  const on = createOn
    ? createOn.flatMap(place =>
        isKind(place) ? ownArns(table[place], place, scope) : arnsOf(place, names, scope),
      )
    : own
  if (ours === 'name')
    return [{ purpose: on.includes('*') ? 'Anywhere' : 'Own', actions: create, resources: on }]
  const parents = createOn?.some(isKind) ? owned(scope).StringEquals : {}
  return [
    {
      purpose: 'Create',
      actions: create,
      resources: on,
      condition: { StringEquals: { ...requested(scope).StringEquals, ...parents } },
    },
    // Where creations are authorised at a parent, or nowhere, the tags still go to what is created.
    ...tagging(tag, create, on.every(arn => own.includes(arn)) ? on : own, scope),
  ]
}

/** The tags of what a call creates, where AWS asks for a permission of their own. */
function tagging(
  tag: readonly string[],
  create: readonly string[],
  resources: readonly string[],
  scope: Scope,
): Grant[] {
  if (create.length === 0) return []
  return tag
    .filter(action => /:(Add|Tag|Create)/.test(action))
    .map(action => {
      const service = action.split(':')[0]!
      const during = tellsCreation.has(service)
        ? { [`${service}:CreateAction`]: create.map(name => name.split(':')[1]!) }
        : {}
      return {
        purpose: 'TagNew',
        actions: [action],
        resources,
        condition: { StringEquals: { ...requested(scope).StringEquals, ...during } },
      }
    })
}

/** Services that tell IAM which create call a tag arrives with. In the others a name in the ARN has to do. */
const tellsCreation = new Set(['ec2', 'elasticfilesystem', 'elasticloadbalancing'])

/**
 * EC2 Auto Scaling runs and tags instances from a launch template in the caller's name. They get the stack's tags from their
 * group, not from the template.
 */
function launches({ launches: arns = [] }: KindActions, scope: Scope): Grant[] {
  const resources = arns.flatMap(arn => arnsOf(arn, [], scope))
  const condition = { StringEquals: { 'ec2:CreateAction': 'RunInstances' } }
  return [{ purpose: 'TagLaunched', actions: ['ec2:CreateTags'], resources, condition }]
}

/** On condition that it carries the stack's tag. */
export function owned({ stack }: Pick<Scope, 'stack'>) {
  return { StringEquals: { [`aws:ResourceTag/${stackTag}`]: stack } }
}

/** On condition that the request sets the stack's tag. */
export function requested({ stack }: Pick<Scope, 'stack'>) {
  return { StringEquals: { [`aws:RequestTag/${stackTag}`]: stack } }
}

/** AWS makes these roles once in an account, in the name of whoever comes first. */
export function serviceRole(service: string, { partition }: Pick<Scope, 'partition'>): Grant {
  return {
    purpose: `ServiceRole${service.replace('.amazonaws.com', '').split('.').map(pascal).join('')}`,
    actions: ['iam:CreateServiceLinkedRole'],
    resources: [`arn:${partition}:iam::*:role/aws-service-role/${service}/*`],
    condition: { StringEquals: { 'iam:AWSServiceName': service } },
  }
}
