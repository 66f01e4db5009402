import { z } from 'zod'
import { percent, thingName } from './scalars.ts'

const cooldown = z.int().min(0).max(86_400)
const tasks = z.int().min(0).max(5000)

const schedule = z
  .strictObject({
    schedule: z
      .string()
      .regex(/^(cron|rate|at)\(.+\)$/, { error: 'must look like cron(0 20 * * ? *)' })
      .describe('When, as AWS writes it: cron(0 20 * * ? *), rate(1 day) or at(2026-01-01T00:00:00)'),
    timezone: z.string().default('UTC').describe('IANA name, e.g. Europe/Berlin'),
    min: tasks.optional().describe('Fewest tasks from then on'),
    max: tasks.optional().describe('Most tasks from then on'),
  })
  .describe('New bounds from a certain time on, until the next schedule')

export const scaling = z
  .strictObject({
    min: tasks.default(1).describe('Fewest tasks'),
    max: tasks.min(1).describe('Most tasks'),
    cpu: percent.optional().describe('CPU utilisation to keep, in percent'),
    memory: percent.optional().describe('Memory utilisation to keep, in percent'),
    requests: z.number().min(1).optional().describe('Requests a minute for each task; needs `paths`'),
    cooldown: cooldown.default(300).describe('Seconds to wait after each change'),
    scaleInCooldown: cooldown.optional().describe('Seconds after taking tasks away. Default: cooldown'),
    scaleOutCooldown: cooldown.optional().describe('Seconds after adding tasks. Default: cooldown'),
    schedules: z.record(thingName, schedule).default({}).describe('Other bounds at certain times, by name'),
  })
  .describe('As many tasks as the load needs. desiredCount is then where it starts')

export type ScalingConfig = z.output<typeof scaling>
