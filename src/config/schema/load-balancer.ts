import { z } from 'zod'
import { loadBalancerAlarms } from './observability.ts'
import { port } from './scalars.ts'

const waf = z
  .strictObject({
    managedRules: z
      .array(
        z.string().regex(/^AWSManagedRules[A-Za-z0-9]+$/, {
          error: 'must be a rule group of AWS such as AWSManagedRulesCommonRuleSet',
        }),
      )
      .default([
        'AWSManagedRulesAmazonIpReputationList',
        'AWSManagedRulesCommonRuleSet',
        'AWSManagedRulesKnownBadInputsRuleSet',
      ])
      .describe('Rule groups that AWS maintains, in the order in which they are tried'),
    rateLimit: z
      .int()
      .min(10)
      .max(2_000_000_000)
      .optional()
      .describe('Requests from one IP address in five minutes; more are blocked'),
    mode: z
      .enum(['block', 'count'])
      .default('block')
      .describe('With `count`, what the rules match is only counted: to see what they would block'),
  })
  .describe('AWS WAF')

export const loadBalancer = z
  .strictObject({
    name: z
      .string()
      .max(32)
      .regex(/^(?!internal-)[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?$/, {
        error: 'must be letters, digits and hyphens, and not start with "internal-"',
      })
      .optional()
      .describe('Default: <prefix>-alb'),
    idleTimeout: z.int().min(1).max(4000).optional().describe('Seconds. Default: 60'),
    deletionProtection: z.boolean().optional().describe('AWS refuses to delete it while true'),
    tlsPolicy: z
      .string()
      .regex(/^ELBSecurityPolicy-[A-Za-z0-9-]+$/, { error: 'must be the name of an ELB security policy' })
      .optional()
      .describe('TLS versions and ciphers. Default: ELBSecurityPolicy-TLS13-1-2-2021-06 (TLS 1.3 and 1.2)'),
    redirect: z
      .boolean()
      .default(true)
      .describe('With a certificate: port 80 sends browsers to HTTPS. With false both ports serve'),
    waf: z
      .union([z.literal(true).transform(() => waf.parse({})), waf])
      .optional()
      .describe('Web application firewall; true for the usual rules'),
    openPorts: z
      .array(port)
      .min(1)
      .optional()
      .describe(
        'Ports that its security group opens to the world. Default: those it listens on for everybody. Test ports are open to `testAccess` only',
      ),
    alarms: loadBalancerAlarms.default({}),
  })
  .describe('Application Load Balancer; made when a service has `paths`')
