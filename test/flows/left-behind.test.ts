import { describe, expect, it } from 'vitest'
import type { Life } from '../support/life.ts'
import { liveOn } from '../support/life.ts'

const config = (insights: string, more = '') => `stack: shop
environment: dev
region: us-east-1
cluster: { containerInsights: ${insights} }
services:
  web: { image: nginx }
${more}`

const logGroups = (life: Life) =>
  ((life.tables()['logs/log-group'] ?? []) as { name: string }[]).map(({ name }) => name)
const performance = '/aws/ecs/containerinsights/dev-shop-cluster/performance'

describe('what AWS makes by itself beside a stack', () => {
  it.each(['enabled', 'enhanced'])(
    'the log group of Container Insights (%s) is named in the plan, and goes with its cluster',
    async insights => {
      const life = liveOn(config(insights), 'dev')
      expect((await life.up()).code).toBe(0)
      expect(logGroups(life)).toContain(performance)
      const { code, err, writes } = await life.teardown({ deleteData: ['all'] })
      expect([code, err]).toEqual([0, err])
      expect(err).toContain(`also deletes log group ${performance} of Container Insights`)
      expect(logGroups(life)).toEqual([])
      expect(writes.lastIndexOf('DeleteLogGroup')).toBeGreaterThan(writes.indexOf('DeleteCluster'))
    },
  )

  it('nothing is asked to go with a cluster that has none', async () => {
    const life = liveOn(config('disabled'), 'dev')
    expect((await life.up()).code).toBe(0)
    const { code, err } = await life.teardown({ deleteData: ['all'] })
    expect([code, err]).toEqual([0, err])
    expect(err).not.toContain('Container Insights')
  })

  it.each([
    ['in a teardown', (life: Life) => life.teardown({ deleteData: ['all'] })],
    [
      'in an up',
      (life: Life) => {
        life.write(config('disabled'))
        return life.type(async (options, context) => {
          const { up } = await import('../../src/commands/up.ts')
          return up({ ...options, deleteData: ['data/db'] }, context)
        })
      },
    ],
  ])('the log group that databases share stays, and is named %s', async (_, remove) => {
    const monitored = 'databases:\n  db: { engine: postgres, monitoringInterval: 60 }\n'
    const life = liveOn(config('disabled', monitored), 'dev')
    expect((await life.up()).code).toBe(0)
    const { code, err } = await remove(life)
    expect([code, err]).toEqual([0, err])
    expect(err).toMatch(/stays in the log group RDSOSMetrics, which all databases of the region share/)
  })
})
