import { awsFault } from '../fault.ts'
import type { SandboxService } from '../service.ts'
import type { World } from '../world.ts'
import { topicOf } from './topic.ts'

/** A message that was published. Nobody receives it. */
export interface MessageRow {
  readonly id: string
  readonly topicArn: string
  readonly subject: string | undefined
  readonly message: string
}

const messages = (world: World) => world.table<MessageRow>('sns/message')

export const messageOperations = {
  publish: ({ TopicArn, Subject, Message = '' }, world) => {
    const { arn } = topicOf(world, TopicArn)
    // ASCII without line breaks and control characters, up to 100 of them.
    if (Subject !== undefined && !/^[\x21-\x7e][\x20-\x7e]{0,99}$/.test(Subject))
      throw awsFault('InvalidParameterException', 'Invalid parameter: Subject', { code: 'InvalidParameter' })
    if (Message === '')
      throw awsFault('InvalidParameterException', 'Invalid parameter: Empty message', {
        code: 'InvalidParameter',
      })
    const id = world.id('', 36)
    messages(world).set(id, { id, topicArn: arn, subject: Subject, message: Message })
    return { MessageId: id }
  },
} satisfies Partial<SandboxService<'sns'>>
