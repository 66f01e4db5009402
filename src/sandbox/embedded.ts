import type { EmbeddedAws, Permissions } from '../aws/aws.ts'
import { isRead } from '../aws/retry.ts'
import type { ServiceName } from '../aws/services.ts'
import { authorise } from './access/authorise.ts'
import { advanceServices } from './ecs/deployment.ts'
import { SandboxGap } from './fault.ts'
import { checkInput } from './schema.ts'
import { sandboxServices } from './services.ts'
import type { World } from './world.ts'

/** Milliseconds beyond which a command does not merely look. */
const patience = 10_000

type Handler = (input: unknown, world: World) => object
type Arguments = { readonly input: unknown }
type Next = (args: Arguments) => Promise<unknown>

/**
 * The embedded AWS as a layer in the SDK's middleware stack: requests are answered before they would be serialised,
 * so kinds, clients and commands run unchanged. Each request takes one leg to arrive, is carried out at one instant,
 * and takes another leg to be answered. A caller with permissions is refused what they do not allow. `beforeRequest` is called at that instant, `onChange` when something has changed.
 */
export function embed(
  world: World,
  onChange: () => void = () => {},
  beforeRequest: () => void = () => {},
): EmbeddedAws {
  const began = world.now()
  let kept = false
  // After the first change, or where a command follows what another one has begun, a read counts too: what it showed as
  // over must be over for the next command as well.
  const onAnswer = (read: boolean) => {
    kept ||= !read || world.now() - began > patience
    if (kept) onChange()
  }
  return {
    attach: (service, client, permissions) => {
      client.middlewareStack.add(
        (_next: Next, context: { readonly commandName?: string; readonly commandInstance?: object }) =>
          async ({ input }: Arguments) => ({
            output: await answer(world, service, input, context, { beforeRequest, onAnswer, permissions }),
          }),
        { step: 'initialize', priority: 'low', name: 'embedded-aws', override: true },
      )
    },
  }
}

interface Hooks {
  readonly beforeRequest: () => void
  readonly onAnswer: (read: boolean) => void
  readonly permissions: Permissions | undefined
}

const releasing: ReadonlySet<ServiceName> = new Set(['cloudwatch', 'ecs', 'elbv2', 'logs'])

async function answer(
  world: World,
  service: ServiceName,
  input: unknown,
  context: { readonly commandName?: string; readonly commandInstance?: object },
  { beforeRequest, onAnswer, permissions }: Hooks,
): Promise<object> {
  const operation = (context.commandName ?? '').replace(/Command$/, '')
  const name = operation[0]!.toLowerCase() + operation.slice(1)
  const handler = (sandboxServices[service] as unknown as Record<string, Handler>)[name]
  if (!handler) throw new SandboxGap(`${service} has no ${operation}`)
  checkInput(context.commandInstance ?? {}, input, operation)

  const call = { service, operation, input, index: world.nextCall() }
  const leg = world.seconds(isRead(name) ? 'read' : 'write') / 2
  await world.sleep(leg)
  beforeRequest()
  try {
    // Releases go on between requests: listener rules, targets and logs are as they have left them by now.
    if (releasing.has(service)) advanceServices(world)
    world.faults.before?.(call)
    if (permissions) authorise(call, world, permissions)
    // A copy in and a copy out: what a caller does to its objects later is not known to AWS.
    const output = structuredClone(handler(structuredClone(input), world))
    onAnswer(isRead(name))
    world.faults.after?.(call, output)
    return { ...output, $metadata: { httpStatusCode: 200, requestId: requestId(call.index) } }
  } catch (error) {
    const fault = error as { $metadata?: object }
    if (fault.$metadata) Object.assign(fault.$metadata, { requestId: requestId(call.index) })
    throw error
  } finally {
    await world.sleep(leg)
  }
}

function requestId(index: number): string {
  return `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`
}
