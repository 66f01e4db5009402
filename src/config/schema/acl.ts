import { z } from 'zod'
import { cidr, port } from './scalars.ts'

const portRange = z.string().regex(/^\d{1,5}-\d{1,5}$/, { error: 'must be a range such as "1024-65535"' })

const rule = z
  .strictObject({
    number: z
      .int()
      .min(1)
      .max(32_766)
      .optional()
      .describe('The lowest number that matches decides. Default: order in the list, times 100'),
    action: z.enum(['allow', 'deny']).default('allow').describe('What to do with what matches'),
    protocol: z.enum(['tcp', 'udp', 'icmp', 'all']).default('tcp').describe('IP protocol'),
    ports: z
      .union([port, portRange], { error: 'must be a port or a range such as "1024-65535"' })
      .optional()
      .describe('Needed with tcp and udp'),
    cidr: cidr.default('0.0.0.0/0').describe('Where it comes from, or goes to'),
  })
  .describe('Rule of a network ACL')

const acl = z
  .strictObject({
    ingress: z
      .array(rule)
      .min(1)
      .optional()
      .describe('What comes in. Default: the VPC, open ports, and answers to what went out'),
    egress: z.array(rule).min(1).optional().describe('What goes out. Default: everything'),
  })
  .describe('Network ACL of these subnets. Rules know no connections: answers need rules of their own')

export const acls = z
  .strictObject({
    public: acl.optional(),
    private: acl.optional(),
  })
  .describe('Network ACLs, besides security groups; {} under public or private for sensible rules')

export type AclConfig = z.output<typeof acl>
export type AclRuleConfig = z.output<typeof rule>
