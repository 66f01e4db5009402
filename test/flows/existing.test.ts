import { describe, expect, it } from 'vitest'
import type { Life } from '../support/life.ts'
import { liveWith } from '../support/life.ts'
import type { Theirs } from '../support/theirs.ts'
import { frontDoor, theirs } from '../support/theirs.ts'

function stand(life: Life, { vpcId, subnetIds }: Theirs): void {
  const existing = { vpc: { id: vpcId, publicSubnets: subnetIds }, cluster: 'shared' }
  life.edit('stack: ', `existing: ${JSON.stringify(existing)}\nstack: `)
}

const without = (life: Life, ...tables: readonly string[]) =>
  Object.fromEntries(tables.map(name => [name, life.tables()[name]]))

describe('a stack in a VPC and a cluster that are there already', () => {
  it('makes neither, and leaves both as they were when it goes', async () => {
    const life = liveWith('minimal')
    stand(life, await theirs(life))
    const tables = ['ec2/vpc', 'ec2/subnet', 'ec2/internet-gateway', 'ec2/route-table']
    const before = without(life, ...tables)
    const { code, err, writes } = await life.up()
    expect([code, err]).toEqual([0, err])
    expect(writes).not.toContain('CreateCluster')
    expect(without(life, ...tables)).toEqual(before)
    expect((await life.up()).writes).toEqual([])

    const gone = await life.teardown()
    expect([gone.code, gone.err]).toEqual([0, gone.err])
    expect(gone.writes).not.toContain('DeleteCluster')
    expect(without(life, ...tables)).toEqual(before)
    expect((await life.ledger())!.entries.size).toBe(0)
    expect(life.tables()['ecs/cluster']).toEqual([expect.objectContaining({ status: 'ACTIVE' })])
  })

  it('is refused, before anything is made, where one of them is not there', async () => {
    const life = liveWith('minimal')
    const { subnetIds } = await theirs(life)
    stand(life, { vpcId: 'vpc-0123456789abcdef0', subnetIds })
    const { error, writes } = await life.up()
    expect(error).toMatchObject({
      code: 'refused',
      message: expect.stringContaining('existing VPC vpc-0123456789abcdef0 is not there'),
    })
    expect(writes).toEqual([])
  })
})

function standBehind(life: Life, { vpcId, subnetIds }: Theirs, port = 80): void {
  const existing = {
    vpc: { id: vpcId, publicSubnets: subnetIds },
    loadBalancer: { name: 'front', port },
  }
  life.edit('stack: ', `existing: ${JSON.stringify(existing)}\nstack: `)
}

describe('a stack behind a load balancer that is there already', () => {
  const untouched = ['elbv2/load-balancer', 'elbv2/listener', 'ec2/security-group', 'elbv2/rule', 'tagged']

  it('adds its rules, lets that load balancer in, and leaves it as it was when it goes', async () => {
    const life = liveWith('minimal')
    const door = await frontDoor(life)
    standBehind(life, door)
    const before = without(life, ...untouched)
    const { code, err, out, writes } = await life.up()
    expect([code, err]).toEqual([0, err])
    expect(writes).toEqual(
      expect.not.arrayContaining(['CreateLoadBalancer', 'CreateListener', 'ModifyListener']),
    )
    expect(out).toMatch(/^url +http:\/\/front-\d+\.us-east-1\.elb\.amazonaws\.com$/m)
    const rules = life.tables()['elbv2/rule'] as { listenerArn: string; priority: number }[]
    expect(rules.filter(({ listenerArn }) => listenerArn === door.listenerArn)).toHaveLength(2)
    const tasks = (
      life.tables()['ec2/security-group'] as { description: string; ingress: { groupId?: string }[] }[]
    ).find(({ description }) => description.startsWith('Tasks'))!
    expect(tasks.ingress.map(({ groupId }) => groupId)).toEqual([door.groupId])
    expect((await life.up()).writes).toEqual([])

    const gone = await life.teardown()
    expect([gone.code, gone.err]).toEqual([0, gone.err])
    expect(without(life, ...untouched)).toEqual(before)
    expect((await life.ledger())!.entries.size).toBe(0)
  })

  it('is refused where one of its rules would take the place of another', async () => {
    const life = liveWith('minimal')
    standBehind(life, await frontDoor(life))
    life.edit('    paths: ', '    priority: 7\n    paths: ')
    const { error, writes } = await life.up()
    expect(error).toMatchObject({
      code: 'refused',
      hint: expect.stringContaining('give the service another `priority`'),
    })
    expect(writes).toEqual([])
  })

  it('is refused where it does not listen on that port, or stands in another VPC', async () => {
    const life = liveWith('minimal')
    const door = await frontDoor(life)
    standBehind(life, door, 8443)
    expect((await life.up()).error).toMatchObject({
      code: 'refused',
      message: expect.stringContaining('existing listener front:8443 is not there'),
    })
    life.edit('"port":8443', '"port":80')
    life.edit('"name":"front"', '"name":"back"')
    const { error, writes } = await life.up()
    expect(error).toMatchObject({
      message: expect.stringContaining('existing load balancer back is not there'),
    })
    expect(writes).toEqual([])
  })
})
