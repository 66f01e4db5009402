import type { Aws } from '../../aws/aws.ts'
import { orAbsent } from '../../aws/errors.ts'
import type { Kind } from '../../resources/kind.ts'

export interface AssociationProps {
  readonly webAclArn: string
  /** Of a load balancer. It has one web ACL or none. */
  readonly resourceArn: string
}

export type AssociationAttributes = AssociationProps

export const association: Kind<AssociationProps, AssociationAttributes> = {
  type: 'wafv2/association',
  label: 'web ACL association',
  ownership: 'parent',
  replaceOn: ['resourceArn'],
  replacement: 'create-first',
  findBy: ['resourceArn'],
  seconds: { create: 1, delete: 1 },

  // Firewall Manager puts web ACLs on load balancers too, and taking one off would be taking a guard away.
  proves: (wish, found) => wish.webAclArn === found.webAclArn,
  foreignHint: ({ webAclArn }) => `take ${webAclArn} off the load balancer, or remove loadBalancer.waf`,

  read: (requests, { aws }) =>
    Promise.all(
      requests.map(async ({ attributes, props }) => {
        const resourceArn = attributes?.resourceArn ?? props.resourceArn!
        const webAclArn = await webAclOf(resourceArn, aws)
        if (webAclArn === undefined) return undefined
        const now = { webAclArn, resourceArn }
        return { attributes: now, props: now, tags: undefined }
      }),
    ),

  create: ({ props }, { aws }) => associate(props, aws),
  update: ({ props }, { aws }) => associate(props, aws),

  delete: async ({ attributes: { webAclArn, resourceArn } }, { aws }) => {
    if ((await webAclOf(resourceArn, aws)) !== webAclArn) return
    await orAbsent(aws.wafv2.disassociateWebACL({ ResourceArn: resourceArn }))
  },
}

async function associate({ webAclArn, resourceArn }: AssociationProps, aws: Aws) {
  await aws.wafv2.associateWebACL({ WebACLArn: webAclArn, ResourceArn: resourceArn })
  return { webAclArn, resourceArn }
}

async function webAclOf(ResourceArn: string, aws: Aws): Promise<string | undefined> {
  const answer = await orAbsent(aws.wafv2.getWebACLForResource({ ResourceArn }))
  return answer?.WebACL?.ARN
}
