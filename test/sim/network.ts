import type { EmbeddedAws, SdkClient } from '../../src/aws/aws.ts'
import { isRead } from '../../src/aws/retry.ts'
import type { ServiceName } from '../../src/aws/services.ts'
import { embed } from '../../src/sandbox/embedded.ts'
import { awsFault } from '../../src/sandbox/fault.ts'
import type { CallFault, Fault, ReadFault } from './fault.ts'
import type { Cloud } from './cloud.ts'
import type { Process } from './process.ts'
import type { Time } from './time.ts'

type Arguments = { readonly input: unknown }
type Answering = (args: Arguments) => Promise<{ output: unknown }>
type Layer = (next: Answering, context: { readonly commandName?: string }) => Answering

/** One request as it leaves a process. */
export interface Sent {
  readonly process: Process
  readonly service: ServiceName
  readonly operation: string
  /** `CreateVpc#0`: the first of this operation in the command. */
  readonly site: string
  readonly read: boolean
  readonly input: unknown
}

export interface NetworkOptions {
  readonly time: Time
  readonly cloud: Cloud
  readonly process: Process
  readonly faults: readonly Fault[]
  /** Called for each request at the moment at which it leaves. */
  readonly onSend: (sent: Sent) => void
  /** Called for each request that AWS refuses or that is lost. */
  readonly onFailure: (sent: Sent) => void
}

const seconds = 1000
const minutes = 60 * seconds

/** What stands between one process and the embedded AWS: requests and answers travel separately and may be lost. */
export function network({ time, cloud, process, faults, onSend, onFailure }: NetworkOptions): EmbeddedAws {
  const inner = embed(cloud)
  const sent = new Map<string, number>()
  let expired = false

  const send = async (
    service: ServiceName,
    operation: string,
    { input }: Arguments,
    reach: () => Promise<{ output: unknown }>,
  ): Promise<{ output: unknown }> => {
    process.mustLive()
    const count = sent.get(operation) ?? 0
    sent.set(operation, count + 1)
    const site = `${operation}#${count}`
    const read = isRead(operation[0]!.toLowerCase() + operation.slice(1))
    const leaving = { process, service, operation, site, read, input }
    onSend(leaving)
    const carry = () =>
      reach().catch((error: unknown) => {
        onFailure(leaving)
        throw error
      })
    if (expired) throw expiredToken()
    const fault = faults.find(({ at }) => at === site)?.kind as CallFault | ReadFault | undefined
    const never = () => new Promise<never>(() => undefined)
    const late = (wait: number) => time.at(wait, () => void carry().catch(() => undefined))
    switch (fault) {
      case 'kill before it is sent':
        process.kill()
        return never()
      case 'kill when it is carried out':
        await carry().catch(() => undefined)
        process.kill()
        return never()
      case 'kill when it is answered': {
        const answer = await carry()
        process.doomed = true
        return answer
      }
      case 'request lost':
        await time.sleep(30 * seconds)
        throw timeout(30)
      case 'response lost':
        await carry().catch(() => undefined)
        await time.sleep(30 * seconds)
        throw timeout(30)
      case 'arrives 25 s late':
        late(25 * seconds)
        throw reset()
      case 'arrives 4 min late':
        late(4 * minutes)
        throw reset()
      case '500, not carried out':
        await time.sleep(1 * seconds)
        throw unavailable()
      case '500, carried out':
        await carry()
        throw unavailable()
      case 'throttled':
        throw throttled()
      case 'credentials expired':
        expired = true
        throw expiredToken()
      case 'Ctrl-C':
        process.stop.abort()
        return carry()
      case 'paused 40 s':
        process.pause(40 * seconds)
        return carry()
      case 'paused 90 s':
        process.pause(90 * seconds)
        return carry()
      case 'paused 10 min':
        process.pause(10 * minutes)
        return carry()
      case 'cut off for 3 min':
        process.cutOff(3 * minutes)
        return carry()
      case 'clock set forward 5 h':
        process.setClock(300 * minutes)
        return carry()
      case 'clock set back 5 h':
        process.setClock(-300 * minutes)
        return carry()
      case 'denied':
        throw awsFault('AccessDeniedException', `not authorized to perform: ${operation}`)
      case 'answers nothing':
        return { output: emptied((await carry()).output) }
      default:
        return carry()
    }
  }

  const layer =
    (service: ServiceName, answering: Layer): Layer =>
    (next, context) => {
      const operation = (context.commandName ?? '').replace(/Command$/, '')
      const carry = answering(next, context)
      return args => process.awaits(send(service, operation, args, () => carry(args)))
    }

  return {
    attach(service, client) {
      const between: SdkClient = {
        send: (command, options) => client.send(command, options),
        destroy: () => client.destroy(),
        middlewareStack: {
          add: (middleware, options) =>
            client.middlewareStack.add(layer(service, middleware as Layer), options),
        },
      }
      inner.attach(service, between)
    },
  }
}

export function timeout(after: number): Error {
  return Object.assign(new Error(`socket hang up after ${after} s`), { name: 'TimeoutError' })
}

export function reset(): Error {
  return Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })
}

export function unavailable(): Error {
  return awsFault('InternalFailure', 'An internal error has occurred', { status: 500 })
}

export function throttled(): Error {
  return awsFault('Throttling', 'Rate exceeded')
}

function expiredToken(): Error {
  return awsFault('ExpiredTokenException', 'The security token included in the request is expired')
}

/** The answer of a replica that has seen none of it yet. */
function emptied(output: unknown): unknown {
  const entries = Object.entries(output as object)
  if (!entries.some(([, value]) => Array.isArray(value)))
    throw awsFault('NotFoundException', 'it does not exist', { status: 404 })
  return Object.fromEntries(entries.map(([name, value]) => [name, Array.isArray(value) ? [] : value]))
}
