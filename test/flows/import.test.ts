import { describe, expect, it } from 'vitest'
import type { Aws } from '../../src/aws/aws.ts'
import { importResource } from '../../src/commands/import.ts'
import { teardown } from '../../src/commands/teardown.ts'
import type { Ended, Life } from '../support/life.ts'
import { liveWith } from '../support/life.ts'

const importing = (life: Life, address: string, id: string): Promise<Ended> =>
  life.type((options, context) => importResource({ address, id }, options, context))

/** A VPC that somebody has made by hand. */
async function vpcIn(
  life: Life,
  cidrBlock = '10.0.0.0/16',
  tags: Record<string, string> = {},
): Promise<string> {
  let id = ''
  await life.meanwhile(async (aws: Aws) => {
    const Tags = Object.entries({ owner: 'grace', ...tags }).map(([Key, Value]) => ({ Key, Value }))
    const { Vpc } = await aws.ec2.createVpc({
      CidrBlock: cidrBlock,
      TagSpecifications: [{ ResourceType: 'vpc', Tags }],
    })
    id = Vpc!.VpcId!
  })
  return id
}

const vpcs = (life: Life) =>
  (life.tables()['ec2/vpc'] ?? []) as readonly { readonly id?: string; readonly vpcId?: string }[]

describe('import', () => {
  it('takes over a VPC: the ledger has it, and nothing has changed in AWS', async () => {
    const life = liveWith('minimal')
    const id = await vpcIn(life)
    const { code, err, writes } = await importing(life, 'network/vpc', id)
    expect([code, err]).toEqual([0, err])
    expect(writes).toEqual([])
    expect((await life.ledger())!.entries.get('network/vpc')).toMatchObject({
      status: 'ready',
      attributes: { vpcId: id },
      retained: true,
    })
  })

  it('shows in the next plan that the VPC will be tagged, and up makes the rest around it', async () => {
    const life = liveWith('minimal')
    const id = await vpcIn(life)
    await importing(life, 'network/vpc', id)
    const planned = await life.planned()
    const vpc = planned.find(({ address }) => address === 'network/vpc')!
    expect(vpc.action).toBe('update')
    expect(vpc.changes.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['tags.provision:stack', 'tags.provision:imported']),
    )
    const up = await life.up()
    expect([up.code, up.err]).toEqual([0, up.err])
    expect(up.writes).not.toContain('CreateVpc')
    expect(vpcs(life)).toHaveLength(1)
    expect(await life.planned()).toEqual([])
  })

  it('keeps what it has taken over when the stack goes, until that is said', async () => {
    const life = liveWith('minimal')
    await importing(life, 'network/vpc', await vpcIn(life))
    await life.up()
    const kept = await life.teardown({ deleteData: [] })
    expect([kept.code, kept.err]).toEqual([
      0,
      expect.stringContaining('it was imported; to delete it too: provision teardown '),
    ])
    expect(vpcs(life)).toHaveLength(1)
    expect([...(await life.ledger())!.entries.keys()]).toEqual(['network/vpc'])
    expect(kept.err).toMatch(
      /Still tagged hello\/dev:\nKept, since imported: network\/vpc\. To delete that too: provision teardown .*--sandbox --delete-imported\n$/,
    )
    const gone = await life.type((options, context) =>
      teardown({ ...options, deleteImported: true }, context),
    )
    expect([gone.code, gone.err]).toEqual([0, gone.err])
    expect(vpcs(life)).toHaveLength(0)
  })

  it('is remembered by a tag when the ledger is lost', async () => {
    const life = liveWith('minimal')
    await importing(life, 'network/vpc', await vpcIn(life))
    await life.up()
    life.loseLedger()
    expect(await life.up()).toMatchObject({ code: 0 })
    await life.teardown()
    expect(vpcs(life)).toHaveLength(1)
  })

  it('never replaces what it has taken over', async () => {
    const life = liveWith('minimal')
    await importing(life, 'network/vpc', await vpcIn(life))
    await life.up()
    life.edit('services:\n', 'network: { cidr: 10.9.0.0/16 }\nservices:\n')
    const { error, writes } = await life.up()
    expect(error).toMatchObject({ code: 'refused', message: expect.stringContaining('was imported') })
    expect(writes).toEqual([])
  })

  it('takes over what has a name and no id', async () => {
    const life = liveWith('apranova')
    await life.meanwhile(aws => aws.ecr.createRepository({ repositoryName: 'apranova/backend' }))
    const before = await life.up()
    expect(before.error).toMatchObject({ code: 'refused' })
    const address = 'registry/backend'
    const { code, err } = await importing(life, address, 'apranova/backend')
    expect([code, err]).toEqual([0, err])
    const up = await life.up()
    expect([up.code, up.err]).toEqual([0, up.err])
    expect(up.writes.filter(name => name === 'CreateRepository')).toHaveLength(1)
  })

  it('refuses what belongs to another stack', async () => {
    const life = liveWith('minimal')
    const id = await vpcIn(life, '10.0.0.0/16', {
      'provision:stack': 'other',
      'provision:environment': 'prod',
      'provision:address': 'network/vpc',
    })
    const { error } = await importing(life, 'network/vpc', id)
    expect(error).toMatchObject({ code: 'refused', message: expect.stringContaining('other/prod') })
    expect(await life.ledger()).toBeUndefined()
  })

  it('refuses what would have to be replaced', async () => {
    const life = liveWith('minimal')
    const { error } = await importing(life, 'network/vpc', await vpcIn(life, '172.16.0.0/16'))
    expect(error).toMatchObject({ code: 'refused', message: expect.stringContaining('cidrBlock') })
    expect(await life.ledger()).toBeUndefined()
  })

  it('refuses an address that has one already', async () => {
    const life = liveWith('minimal')
    await life.up()
    const { error } = await importing(life, 'network/vpc', await vpcIn(life))
    expect(error).toMatchObject({ code: 'refused', message: expect.stringContaining('is there already') })
  })

  it.each([
    ['network/nowhere', 'vpc-1', 'usage', 'the config has nothing at network/nowhere'],
    ['load-balancer/alb', 'production-alb', 'usage', 'cannot be imported'],
    ['network/vpc', 'subnet-1', 'usage', 'is of kind VPC, and subnet-1 is not the id of one'],
    ['network/vpc', 'vpc-0123456789abcdef0', 'refused', 'AWS has no VPC vpc-0123456789abcdef0'],
  ])('refuses %s %s', async (address, id, code, message) => {
    const { error, writes } = await importing(liveWith('minimal'), address, id)
    expect(error).toMatchObject({ code, message: expect.stringContaining(message) })
    expect(writes).toEqual([])
  })
})
