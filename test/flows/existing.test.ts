import { describe, expect, it } from 'vitest'
import type { Life } from '../support/life.ts'
import { liveWith } from '../support/life.ts'

interface Theirs {
  readonly vpcId: string
  readonly subnetIds: readonly string[]
}

/** Somebody else's network and cluster, in the account of the stack. */
async function theirs(life: Life): Promise<Theirs> {
  let made: Theirs | undefined
  await life.meanwhile(async ({ ec2, ecs }) => {
    const { Vpc } = await ec2.createVpc({ CidrBlock: '172.16.0.0/16' })
    const vpcId = Vpc!.VpcId!
    const { InternetGateway } = await ec2.createInternetGateway({})
    const InternetGatewayId = InternetGateway!.InternetGatewayId!
    await ec2.attachInternetGateway({ InternetGatewayId, VpcId: vpcId })
    const subnetIds = await Promise.all(
      ['a', 'b'].map(async (zone, index) => {
        const { Subnet } = await ec2.createSubnet({
          VpcId: vpcId,
          CidrBlock: `172.16.${index}.0/24`,
          AvailabilityZone: `us-east-1${zone}`,
        })
        return Subnet!.SubnetId!
      }),
    )
    await ecs.createCluster({ clusterName: 'shared' })
    made = { vpcId, subnetIds }
  })
  return made!
}

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
