import { z } from 'zod'
import { thingName, variableName } from './scalars.ts'

const webhook = z.strictObject({
  env: variableName.describe(
    'Environment variable of the command that holds the URL: whoever knows it can write to the channel, so it stands in no file',
  ),
})

export const releases = z
  .strictObject({
    notify: z
      .array(
        z.union([thingName, z.string().regex(/^arn:[^:]+:sns:[^:]+:\d{12}:[^:]+$/)], {
          error: 'must be a name under `notifications` or the ARN of an SNS topic',
        }),
      )
      .default([])
      .describe('SNS topics that get a message of the start, each pause and the end of a release'),
    webhooks: z
      .array(webhook)
      .default([])
      .describe('Incoming webhooks of Slack, or of what takes the same JSON, that get the same messages'),
  })
  .describe('Who is told of releases')
