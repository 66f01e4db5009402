import { expect, it } from 'vitest'
import type { ServiceRow } from '../../src/sandbox/ecs/rows.ts'
import { liveIn } from '../support/life.ts'

const config = `
stack: shop
environment: production
region: us-east-1
services:
  web: { image: 'nginx:1.27', port: 80, paths: ['/*'] }
  api: { image: 'nginx:1.27', port: 80, paths: ['/api/*'] }
  worker: { image: 'nginx:1.27' }
  later: { image: 'nginx:1.27', after: [web] }
`

it('services start at the same time, before the load balancer is active, and wait only for what they come after', async () => {
  const life = liveIn(config)
  const { code, err } = await life.up()
  expect(code, err).toBe(0)
  const tables = life.tables()
  const rows = tables['ecs/service'] as readonly ServiceRow[]
  const started = (name: string) => rows.find(row => row.name === name)!.deployments[0]!.created
  const [{ activeAt } = { activeAt: 0 }] = tables['elbv2/load-balancer'] as readonly { activeAt: number }[]
  expect(Math.abs(started('web') - started('api'))).toBeLessThan(2000)
  expect(started('worker')).toBeLessThanOrEqual(started('web'))
  // It waits for the NAT gateway, by which its tasks reach the registry of their image.
  expect(started('web')).toBeLessThan(activeAt - 10_000)
  const [web] = rows.filter(({ name }) => name === 'web')
  const healthy = web!.deployments[0]!.finishedAt!
  expect(healthy).toBeLessThan(activeAt + 30_000)
  expect(started('later')).toBeGreaterThanOrEqual(healthy)
  expect(started('later')).toBeLessThan(healthy + 10_000)
})
