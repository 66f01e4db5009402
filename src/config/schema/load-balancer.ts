import { z } from 'zod'
import { port } from './scalars.ts'

export const loadBalancer = z
  .strictObject({
    name: z
      .string()
      .max(32)
      .regex(/^(?!internal-)[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?$/, {
        error: 'must be letters, digits and hyphens, and not start with "internal-"',
      })
      .optional()
      .describe('Default: <environment>-alb'),
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
    openPorts: z
      .array(port)
      .min(1)
      .optional()
      .describe('Ports that its security group opens to the world. Default: those it listens on'),
  })
  .describe('Application Load Balancer; made when a service has `paths`')
