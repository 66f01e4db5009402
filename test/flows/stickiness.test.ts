import { expect, it } from 'vitest'
import type { TargetGroupRow } from '../../src/sandbox/elbv2/rows.ts'
import type { Life } from '../support/life.ts'
import { liveIn } from '../support/life.ts'

const config = (service: string) => `
stack: shop
environment: dev
region: us-east-1
network: { natGateways: none, privateSubnets: [] }
services: { web: { image: nginx:1.27, port: 80, paths: [/*], ${service} } }
`

const attributesOf = (life: Life) =>
  (life.tables()['elbv2/target-group'] as readonly TargetGroupRow[]).map(({ attributes }) => [
    attributes['stickiness.enabled'],
    attributes['stickiness.lb_cookie.duration_seconds'],
  ])

it('stickiness is set, changed and removed in place, without a new deployment', async () => {
  const life = liveIn(config('stickiness: true'))
  expect(await life.up()).toMatchObject({ code: 0 })
  expect(attributesOf(life)).toEqual([['true', '86400']])
  life.write(config('stickiness: { duration: 600 }'))
  expect(await life.up()).toMatchObject({ code: 0, writes: ['ModifyTargetGroupAttributes'] })
  expect(attributesOf(life)).toEqual([['true', '600']])
  life.write(config('cpu: 256'))
  expect(await life.up()).toMatchObject({ code: 0, writes: ['ModifyTargetGroupAttributes'] })
  expect(attributesOf(life)[0]![0]).toBe('false')
  expect(await life.planned()).toEqual([])
})

it('stickiness that AWS would refuse while the traffic is still split is refused before the first write', async () => {
  const life = liveIn(config('deployment: blue-green'))
  expect(await life.up()).toMatchObject({ code: 0 })
  life.write(config('stickiness: true'))
  const { writes, error } = await life.up()
  expect([writes, error?.code]).toEqual([[], 'refused'])
  expect(`${error?.message} ${error?.hint}`).toContain('still splits its traffic between two target groups')
  expect(`${error?.message} ${error?.hint}`).toContain('remove services.web.stickiness, run provision up')
  life.write(config('cpu: 256'))
  expect(await life.up()).toMatchObject({ code: 0 })
  life.write(config('stickiness: true'))
  expect(await life.up()).toMatchObject({ code: 0 })
  expect(attributesOf(life)).toEqual([['true', '86400']])
  life.write(config('deployment: blue-green'))
  expect(await life.up()).toMatchObject({ code: 0 })
})
