import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { loadConfig } from '../../src/config/load.ts'
import { describeStack } from '../../src/steps/index.ts'
import { facts } from '../support/facts.ts'
import { memoryFiles } from '../support/memory-files.ts'

const file = '/work/provision.yaml'
const example = new URL('../../examples/fargate-observability/provision.yaml', import.meta.url)
const { config } = await loadConfig({
  files: memoryFiles({ [file]: readFileSync(example, 'utf8') }),
  cwd: '/work',
})
const stack = describeStack(config, facts({ images: { api: true, worker: true } }))
const propsOf = (address: string) => stack.find(resource => resource.address === address)?.props
const namesOf = (type: string) => stack.flatMap(one => (one.type === type ? [one.name] : []))

describe('the fargate-observability example', () => {
  it('C2: reaches AWS services without crossing the internet', () => {
    expect(namesOf('ec2/vpc-endpoint')).toEqual([
      'production-ledgerly-s3',
      'production-ledgerly-ecr.api',
      'production-ledgerly-ecr.dkr',
      'production-ledgerly-logs',
      'production-ledgerly-secretsmanager',
    ])
  })

  it('C3: runs one to three tasks by CPU, memory and requests, with cooldowns', () => {
    expect(propsOf('scaling/api')).toMatchObject({ minCapacity: 1, maxCapacity: 3 })
    expect(propsOf('scaling/api.cpu')).toMatchObject({ targetValue: 70, scaleInCooldown: 300 })
    expect(propsOf('scaling/api.memory')).toMatchObject({ targetValue: 80, scaleOutCooldown: 60 })
    expect(propsOf('scaling/api.requests')).toMatchObject({ metric: 'ALBRequestCountPerTarget' })
  })

  it('C4: ends TLS at the load balancer', () => {
    expect(stack.filter(({ type }) => type === 'elbv2/listener').map(({ props }) => props)).toMatchObject([
      { port: 80, protocol: 'HTTP' },
      { port: 443, protocol: 'HTTPS' },
    ])
  })

  it('C5: has a database in two zones with backups, encrypted', () => {
    expect(propsOf('data/database')).toMatchObject({
      engine: 'postgres',
      multiAz: true,
      backupRetentionDays: 7,
      storageEncrypted: true,
    })
  })

  it('C5: lets nobody into the database without TLS', () => {
    expect(JSON.stringify(propsOf('data/database.parameters'))).toContain('"rds.force_ssl":"1"')
  })

  it('C6: pools connections in a proxy, which alone reaches the database', () => {
    const [container] = propsOf('services/api.task')!['containers'] as [{ environment: unknown }]
    expect(JSON.stringify(container.environment)).toContain('"reference":"data/database.proxy"')
  })

  it('C8: makes metrics from log lines, and a dashboard', () => {
    expect(namesOf('logs/metric-filter')).toEqual(['failed-jobs', 'job-seconds'])
    expect(namesOf('cloudwatch/dashboard')).toEqual(['production-ledgerly'])
  })

  it('C9: sends the logs of the API into a search domain, and keeps those of its router for two weeks', () => {
    expect(propsOf('services/api.task')).toMatchObject({
      containers: [{ logRouting: { Name: 'opensearch' } }, { name: 'log-router' }],
    })
    expect(propsOf('observability/api.logs')).toMatchObject({ retentionInDays: 14 })
  })

  it('C10: tells operations of load, errors and connections', () => {
    expect(propsOf('notifications/ops.email-ops-example-com')).toMatchObject({ protocol: 'email' })
    expect(namesOf('cloudwatch/alarm')).toEqual(
      expect.arrayContaining([
        'production-ledgerly-api-cpu-high',
        'production-ledgerly-api-memory-high',
        'production-ledgerly-alb-error-rate-high',
        'production-ledgerly-alb-response-time-high',
        'production-ledgerly-database-connections-high',
      ]),
    )
  })
})
