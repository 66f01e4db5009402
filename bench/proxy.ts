import { once } from 'node:events'
import { Agent, createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Stands before a server and measures what passes. Milliseconds. */
export interface Proxy {
  readonly url: string
  /** How long the server had at least one request in hand since the last `forget`. */
  readonly measured: { readonly busy: number }
  /** How long each request is held back from now on, like a network between here and the server. */
  delay(milliseconds: number): void
  forget(): void
  stop(): Promise<void>
}

export async function startProxy(target: string): Promise<Proxy> {
  const agent = new Agent({ keepAlive: true })
  const { hostname, port } = new URL(target)
  let busy = 0
  let inHand = 0
  let since = 0
  let delay = 0

  const server = createServer((incoming, outgoing) => {
    if (inHand++ === 0) since = performance.now()
    const { method, headers, url } = incoming
    const forwarded = request({ agent, hostname, port, method, headers, path: url }, answer => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
      answer.on('end', () => {
        if (--inHand === 0) busy += performance.now() - since
      })
    })
    setTimeout(() => incoming.pipe(forwarded), delay)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get measured() {
      return { busy }
    },
    delay: milliseconds => {
      delay = milliseconds
    },
    forget: () => {
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
