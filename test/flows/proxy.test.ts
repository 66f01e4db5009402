import { describe, expect, it } from 'vitest'
import { liveWith } from '../support/life.ts'

describe('a database with a proxy', () => {
  it('is reached through it alone, and goes with it', async () => {
    const life = liveWith('replicated', 'dev')
    life.edit('    forceTls: true\n', '    forceTls: true\n    proxy: true\n')
    const { code, err } = await life.up()
    expect([code, err]).toEqual([0, err])
    const [proxy] = life.tables()['rds/proxy'] as readonly Record<string, unknown>[]
    expect(proxy).toMatchObject({ requireTls: true, targets: [{ id: 'dev-ledgerbook-db' }] })
    expect(JSON.stringify(life.tables()['ecs/task-definition'])).toMatch(
      /"DATABASE_HOST","value":"[^"]+\.proxy-/,
    )
    const groups = life.tables()['ec2/security-group'] as readonly {
      id: string
      name: string
      ingress: unknown
    }[]
    const proxyGroup = groups.find(({ name }) => name.endsWith('database-proxy'))!
    const databaseGroup = groups.find(({ name }) => name.endsWith('-database'))!
    const tasks = groups.find(({ name }) => name.endsWith('-ecs'))!
    expect(JSON.stringify(proxyGroup.ingress)).toContain(tasks.id)
    expect(JSON.stringify(databaseGroup.ingress)).toContain(proxyGroup.id)
    expect(JSON.stringify(databaseGroup.ingress)).not.toContain(tasks.id)
    expect((await life.up()).writes).toEqual([])
    expect(await life.teardown({ deleteData: ['all'] })).toMatchObject({ code: 0 })
    expect(life.tables()).not.toHaveProperty('rds/proxy')
  })
})
