import { describe, expect, it } from 'vitest'
import { rows } from '../../src/sandbox/elbv2/rows.ts'
import { parse } from 'yaml'
import { configOf, productionRequests } from '../edits/production.ts'
import type { Document } from '../edits/document.ts'
import { LiveStack } from '../edits/live-stack.ts'
import type { ClientRequest } from '../support/client.ts'
import { unanswered } from '../support/client.ts'

const httpd = 'public.ecr.aws/docker/library/httpd'

/** As stacks were before test traffic had a header: a listener for it on port 9001, open to everybody. */
const publicPort = (strategy: string) => `
stack: shop
environment: dev
region: us-east-1
services:
  api:
    image: ${httpd}:2.4
    port: 80
    paths: [/api/*]
    desiredCount: 2
    deployment: { strategy: ${strategy}, testPort: 9001, testAccess: [0.0.0.0/0] }
  web:
    image: ${httpd}:2.4
    port: 80
    paths: [/*]
    desiredCount: 2
    deployment: { strategy: ${strategy}, testPort: 9001, testAccess: [0.0.0.0/0] }
`
const document = (yaml: string) => parse(yaml) as Document
const byHeader = (strategy: string) =>
  document(publicPort(strategy).replaceAll(/deployment: .*/g, `deployment: ${strategy}`))

async function migrated(strategy: string, meanwhile?: (stack: LiveStack) => Promise<void>) {
  const stack = await LiveStack.built(document(publicPort(strategy)))
  await meanwhile?.(stack)
  const after = byHeader(strategy)
  const [from, to] = [await configOf(stack.document), await configOf(after)]
  const requests = productionRequests(stack.world, from!, to!)
  stack.document = after
  const { interruptions } = await stack.plan()
  const ended = await stack.up({ requests })
  return { stack, requests, interruptions, ended, later: await stack.watch(requests) }
}

function headersFor({ world }: LiveStack): Record<string, string>[] {
  return rows(world, 'rule')
    .list()
    .flatMap(({ conditions }) => {
      const { HttpHeaderName, Values } =
        conditions.find(({ Field }) => Field === 'http-header')?.HttpHeaderConfig ?? {}
      return HttpHeaderName && Values ? [{ [HttpHeaderName]: Values[0]! }] : []
    })
}

describe('a live stack with a public test port', () => {
  it.each(['blue-green', 'canary', 'linear'])(
    'goes over to a header in one `up` without an unanswered request: %s',
    async strategy => {
      const { stack, requests, interruptions, ended, later } = await migrated(strategy)
      expect([ended.code, interruptions, ended.outages, later], ended.err).toEqual([0, [], [], []])
      const { resources } = await stack.plan()
      expect(resources.filter(({ action }) => action !== 'none')).toEqual([])
      const [request] = requests as [ClientRequest]
      expect(unanswered(stack.world, { ...request, port: 9001 })).toMatch(
        /no security group .* opens port 9001/,
      )
      expect(rows(stack.world, 'listener').list()).toMatchObject([{ port: 80 }])
      const headers = headersFor(stack)
      expect(headers).toHaveLength(2)
      for (const one of headers) expect(unanswered(stack.world, { ...request, headers: one })).toBeUndefined()
    },
  )

  it('has its header rules before the services use them, and loses its port last', async () => {
    const { ended } = await migrated('blue-green')
    const order = ended.writes
      .map(({ operation }) => operation)
      .filter(name => /^(CreateRule|UpdateService|DeleteRule|DeleteListener)$/i.test(name))
    expect([...new Set(order)]).toEqual(['CreateRule', 'UpdateService', 'DeleteRule', 'DeleteListener'])
  })

  it('does so after a release, with the traffic on the second target groups', async () => {
    const { ended, later } = await migrated('blue-green', stack => stack.release())
    expect([ended.code, ended.outages, later], ended.err).toEqual([0, [], []])
  })

  it('comes back to a port in the same way', async () => {
    const { stack, requests } = await migrated('blue-green')
    stack.document = document(publicPort('blue-green'))
    const back = await stack.up({ requests })
    expect([back.code, back.outages, await stack.watch(requests)], back.err).toEqual([0, [], []])
    expect(headersFor(stack)).toEqual([])
  })
})
