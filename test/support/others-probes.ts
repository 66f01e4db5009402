import type { AccessRequest } from '../../src/policy/evaluate.ts'
import type { PrintedPolicy } from './policies.ts'
import { othersArn, referenceOf } from './service-authorization.ts'

/** A call on what belongs to somebody else in the account, and the policy that is asked about it. */
export interface Probe extends AccessRequest {
  readonly policy: PrintedPolicy
  /** `ec2:DeleteVpc at vpc`. */
  readonly what: string
}

/**
 * For every action of a policy that writes, and every type of resource that it can be authorised at: one of somebody else's,
 * with the tags of another stack. The request itself says whatever helps: it sets the tags of the policy's stack.
 */
export async function othersProbes(policy: PrintedPolicy): Promise<Probe[]> {
  const actions = new Set(
    policy.documents.flatMap(({ Statement: all }) => all.flatMap(({ Action }) => Action)),
  )
  const values = {
    'aws:ResourceTag/provision:stack': 'another',
    'aws:ResourceTag/GuardDutyManaged': 'false',
    'aws:RequestTag/provision:stack': policy.stack,
    'ec2:CreateAction': 'none',
    'elasticfilesystem:CreateAction': 'none',
    'elasticloadbalancing:CreateAction': 'none',
    'iam:AWSServiceName': 'another.amazonaws.com',
    'iam:PassedToService': 'another.amazonaws.com',
  }
  const probes: Probe[] = []
  for (const action of actions) {
    const known = await referenceOf(action)
    if (!known?.writes) continue
    const places = [
      ...known.types
        // A snapshot of somebody else's name is refused by the service.
        .filter(type => !type.created && !(type.name === 'snapshot' && /:Create\w*Snapshot$/.test(action)))
        .map(type => ({ type: type.name, resource: othersArn(type) })),
      // What is only created is nobody's yet.
      ...(known.types.length === 0 && !/:(Create|Request)/.test(action)
        ? [{ type: '*', resource: '*' }]
        : []),
    ]
    for (const { type, resource } of places) {
      const what = `${action} at ${type}`
      if (!readsOnly.test(what)) probes.push({ policy, action, resource, values, what })
    }
  }
  return probes
}

/** Where a call only reads what it names: an image, a snapshot that a new resource begins with. */
const readsOnly = /^ec2:RunInstances at (image|snapshot)$|^rds:RestoreDBInstanceFromDBSnapshot at snapshot$/

/** What AWS lets a policy tell apart neither by name nor by tag. Each is listed in `docs/iam.md`. */
export const unscoped: readonly string[] = [
  // Ids that AWS chooses, and tags that arrive with the creation, of which IAM is not told.
  'acm:AddTagsToCertificate at certificate',
  'application-autoscaling:RegisterScalableTarget at ScalableTarget',
  'application-autoscaling:TagResource at ScalableTarget',
  'rds:AddTagsToResource at proxy',
  // EFS changes the interfaces of its mount targets in the caller's name.
  'ec2:DeleteNetworkInterface at network-interface',
  'ec2:ModifyNetworkInterfaceAttribute at network-interface',
  // The subnet has to be the stack's; the VPC's default network ACL carries no tags.
  'ec2:ReplaceNetworkAclAssociation at network-acl',
  // The database, and for a deregistration the proxy, has to be the stack's; a target group has no name of its own.
  'rds:DeregisterDBProxyTargets at target-group',
  'rds:RegisterDBProxyTargets at target-group',
  // Route 53 shows IAM no tags.
  'route53:AssociateVPCWithHostedZone at hostedzone',
  'route53:ChangeResourceRecordSets at hostedzone',
  'route53:ChangeTagsForResource at hostedzone',
  'route53:DeleteHostedZone at hostedzone',
  // AWS authorises these at no resource.
  'ecs:DeregisterTaskDefinition at *',
  'sns:Unsubscribe at topic',
]
