import { z } from 'zod'
import { amiOrParameter, instanceType, rootVolume } from './instance.ts'
import { thingName } from './scalars.ts'

const schedule = z
  .strictObject({
    schedule: z
      .string()
      .regex(/^\S+( \S+){4}$/, { error: 'must be five fields, e.g. "0 20 * * 1-5"' })
      .describe('When: minute, hour, day, month, weekday'),
    timezone: z.string().default('UTC').describe('IANA name, e.g. Europe/Berlin'),
    min: z.int().min(0).optional().describe('Smallest number of instances from then on'),
    max: z.int().min(0).optional().describe('Largest number of instances from then on'),
  })
  .describe('Scheduled scaling of the instances')

const spot = z
  .strictObject({
    percent: z.int().min(1).max(100).describe('Share of Spot instances above the base'),
    onDemandBase: z.int().min(0).optional().describe('So many instances are never Spot. Default: min'),
    instanceTypes: z
      .array(instanceType)
      .default([])
      .describe('Other types to take: the more, the less often Spot instances are taken away'),
  })
  .describe('Spot instances, for work that may be moved')

const capacity = z
  .strictObject({
    instanceType: instanceType
      .default('t3.medium')
      .describe(
        'A change exchanges the instances one by one. Each task takes a network interface: a t3.medium has room for 2',
      ),
    min: z.int().min(0).default(2).describe('Smallest number of instances'),
    max: z.int().min(1).default(10).describe('Largest number of instances; ECS sets the number in between'),
    targetCapacity: z
      .int()
      .min(1)
      .max(100)
      .default(100)
      .describe('Percent of the instances that are to be in use; below 100 leaves room for faster starts'),
    image: amiOrParameter
      .optional()
      .describe(
        'AMI id or public parameter. Default: the ECS-optimised Amazon Linux 2023, newest at each launch',
      ),
    rootVolume: rootVolume(30),
    access: z.enum(['public', 'private']).optional().describe('Which of the subnets. Default: as the tasks'),
    spot: spot.optional(),
    schedules: z.record(thingName, schedule).default({}).describe('By name'),
    agent: z
      .record(z.string().regex(/^ECS_[A-Z0-9_]+$/, { error: 'must begin with ECS_' }), z.string())
      .default({})
      .describe('More settings of the ECS agent'),
  })
  .describe('EC2 instances for services with `capacity: ec2`')

export const cluster = z
  .strictObject({
    name: z
      .string()
      .regex(/^[A-Za-z][A-Za-z0-9_-]{0,254}$/, { error: 'must be an ECS cluster name' })
      .optional()
      .describe('Default: <prefix>-cluster'),
    containerInsights: z.enum(['disabled', 'enabled', 'enhanced']).optional().describe('Default: disabled'),
    capacity: capacity.optional(),
  })
  .describe('ECS cluster')

export type CapacityConfig = z.output<typeof capacity>
