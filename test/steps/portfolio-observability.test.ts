import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { loadConfig } from '../../src/config/load.ts'
import { describeStack } from '../../src/steps/index.ts'
import { facts } from '../support/facts.ts'
import { memoryFiles } from '../support/memory-files.ts'

const source = readFileSync(new URL('../../examples/portfolio/provision.yaml', import.meta.url), 'utf8')

describe.each(['dev', 'prod'])('the portfolio example in %s', environment => {
  const stack = async () => {
    const files = memoryFiles({ '/work/provision.yaml': source })
    const { config } = await loadConfig({ files, cwd: '/work', environment })
    return describeStack(config, facts({ images: { backend: true, frontend: true } }))
  }

  it.each(['backend', 'frontend'])('E6: runs one to four tasks of the %s at 70 % CPU', async service => {
    const propsOf = new Map((await stack()).map(({ address, props }) => [address, props]))
    expect(propsOf.get(`scaling/${service}`)).toMatchObject({ minCapacity: 1, maxCapacity: 4 })
    expect(propsOf.get(`scaling/${service}.cpu`)).toMatchObject({
      targetValue: 70,
      scaleInCooldown: 120,
      scaleOutCooldown: 120,
    })
  })

  it('E11: keeps the logs of cluster and services for 30 days', async () => {
    const groups = (await stack()).filter(
      ({ type, name }) => type === 'logs/log-group' && name?.startsWith('/ecs/'),
    )
    expect(groups.map(({ props }) => [props['logGroupName'], props['retentionInDays']])).toEqual([
      [`/ecs/portfolio-${environment}/cluster`, 30],
      [`/ecs/portfolio-${environment}/backend`, 30],
      [`/ecs/portfolio-${environment}/frontend`, 30],
    ])
  })

  it('E12: has alarms at 80 % for two periods, and a dashboard', async () => {
    const resources = await stack()
    const alarms = resources.filter(({ type }) => type === 'cloudwatch/alarm')
    expect(alarms.length).toBeGreaterThanOrEqual(4)
    for (const { props } of alarms) expect(props).toMatchObject({ threshold: 80, evaluationPeriods: 2 })
    const page = JSON.stringify(resources.find(({ type }) => type === 'cloudwatch/dashboard')?.props)
    for (const metric of ['RequestCount', 'TargetResponseTime', 'DatabaseConnections', 'AWS/ElastiCache'])
      expect(page).toContain(metric)
  })
})
