import { once } from 'node:events'
import { Agent, createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Stands before a server and measures what passes. Milliseconds. */
export interface Proxy {
  readonly url: string
  /** One request after the other from now on, as a script without any parallelism would send them. */
  oneByOne(on: boolean): void
  /** What the server took for each request since the last `forget`, and how long it had at least one in hand. */
  readonly measured: { readonly requests: number; readonly total: number; readonly busy: number }
  forget(): void
  stop(): Promise<void>
}

export async function startProxy(target: string): Promise<Proxy> {
  const agent = new Agent({ keepAlive: true })
  const { hostname, port } = new URL(target)
  let turns: Promise<unknown> = Promise.resolve()
  let serial = false
  let requests = 0
  let total = 0
  let busy = 0
  let inHand = 0
  let since = 0

  const server = createServer((incoming, outgoing) => {
    const pass = () =>
      new Promise<void>((resolve, reject) => {
        const began = performance.now()
        if (inHand++ === 0) since = began
        const { method, headers, url } = incoming
        const forwarded = request({ agent, hostname, port, method, headers, path: url }, answer => {
          outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
          answer.pipe(outgoing)
          answer.on('end', () => {
            requests++
            total += performance.now() - began
            if (--inHand === 0) busy += performance.now() - since
            resolve()
          })
        })
        forwarded.on('error', reject)
        incoming.pipe(forwarded)
      })
    if (serial) turns = turns.then(pass)
    else void pass()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    oneByOne: on => {
      serial = on
    },
    get measured() {
      return { requests, total, busy }
    },
    forget: () => {
      requests = 0
      total = 0
      busy = 0
    },
    stop: async () => {
      server.closeAllConnections()
      server.close()
      agent.destroy()
      await once(server, 'close')
    },
  }
}
