import type { WebACL, WebACLSummary } from '@aws-sdk/client-wafv2'
import type { Aws } from '../../aws/aws.ts'
import { orAbsent } from '../../aws/errors.ts'
import { allPages } from '../../aws/pages.ts'
import { fromTagList, tagList } from '../../aws/tags.ts'
import type { Kind } from '../../resources/kind.ts'
import type { WebAclRule } from './rule.ts'
import { rulesIn, rulesOf, visibility } from './rule.ts'

export interface WebAclProps {
  /** Unique in the region. */
  readonly name: string
  /** What no rule blocks is let through. */
  readonly rules: readonly WebAclRule[]
}

export interface WebAclAttributes {
  readonly arn: string
  readonly id: string
  readonly name: string
}

/** Web ACLs for load balancers; those for CloudFront are of another scope. */
const Scope = 'REGIONAL'

export const webAcl: Kind<WebAclProps, WebAclAttributes> = {
  type: 'wafv2/web-acl',
  label: 'web ACL',
  ownership: 'tags',
  replaceOn: ['name'],
  replacement: 'create-first',
  uniqueKeys: [{ props: ['name'], label: 'name' }],
  findBy: ['name'],
  seconds: { create: 1, delete: 1 },
  // WAF takes all rules with each change.
  additions: [{ what: 'rules', rule: 'reverted' }],

  read: (requests, { aws }) =>
    Promise.all(
      requests.map(async ({ attributes, props, tagsToo }) => {
        const { Id, Name } = attributes
          ? { Id: attributes.id, Name: attributes.name }
          : ((await named(props.name!, aws)) ?? {})
        const found = Id ? await orAbsent(aws.wafv2.getWebACL({ Name, Id, Scope })) : undefined
        const one = found?.WebACL
        if (!one) return undefined
        const listed =
          attributes && !tagsToo
            ? undefined
            : await orAbsent(aws.wafv2.listTagsForResource({ ResourceARN: one.ARN }))
        return {
          attributes: attributesOf(one),
          props: { name: one.Name ?? '', rules: rulesIn(one.Rules) },
          tags: attributes && !tagsToo ? undefined : fromTagList(listed?.TagInfoForResource?.TagList),
        }
      }),
    ),

  create: async ({ props, tags }, { aws }) => {
    const { Summary } = await aws.wafv2.createWebACL({
      ...settingsOf(props),
      Scope,
      Tags: tagList(tags),
    })
    return attributesOf(Summary!)
  },

  update: async ({ attributes, props }, { aws }) => {
    await aws.wafv2.updateWebACL({
      ...settingsOf(props),
      Scope,
      Id: attributes.id,
      LockToken: await lockTokenOf(attributes, aws),
    })
    return attributes
  },

  retag: async ({ arn: ResourceARN }, { set, remove }, { aws }) => {
    if (Object.keys(set).length > 0) await aws.wafv2.tagResource({ ResourceARN, Tags: tagList(set) })
    if (remove.length > 0) await aws.wafv2.untagResource({ ResourceARN, TagKeys: [...remove] })
  },

  delete: async ({ attributes }, { aws }) => {
    const { id: Id, name: Name } = attributes
    const LockToken = await orAbsent(lockTokenOf(attributes, aws))
    if (LockToken) await orAbsent(aws.wafv2.deleteWebACL({ Name, Id, Scope, LockToken }))
  },

  // WAF lists load balancers when it is not told a type.
  blockers: (all, { aws }) =>
    Promise.all(
      all.map(async ({ arn: WebACLArn }) => {
        const answer = await orAbsent(aws.wafv2.listResourcesForWebACL({ WebACLArn }))
        return (answer?.ResourceArns ?? []).map(id => ({
          id,
          what: `load balancer ${id}`,
          hint: `take the web ACL off it: aws wafv2 disassociate-web-acl --resource-arn ${id}`,
        }))
      }),
    ),
}

/** WAF takes all settings with each change. */
function settingsOf({ name, rules }: WebAclProps) {
  return {
    Name: name,
    DefaultAction: { Allow: {} },
    Rules: rulesOf(rules),
    VisibilityConfig: visibility(name),
  }
}

/** Of the version that a change is meant for: WAF refuses one that has been overtaken. */
async function lockTokenOf({ id: Id, name: Name }: WebAclAttributes, aws: Aws): Promise<string> {
  const { LockToken } = await aws.wafv2.getWebACL({ Name, Id, Scope })
  return LockToken!
}

async function named(name: string, aws: Aws): Promise<WebACLSummary | undefined> {
  const all = await allPages(NextMarker =>
    aws.wafv2
      .listWebACLs({ Scope, Limit: 100, NextMarker })
      .then(page => ({ rows: page.WebACLs, next: page.NextMarker })),
  )
  return all.find(({ Name }) => Name === name)
}

function attributesOf({ ARN, Id, Name }: WebACL | WebACLSummary): WebAclAttributes {
  return { arn: ARN!, id: Id!, name: Name! }
}
