import type { EmbeddedAws, SdkClient } from '../../src/aws/aws.ts'
import { codeOf, meaningOf } from '../../src/aws/errors.ts'
import { isRead } from '../../src/aws/retry.ts'
import { embed } from '../../src/sandbox/embedded.ts'
import { awsFault } from '../../src/sandbox/fault.ts'
import type { World } from '../../src/sandbox/world.ts'

/** A call that changes something, as it reached AWS. */
export interface Write {
  readonly operation: string
  /** `DeleteSubnet#2`: the third of this operation in the command. */
  readonly site: string
  readonly input: string
  readonly at: number
  /** AWS's error code; undefined where it succeeded. */
  error?: string
  /** AWS has refused it because something is still using the resource, or holds its place. */
  blocked?: boolean
}

/** The embedded AWS, with a record of what it is told to change; the write at the site `deny` is refused for good. */
export function wiretapped(
  world: World,
  { writes, deny }: { readonly writes: Write[]; readonly deny: string | undefined },
): EmbeddedAws {
  const counts = new Map<string, number>()
  let denied: string | undefined
  const inner = embed(world)
  type Arguments = { readonly input: unknown }
  type Answering = (args: Arguments) => Promise<{ output: unknown }>
  const layer =
    (answering: (next: unknown, context: unknown) => Answering) =>
    (next: unknown, context: { readonly commandName?: string }): Answering => {
      const operation = (context.commandName ?? '').replace(/Command$/, '')
      const carry = answering(next, context)
      if (isRead(operation[0]!.toLowerCase() + operation.slice(1))) return carry
      return async args => {
        const count = counts.get(operation) ?? 0
        counts.set(operation, count + 1)
        const write: Write = {
          operation,
          site: `${operation}#${count}`,
          input: JSON.stringify(args.input),
          at: world.now(),
        }
        writes.push(write)
        if (write.site === deny) denied = write.input
        try {
          if (operation === deny?.split('#')[0] && write.input === denied) throw forbidden(operation)
          return await carry(args)
        } catch (error) {
          write.error = codeOf(error)
          write.blocked = ['in-use', 'taken'].includes(meaningOf(error))
          throw error
        }
      }
    }
  return {
    attach(service, client) {
      const between: SdkClient = {
        send: (command, options) => client.send(command, options),
        destroy: () => client.destroy(),
        middlewareStack: {
          add: (middleware, options) =>
            client.middlewareStack.add(layer(middleware as Parameters<typeof layer>[0]), options),
        },
      }
      inner.attach(service, between)
    },
  }
}

function forbidden(operation: string): Error {
  return awsFault('AccessDeniedException', `not authorized to perform: ${operation}`)
}
