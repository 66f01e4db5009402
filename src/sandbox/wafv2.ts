import type { Rule, Scope, WebACL } from '@aws-sdk/client-wafv2'
import { awsFault } from './fault.ts'
import type { SandboxService } from './service.ts'
import { tagged } from './tagged.ts'
import { addTags, removeTags, tagsByArn } from './tags-by-arn.ts'
import type { World } from './world.ts'

interface WebAclRow {
  readonly id: string
  readonly name: string
  readonly arn: string
  readonly scope: Scope
  readonly created: number
  /** When other parts of WAF know it. */
  readonly knownAt: number
  lockToken: string
  rules: Rule[]
  settings: Pick<WebACL, 'DefaultAction' | 'VisibilityConfig'>
}

interface AssociationRow {
  readonly resourceArn: string
  readonly webAclArn: string
}

const webAcls = (world: World) => world.table<WebAclRow>('wafv2/web-acl')
const associations = (world: World) => world.table<AssociationRow>('wafv2/association')

export const wafv2: SandboxService<'wafv2'> = {
  createWebACL: (
    { Name = '', Scope = 'REGIONAL', Rules = [], DefaultAction, VisibilityConfig, Tags },
    world,
  ) => {
    if (!/^[\w-]{1,128}$/.test(Name)) throw invalid(`the name ${Name}`)
    if (!DefaultAction || !VisibilityConfig) throw invalid('a default action and a visibility are needed')
    if (
      webAcls(world)
        .list()
        .some(({ name, scope }) => name === Name && scope === Scope)
    )
      throw awsFault(
        'WAFDuplicateItemException',
        'AWS WAF could not perform the operation because some resource in your request is a duplicate of an existing one.',
      )
    const id = world.id('', 36)
    const arn = world.arn('wafv2', `${Scope.toLowerCase()}/webacl/${Name}/${id}`)
    addTags(world, arn, Tags)
    const row = webAcls(world).set(id, {
      id,
      name: Name,
      arn,
      scope: Scope,
      created: world.now(),
      knownAt: world.after('web-acl propagation'),
      lockToken: world.id('', 36),
      rules: checked(Rules),
      settings: { DefaultAction, VisibilityConfig },
    })
    return { Summary: summary(row) }
  },

  getWebACL: ({ Id }, world) => {
    const row = webAclOf(world, Id)
    return { WebACL: shown(row), LockToken: row.lockToken }
  },

  listWebACLs: ({ Scope }, world) => ({
    WebACLs: webAcls(world)
      .list()
      .filter(({ scope, created }) => scope === Scope && world.visible(created))
      .map(summary),
  }),

  updateWebACL: ({ Id, LockToken, Rules = [], DefaultAction, VisibilityConfig }, world) => {
    const row = locked(webAclOf(world, Id), LockToken)
    row.rules = checked(Rules)
    row.settings = { DefaultAction, VisibilityConfig }
    row.lockToken = world.id('', 36)
    return { NextLockToken: row.lockToken }
  },

  deleteWebACL: ({ Id, LockToken }, world) => {
    const { id, arn } = locked(webAclOf(world, Id), LockToken)
    if (living(world).some(({ webAclArn }) => webAclArn === arn))
      throw awsFault(
        'WAFAssociatedItemException',
        'AWS WAF could not perform the operation because your resource is being used by another resource.',
      )
    webAcls(world).delete(id)
    tagged(world).remove(arn)
    return {}
  },

  listTagsForResource: ({ ResourceARN = '' }, world) => ({
    TagInfoForResource: { ResourceARN, TagList: tagsByArn(world, byArn(world, ResourceARN).arn) },
  }),

  tagResource: ({ ResourceARN, Tags }, world) => {
    addTags(world, byArn(world, ResourceARN).arn, Tags)
    return {}
  },

  untagResource: ({ ResourceARN, TagKeys }, world) => {
    removeTags(world, byArn(world, ResourceARN).arn, TagKeys)
    return {}
  },

  associateWebACL: ({ WebACLArn, ResourceArn = '' }, world) => {
    const row = byArn(world, WebACLArn)
    if (world.now() < row.knownAt || !isLoadBalancer(world, ResourceArn))
      throw awsFault(
        'WAFUnavailableEntityException',
        'AWS WAF couldn’t retrieve the resource that you requested. Retry your request.',
      )
    associations(world).set(ResourceArn, { resourceArn: ResourceArn, webAclArn: row.arn })
    return {}
  },

  disassociateWebACL: ({ ResourceArn = '' }, world) => {
    associations(world).delete(ResourceArn)
    return {}
  },

  listResourcesForWebACL: ({ WebACLArn }, world) => {
    const { arn } = byArn(world, WebACLArn)
    const found = living(world).filter(({ webAclArn }) => webAclArn === arn)
    return { ResourceArns: found.map(({ resourceArn }) => resourceArn) }
  },

  getWebACLForResource: ({ ResourceArn }, world) => {
    const found = living(world).find(({ resourceArn }) => resourceArn === ResourceArn)
    return found ? { WebACL: shown(byArn(world, found.webAclArn)) } : {}
  },
}

/** A load balancer that is gone has taken its association with it. */
function living(world: World): AssociationRow[] {
  for (const { resourceArn } of associations(world).list())
    if (!isLoadBalancer(world, resourceArn)) associations(world).delete(resourceArn)
  return associations(world).list()
}

function isLoadBalancer(world: World, arn: string): boolean {
  return world.table('elbv2/load-balancer').get(arn) !== undefined
}

function webAclOf(world: World, id: string | undefined): WebAclRow {
  const row = webAcls(world).get(id ?? '')
  if (!row || !world.visible(row.created)) throw notFound()
  return row
}

function byArn(world: World, arn: string | undefined): WebAclRow {
  const row = webAcls(world)
    .list()
    .find(candidate => candidate.arn === arn)
  if (!row) throw notFound()
  return row
}

function locked(row: WebAclRow, token: string | undefined): WebAclRow {
  if (row.lockToken === token) return row
  throw awsFault(
    'WAFOptimisticLockException',
    'AWS WAF could not save your changes because someone changed the resource after you started to edit it.',
  )
}

/** A rule has an action, or, when it refers to a group, an override. */
function checked(rules: Rule[]): Rule[] {
  for (const { Name, Statement, Action, OverrideAction, VisibilityConfig } of rules) {
    const isGroup = Statement?.ManagedRuleGroupStatement !== undefined
    if (isGroup !== (OverrideAction !== undefined) || isGroup === (Action !== undefined))
      throw invalid(`rule ${Name} needs ${isGroup ? 'an OverrideAction' : 'an Action'} and nothing else`)
    const limit = Statement?.RateBasedStatement?.Limit
    if (limit !== undefined && (limit < 10 || limit > 2_000_000_000)) throw invalid(`the limit ${limit}`)
    if (!VisibilityConfig) throw invalid(`rule ${Name} has no visibility`)
  }
  return rules
}

function notFound(): Error {
  return awsFault(
    'WAFNonexistentItemException',
    'AWS WAF couldn’t perform the operation because your resource doesn’t exist.',
  )
}

function invalid(what: string): Error {
  return awsFault('WAFInvalidParameterException', `Error reason: ${what} is not valid`)
}

function summary({ id, name, arn, lockToken }: WebAclRow) {
  return { Id: id, Name: name, ARN: arn, LockToken: lockToken, Description: '' }
}

function shown({ id, name, arn, rules, settings }: WebAclRow): WebACL {
  return { Id: id, Name: name, ARN: arn, Rules: rules, ...settings }
}
