import { services } from '../src/aws/services.ts'

interface Client {
  send(command: Command): Promise<unknown>
  destroy(): void
}

interface Command {
  readonly input: object
}

/** A request as the SDK was asked to send it. */
interface Sent {
  readonly Client: new (options: object) => Client
  readonly Command: new (input: object) => Command
  readonly input: object
  output: unknown
}

/**
 * The requests of a run in the order in which they left, so that a script without parallelism and without thought can
 * make the very same ones: every one waits for the answer to the one before.
 */
export async function recordScript(run: () => Promise<void>): Promise<readonly Sent[]> {
  const { Client } = await services.ec2()
  // All clients of the SDK inherit their `send` from one class.
  const base = Object.getPrototypeOf(Client.prototype) as Client
  const send = base.send
  const sent: Sent[] = []
  base.send = async function (this: Client, command) {
    const { constructor: Command } = command
    const { constructor: Client } = this
    const one = { Client, Command, input: command.input, output: undefined } as unknown as Sent
    sent.push(one)
    one.output = await send.call(this, command)
    return one.output
  }
  try {
    await run()
  } finally {
    base.send = send
  }
  return sent
}

/**
 * Makes the requests anew on an empty account, with the ids that this account gives. Milliseconds from the first request
 * to the last answer, without what it takes to put those ids in.
 */
export async function runScript(script: readonly Sent[]): Promise<number> {
  const clients = new Map<Sent['Client'], Client>()
  const ids = new Map<string, string>()
  let took = 0
  for (const { Client, Command, input, output } of script) {
    const client = clients.get(Client) ?? new Client({ region: 'us-east-1', maxAttempts: 1 })
    clients.set(Client, client)
    let text = JSON.stringify(input)
    for (const [then, now] of ids) text = text.replaceAll(then, now)
    const command = new Command(JSON.parse(text) as object)
    const began = performance.now()
    const answer = await client.send(command).catch((error: unknown) => {
      if (output !== undefined) throw error
    })
    took += performance.now() - began
    // What is read is in no certain order; a page is named by the one before it.
    if (!/^(Describe|Get|List)/.test(Command.name)) learn(ids, output, answer)
    else learn(ids, pageOf(output), pageOf(answer))
  }
  for (const client of clients.values()) client.destroy()
  return took
}

function pageOf(output: unknown): unknown {
  return (output as { readonly PaginationToken?: string } | undefined)?.PaginationToken
}

/** What was called `then` on the recorded account is called `now` on this one. */
function learn(ids: Map<string, string>, then: unknown, now: unknown): void {
  if (typeof then === 'string' && typeof now === 'string' && then !== now && then.length > 6)
    ids.set(then, now)
  if (typeof then !== 'object' || typeof now !== 'object' || !then || !now) return
  for (const [key, value] of Object.entries(then))
    if (key !== '$metadata') learn(ids, value, (now as Record<string, unknown>)[key])
}
