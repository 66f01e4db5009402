import type { Clock } from '../effects/clock.ts'
import type { Random } from '../effects/random.ts'
import type { PolicyDocument } from '../policy/documents.ts'
import { actionsOf } from './actions.ts'
import { codeOf } from './errors.ts'
import { rateLimits } from './limits.ts'
import { questions } from './questions.ts'
import { isRead, withRetries } from './retry.ts'
import type { Operations, ServiceName } from './services.ts'
import { homeRegion, services } from './services.ts'

/** Every AWS operation that `provision` calls: `aws.ec2.createVpc({ CidrBlock: '10.0.0.0/16' })`. */
export type Aws = { readonly [S in ServiceName]: Operations<S> }

/** One request to AWS, as counted, logged and measured. Holds no input and no output, so it can hold no secret. */
export interface CallRecord {
  readonly service: ServiceName
  /** As AWS spells it: `CreateVpc`. */
  readonly operation: string
  readonly read: boolean
  /** Milliseconds since the epoch, on the clock of the run. */
  readonly started: number
  readonly milliseconds: number
  /** AWS's error code; undefined when it succeeded. */
  readonly error: string | undefined
  readonly requestId: string | undefined
}

export interface SdkClient {
  send(command: unknown, options?: { readonly abortSignal?: AbortSignal }): Promise<unknown>
  destroy(): void
  readonly middlewareStack: { add(middleware: unknown, options: Record<string, unknown>): void }
}

/** What a caller of the embedded AWS may do: what IAM would know from the policies of its role. */
export interface Permissions {
  /** The command whose policy it is. */
  readonly command: string
  /** The policy documents, as they are printed. The same list as long as they are the same. */
  readonly documents: () => readonly PolicyDocument[]
}

/** Something that answers in AWS's place, inside the SDK's middleware stack. */
export interface EmbeddedAws {
  /** Without `permissions` the caller may do everything. */
  attach(service: ServiceName, client: SdkClient, permissions?: Permissions): void
}

export interface AwsOptions {
  readonly region: string
  readonly profile?: string | undefined
  readonly clock: Clock
  readonly random: Random
  readonly embedded?: EmbeddedAws | undefined
  /** What the embedded AWS lets these calls do; everything when not given. AWS itself asks IAM. */
  readonly permissions?: Permissions | undefined
  /** Aborts calls in flight and retries in waiting. For the second Ctrl-C, not for the first. */
  readonly signal?: AbortSignal | undefined
  /** Awaited just before each call that changes something; when it rejects, nothing is sent. */
  readonly beforeWrite?: (() => Promise<void>) | undefined
  readonly onCall?: (call: CallRecord) => void
  readonly onRetry?: (service: ServiceName, operation: string, error: Error, delay: number) => void
}

export interface AwsConnection {
  readonly aws: Aws
  /**
   * The same calls, patient with parents that were made a moment ago and that AWS may not see yet. `knownAt`: when other
   * services usually know of them, by the monotonic clock.
   */
  patient(knownAt?: number): Aws
  close(): void
}

type AnyModule = { readonly Client: new (options: object) => SdkClient } & Record<
  string,
  new (input: unknown) => unknown
>

/**
 * Connects to AWS: clients made when first needed, one attempt each, with our limits and retries around them.
 * Credentials, endpoints and profiles are the SDK's business, by its usual environment variables.
 */
export function connect(options: AwsOptions): AwsConnection {
  const { clock, random, region, profile, embedded, permissions, signal } = options
  const limitOf = rateLimits(clock)
  const clients = new Map<ServiceName, Promise<{ module: AnyModule; client: SdkClient }>>()

  const open = (service: ServiceName) => {
    const opened =
      clients.get(service) ??
      clock.outside(async () => {
        const module = (await services[service]()) as unknown as AnyModule
        const client = new module.Client({
          region: homeRegion[service] ?? region,
          ...(profile ? { profile } : {}),
          ...(embedded ? { credentials: { accessKeyId: 'embedded', secretAccessKey: 'embedded' } } : {}),
          maxAttempts: 1,
          // Without throwOnRequestTimeout the SDK only logs a warning and waits on.
          requestHandler: { connectionTimeout: 5000, requestTimeout: 30_000, throwOnRequestTimeout: true },
        })
        embedded?.attach(service, client, permissions)
        return { module, client }
      })
    clients.set(service, opened)
    return opened
  }

  const attempt = async (
    service: ServiceName,
    operation: string,
    input: unknown,
    onSend: () => void,
  ): Promise<unknown> => {
    const read = isRead(operation)
    const { module, client } = await open(service)
    const name = operation[0]!.toUpperCase() + operation.slice(1)
    const Command = module[`${name}Command`]
    if (!Command) throw new TypeError(`src/aws/sdk/${service}.ts does not export ${name}Command`)
    const limit = limitOf(service, !read)
    await limit.turn(signal)
    if (!read) await options.beforeWrite?.()
    onSend()
    const started = clock.now()
    const left = clock.monotonic()
    const record = (error: unknown, metadata: { readonly requestId?: string } | undefined) =>
      options.onCall?.({
        service,
        operation: name,
        read,
        started,
        milliseconds: clock.monotonic() - left,
        error: error === undefined ? undefined : codeOf(error),
        requestId: metadata?.requestId,
      })
    const send = () => client.send(new Command(input), signal ? { abortSignal: signal } : {})
    try {
      // The embedded AWS takes its time on our clock; the real one on its own.
      const output = (await (embedded ? send() : clock.outside(send))) as {
        $metadata?: { requestId?: string }
      }
      record(undefined, output.$metadata)
      return output
    } catch (error) {
      record(error, (error as { $metadata?: { requestId?: string } }).$metadata)
      // So that a message can name the action that was not permitted.
      throw Object.assign(error as Error, { operation: actionsOf(service, name).join(' and ') })
    }
  }

  const view = (parentsAreFresh: boolean, knownAt?: number): Aws => {
    const asked = questions()
    return Object.fromEntries(
      (Object.keys(services) as ServiceName[]).map(service => [
        service,
        new Proxy(
          {},
          {
            get: (_target, operation: string) => (input: unknown) => {
              const send = (onSend: () => void) =>
                withRetries(() => attempt(service, operation, input, onSend), {
                  clock,
                  random,
                  operation,
                  parentsAreFresh,
                  knownAt,
                  signal,
                  onRetry: (error, meaning, delay) => {
                    if (meaning === 'throttled') limitOf(service, !isRead(operation)).slowDown()
                    options.onRetry?.(service, operation, error, delay)
                  },
                })
              return isRead(operation)
                ? asked.join(`${service}:${operation}:${JSON.stringify(input)}`, send)
                : send(() => {})
            },
          },
        ),
      ]),
    ) as Aws
  }

  return {
    aws: view(false),
    patient: knownAt => view(true, knownAt),
    close: () => {
      for (const opened of clients.values()) void opened.then(({ client }) => client.destroy())
    },
  }
}
