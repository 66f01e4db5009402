import { z } from 'zod'
import { cidr, port, thingName, variableName } from './scalars.ts'

export const instanceType = z
  .string()
  .regex(/^[a-z0-9-]+\.[a-z0-9-]+$/, { error: 'must be an EC2 instance type such as t3.medium' })

export const amiOrParameter = z.string().regex(/^(ami-[0-9a-f]{8,17}|\/[\w./-]+)$/, {
  error: 'must be the id of an AMI, or the name of a public parameter such as /aws/service/…',
})

/** GiB and type of a root volume; always encrypted. */
export const rootVolume = (size: number) =>
  z
    .strictObject({
      size: z.int().min(8).max(16_384).default(size).describe('GiB; can only grow'),
      type: z.enum(['gp2', 'gp3']).default('gp3').describe('EBS volume type'),
    })
    .prefault({})
    .describe('Root volume; encrypted')

const openPort = z.union(
  [
    port,
    z.strictObject({
      port: port.describe('TCP port'),
      cidr: cidr.default('0.0.0.0/0').describe('Who may connect'),
    }),
  ],
  { error: 'must be a port, or { port: 22, cidr: 203.0.113.0/24 }' },
)

export const instance = z
  .strictObject({
    instanceType: instanceType.default('t3.micro').describe('A change stops and starts the instance'),
    image: amiOrParameter
      .optional()
      .describe(
        'AMI id or public parameter. Default: the newest Amazon Linux 2023 when it is made; later ones change nothing',
      ),
    access: z.enum(['public', 'private']).default('public').describe('Which of the subnets'),
    zone: z.string().optional().describe('One of network.zones. Default: the first'),
    ports: z
      .array(openPort)
      .default([])
      .describe(
        'Ports open to everybody, or to a CIDR block. No port is needed for a shell: use Session Manager',
      ),
    rootVolume: rootVolume(8),
    userData: z
      .string()
      .optional()
      .describe('Script that the first boot runs. A change makes a new instance'),
    environment: z
      .record(variableName, z.string())
      .default({})
      .describe(
        'Variables for the script, also in /etc/provision.env. ${database.host} and the like are filled in',
      ),
    uses: z
      .array(thingName)
      .default([])
      .describe(
        'Databases, caches, buckets, parameters and secrets: opens the way, hands over variables (of a secret its ARN), grants the role',
      ),
  })
  .describe('EC2 instance, reached by Session Manager, with IMDSv2 only')

export type InstanceConfig = z.output<typeof instance>
