import { z } from 'zod'
import { port } from './scalars.ts'

const subnetIds = z.array(
  z.string().regex(/^subnet-[0-9a-f]{8,17}$/, { error: 'must be the id of a subnet' }),
)

const vpc = z
  .strictObject({
    id: z
      .string()
      .regex(/^vpc-[0-9a-f]{8,17}$/, { error: 'must be the id of a VPC' })
      .describe('Id of the VPC'),
    publicSubnets: subnetIds.min(1).describe('One per zone, with a route to an internet gateway'),
    privateSubnets: subnetIds
      .default([])
      .describe('One per zone, with a route to a NAT gateway. With none, tasks run in the public ones'),
  })
  .describe('VPC and subnets, by id. Nothing in them but what this stack makes is touched')

export const existing = z
  .strictObject({
    vpc: vpc.optional(),
    cluster: z.string().min(1).max(255).optional().describe('ECS cluster, by name'),
    zone: z
      .string()
      .regex(/^Z[A-Z0-9]{1,31}$/, { error: 'must be the id of a hosted zone, such as Z0123456789ABCDEFGHIJ' })
      .optional()
      .describe('Hosted zone of the domain, by id. Only the records of this stack are written to it'),
    certificate: z
      .string()
      .regex(/^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[A-Za-z0-9-]+$/, {
        error: 'must be the ARN of an ACM certificate',
      })
      .optional()
      .describe('Issued ACM certificate for the load balancer, by ARN'),
    loadBalancer: z
      .strictObject({
        name: z.string().min(1).max(32).describe('Name of the Application Load Balancer'),
        port: port.default(443).describe('Of its listener that the rules of the services are added to'),
      })
      .optional()
      .describe(
        'Application Load Balancer in existing.vpc. Rules and target groups are of this stack, the rest is not touched',
      ),
  })
  .describe('What somebody else owns: used as it is, never changed, never deleted')

export type ExistingVpc = z.output<typeof vpc>
