import { z } from 'zod'
import { acls } from './acl.ts'
import { cidr } from './scalars.ts'

/** Services that a VPC endpoint leads to. `ecr` stands for both of its names. */
const endpointServices = [
  's3',
  'dynamodb',
  'ecr',
  'logs',
  'monitoring',
  'secretsmanager',
  'ssm',
  'ssmmessages',
  'ec2messages',
  'ecs',
  'ecs-agent',
  'ecs-telemetry',
  'elasticfilesystem',
  'kms',
  'sns',
  'sqs',
  'sts',
  'events',
] as const

export const network = z
  .strictObject({
    cidr: cidr.default('10.0.0.0/16').describe('The VPC, /16 to /28'),
    zones: z
      .array(z.string())
      .min(1)
      .optional()
      .describe('Availability Zones. Default: the first of the region, one for each public subnet'),
    publicSubnets: z
      .array(cidr)
      .min(1)
      .optional()
      .describe(
        'One per zone, for the load balancer and NAT gateways. Default in a /16: x.y.1.0/24, x.y.2.0/24',
      ),
    privateSubnets: z
      .array(cidr)
      .optional()
      .describe('One per zone, for tasks and data; [] for none. Default in a /16: x.y.11.0/24, x.y.12.0/24'),
    natGateways: z
      .enum(['none', 'one', 'per-zone'])
      .default('one')
      .describe('How private subnets reach the internet. With `none`, tasks run in the public subnets'),
    ipv6: z
      .boolean()
      .default(false)
      .describe(
        "IPv6 beside IPv4: Amazon's addresses for VPC and subnets, a load balancer that answers on both, a way out of private subnets that nobody comes in by. With existing.vpc: its subnets have them already",
      ),
    acls: acls.optional(),
    endpoints: z
      .array(z.enum(endpointServices))
      .default([])
      .describe(
        'VPC endpoints: ways from the subnets to AWS services that do not cross the internet. s3 and dynamodb are free',
      ),
  })
  .describe('VPC, subnets and routes')
