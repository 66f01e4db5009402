import { describe, expect, it } from 'vitest'
import { liveWith } from '../support/life.ts'

describe('the network of a stack', () => {
  it('gains ACLs and endpoints beside what runs, and loses them again without a trace', async () => {
    const life = liveWith('minimal')
    expect(await life.up()).toMatchObject({ code: 0 })
    life.edit('stack: ', 'network: { acls: { public: {} }, endpoints: [s3, logs] }\nstack: ')
    const planned = (await life.planned()).map(({ action, address }) => `${action} ${address}`)
    expect(planned).toEqual([
      'create network/public-acl',
      'create network/endpoints.group',
      'create network/endpoints.s3',
      'create network/endpoints.logs',
    ])
    expect(await life.up()).toMatchObject({ code: 0 })
    expect((await life.up()).writes).toEqual([])

    const { code, err } = await life.teardown()
    expect([code, err]).toEqual([0, err])
    expect((await life.ledger())!.entries.size).toBe(0)
    for (const table of ['ec2/vpc', 'ec2/network-acl', 'ec2/security-group', 'tagging/resource'])
      expect(life.tables()[table] ?? [], table).toEqual([])
  })
})
