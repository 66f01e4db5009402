import { stackTag } from '../aws/tags.ts'
import type { KindActions } from './kind-actions.ts'
import { actions as table } from './actions.ts'
import type { Grant } from './statement.ts'

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
  /** ARNs of the topics that are told of releases. */
  readonly topics?: readonly string[]
}

/** What a command needs for the resources of one type. */
export function grantsFor(type: string, powers: readonly Power[], scope: Scope): Grant[] {
  const kind = (table as Readonly<Record<string, KindActions | undefined>>)[type]
  if (!kind) return []
  const names = scope.namesOf(kind.partOf ?? type)
  const at = (patterns: readonly string[]) => patterns.flatMap(pattern => arnsOf(pattern, names, scope))
  const own = at(kind.arns)
  const changed = kind.ours === 'tag' ? { condition: owned(scope) } : {}
  const change = (actions: readonly string[]): Grant[] => [
    { purpose: kind.ours === 'tag' ? 'Change' : 'Own', actions, resources: own, ...changed },
  ]
  const beside = (also: KindActions['also']): Grant[] =>
    Object.entries(also ?? {}).map(([action, patterns]) => ({
      purpose: 'Beside',
      actions: [action],
      resources: at(patterns),
    }))

  const read: Grant[] = [
    { purpose: 'Read', actions: kind.read, resources: ['*'] },
    { purpose: 'ReadOwn', actions: kind.readOwn ?? [], resources: own },
  ]
  const blockers: Grant[] = [{ purpose: 'Read', actions: kind.blockers ?? [], resources: ['*'] }]
  const create: Grant[] = [
    ...creations(kind, at(kind.createOn ?? kind.arns), own, scope),
    ...change(kind.update),
    ...beside(kind.also),
    ...serviceRole(kind, scope),
  ]
  const removal: Grant[] = [
    ...change([...kind.delete, ...kind.tag]),
    ...beside(kind.alsoToDelete),
    { purpose: 'Anywhere', actions: kind.anywhere ?? [], resources: ['*'] },
    ...companions(kind, at),
  ]
  return [
    ...(powers.includes('read') ? read : []),
    ...(powers.includes('blockers') ? blockers : []),
    ...(powers.includes('create') ? create : []),
    ...(powers.includes('delete') ? removal : []),
  ].filter(({ actions, resources }) => actions.length > 0 && resources.length > 0)
}

/** Deleting what others have put into a resource, by their own tag. */
function companions(
  { companions: along }: KindActions,
  at: (patterns: readonly string[]) => readonly string[],
): Grant[] {
  if (!along) return []
  const { actions, arns, tag } = along
  const condition = { StringEquals: { [`aws:ResourceTag/${tag[0]}`]: tag[1] } }
  return [{ purpose: 'Companions', actions, resources: at(arns), condition }]
}

/** Making things, and tagging them in the same breath. */
function creations(
  { ours, create, tag }: KindActions,
  on: readonly string[],
  own: readonly string[],
  scope: Scope,
): Grant[] {
  if (ours === 'name')
    return [{ purpose: on.includes('*') ? 'Anywhere' : 'Own', actions: create, resources: on }]
  const requested = { StringEquals: { [`aws:RequestTag/${stackTag}`]: scope.stack } }
  const tagging = tag.filter(action => /:(Add|Tag|Create)/.test(action))
  return [
    { purpose: 'Create', actions: create, resources: on, condition: requested },
    ...tagging.map(action => {
      const service = action.split(':')[0]!
      const during = tellsCreation.has(service)
        ? { StringLike: { [`${service}:CreateAction`]: ['Create*', 'Allocate*', 'Run*'] } }
        : {}
      return { purpose: 'TagNew', actions: [action], resources: own, condition: { ...requested, ...during } }
    }),
  ]
}

/** Services that tell IAM which create call a tag arrives with. In the others a name in the ARN has to do. */
const tellsCreation = new Set(['ec2', 'elasticloadbalancing'])

/** On condition that it carries the stack's tag. */
export function owned({ stack }: Scope) {
  return { StringEquals: { [`aws:ResourceTag/${stackTag}`]: stack } }
}

/** AWS makes these roles once in an account, in the name of whoever comes first. */
function serviceRole({ serviceRole: service }: KindActions, { partition }: Scope): Grant[] {
  if (!service) return []
  return [
    {
      purpose: 'ServiceRole',
      actions: ['iam:CreateServiceLinkedRole'],
      resources: [`arn:${partition}:iam::*:role/aws-service-role/${service}/*`],
      condition: { StringEquals: { 'iam:AWSServiceName': service } },
    },
  ]
}

/** The ARNs that a pattern stands for: one for each name, and any name where none is known. */
export function arnsOf(
  pattern: string,
  names: readonly string[],
  { partition, region, account }: Scope,
): string[] {
  if (pattern === '*') return ['*']
  const placed = pattern.replace('{region}', region).replace('{account}', account)
  const each = placed.includes('{name}') ? (names.length > 0 ? names : ['*']) : ['']
  // The name of a parameter may begin with the slash that stands in its ARN once.
  return each.map(
    name => `arn:${partition}:${placed.replace(name.startsWith('/') ? /\/?{name}/ : '{name}', name)}`,
  )
}
