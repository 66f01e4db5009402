import { once } from 'node:events'
import { createServer } from 'node:http'
import { createServer as createSecureServer, globalAgent } from 'node:https'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nodeWeb } from '../../src/effects/node-programs.ts'
import { cert, key } from './certificate.ts'

const posted: { readonly type: string | undefined; readonly body: string }[] = []
const server = createServer((request, answer) => {
  if (request.method === 'POST' && request.url === '/hook') {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      posted.push({ type: request.headers['content-type'], body: Buffer.concat(parts).toString() })
      answer.statusCode = 202
      answer.end()
    })
    return
  }
  if (request.url === '/moved') answer.writeHead(302, { location: '/text' })
  else if (request.url === '/text') answer.write('ü')
  else if (request.url === '/much') answer.write(Buffer.alloc(2 * 1024 * 1024))
  else answer.statusCode = 404
  answer.end()
})
let url: string

beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => server.close())

describe('the web', () => {
  const text = (path: string) => nodeWeb.text(url + path, { timeout: 5000 })

  it('gives the text of an answer, and rejects on any other status', async () => {
    expect(await text('/text')).toBe('ü')
    await expect(text('/none')).rejects.toThrow('status 404')
  })

  it('follows nobody elsewhere, and takes in no more than a megabyte', async () => {
    await expect(text('/moved')).rejects.toThrow()
    await expect(text('/much')).rejects.toThrow('more than 1048576 bytes')
  })

  it('posts JSON, gives the status of the answer, and follows nobody elsewhere', async () => {
    const post = (path: string) => nodeWeb.post(url + path, { body: '{"text":"ü"}', timeout: 5000 })
    expect(await post('/hook')).toBe(202)
    expect(posted).toEqual([{ type: 'application/json', body: '{"text":"ü"}' }])
    expect(await post('/none')).toBe(404)
    await expect(post('/moved')).rejects.toThrow()
  })

  it('tells the status alone, of a redirect too', async () => {
    expect(await nodeWeb.status(`${url}/moved`, { headers: {}, timeout: 5000 })).toBe(302)
  })

  it('says where nobody answers', async () => {
    const silent = createServer(() => undefined)
    await once(silent.listen(0, '127.0.0.1'), 'listening')
    const { port } = silent.address() as AddressInfo
    await expect(nodeWeb.status(`http://127.0.0.1:${port}/`, { headers: {}, timeout: 50 })).rejects.toThrow(
      'no answer within 0.05 s',
    )
    silent.closeAllConnections()
    silent.close()
  })
})

describe('a request that goes to another host than that of its URL', () => {
  const heard: (string | undefined)[][] = []
  const secure = createSecureServer({ cert, key }, ({ headers }, answer) => {
    heard.push([headers.host, headers['x-provision-test'] as string | undefined])
    answer.end()
  })
  let port: number
  beforeAll(async () => {
    await once(secure.listen(0, '127.0.0.1'), 'listening')
    port = (secure.address() as AddressInfo).port
    globalAgent.options.ca = cert
  })
  afterAll(() => {
    delete globalAgent.options.ca
    secure.close()
  })
  const ask = (host: string, name: string) =>
    nodeWeb.status(`https://${host}:${port}/`, {
      headers: { 'x-provision-test': 'abc' },
      timeout: 5000,
      connect: { host: '127.0.0.1', name },
    })

  it('asks for the host of the URL, with the certificate of that name', async () => {
    expect(await ask('shop.example.com', 'shop.example.com')).toBe(200)
    expect(await ask('alb-1.elb.invalid', 'shop.example.com')).toBe(200)
    expect(heard).toEqual([
      [`shop.example.com:${port}`, 'abc'],
      [`alb-1.elb.invalid:${port}`, 'abc'],
    ])
  })

  it('is not made where the certificate is for another name', async () => {
    await expect(ask('shop.example.com', 'other.example.com')).rejects.toThrow('other.example.com')
  })
})
