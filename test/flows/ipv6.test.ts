import { describe, expect, it } from 'vitest'
import { sorted } from '../../src/resources/json.ts'
import type { Life } from '../support/life.ts'
import { liveWith } from '../support/life.ts'

interface Rows {
  readonly 'ec2/vpc': readonly { ipv6?: { cidr: string } }[]
  readonly 'ec2/subnet': readonly { cidr: string; ipv6?: { cidr: string }; assignIpv6?: boolean }[]
  readonly 'ec2/route-table': readonly {
    routes: { destination: string; gatewayId?: string; egressOnlyGatewayId?: string }[]
  }[]
  readonly 'elbv2/load-balancer': readonly { ipAddressType: string }[]
  readonly 'route53/record-set': readonly { record: { Name: string; Type: string } }[]
}

const rowsOf = (life: Life) => life.tables() as unknown as Rows
function recordTypes(life: Life): string[] {
  const records = rowsOf(life)['route53/record-set'].map(({ record }) => record)
  return records
    .filter(({ Name, Type }) => Name === 'dev.therpiproject.com.' && Type.startsWith('A'))
    .map(({ Type }) => Type)
}

function waysOut(life: Life): string[] {
  const routes = rowsOf(life)['ec2/route-table'].flatMap(table => table.routes)
  return routes
    .filter(({ destination }) => destination === '::/0')
    .map(({ egressOnlyGatewayId }) => (egressOnlyGatewayId ? 'out only' : 'open'))
}

const actions = async (life: Life) =>
  (await life.planned()).map(({ address, action }) => `${action} ${address}`).toSorted()

async function living(): Promise<Life> {
  const life = liveWith('portfolio', 'dev')
  const { code, err } = await life.up()
  expect([code, err]).toEqual([0, err])
  return life
}

describe('a stack with IPv6', () => {
  it('answers over both, and has private subnets that nobody comes into (E3)', async () => {
    const life = await living()
    const rows = rowsOf(life)
    const whole = rows['ec2/vpc'][0]!.ipv6!.cidr
    expect(whole).toMatch(/00::\/56$/)
    const part = (number: string) => `${whole.replace('00::/56', number)}::/64`
    expect(new Map(rows['ec2/subnet'].map(({ cidr, ipv6 }) => [cidr, ipv6?.cidr]))).toEqual(
      new Map([
        ['10.0.1.0/24', part('00')],
        ['10.0.2.0/24', part('01')],
        ['10.0.10.0/24', part('80')],
        ['10.0.11.0/24', part('81')],
      ]),
    )
    expect(rows['ec2/subnet'].every(({ assignIpv6 }) => assignIpv6)).toBe(true)
    expect(sorted(waysOut(life))).toEqual(['open', 'out only', 'out only'])
    expect(rows['elbv2/load-balancer']).toMatchObject([{ ipAddressType: 'dualstack' }])
    expect(recordTypes(life)).toEqual(['A', 'AAAA'])
    expect(await actions(life)).toEqual([])
  })

  it('lets the world in over both', async () => {
    const life = await living()
    const groups = life.tables()['ec2/security-group'] as {
      description: string
      ingress: { fromPort: number; cidr?: string; cidr6?: string }[]
    }[]
    const door = groups.find(({ description }) => description.startsWith('Load balancer'))!
    expect(
      door.ingress.map(({ fromPort, cidr, cidr6 }) => `${fromPort} ${cidr ?? cidr6}`).toSorted(),
    ).toEqual(['443 0.0.0.0/0', '443 ::/0', '80 0.0.0.0/0', '80 ::/0'])
  })

  it('gives it up and takes it back without making anything else anew', async () => {
    const life = await living()
    life.edit('  ipv6: true\n', '')
    expect(await actions(life)).toEqual([
      'delete domain/aaaa',
      'delete network/egress-only-gateway',
      'delete network/ipv6',
      'delete network/private-subnet-a.ipv6',
      'delete network/private-subnet-b.ipv6',
      'delete network/public-subnet-a.ipv6',
      'delete network/public-subnet-b.ipv6',
      'update load-balancer/alb',
      'update network/private-routes-a',
      'update network/private-routes-b',
      'update network/public-routes',
      'update security-groups/alb',
      'update security-groups/ecs',
    ])
    const off = await life.up()
    expect([off.code, off.err]).toEqual([0, off.err])
    expect(rowsOf(life)['ec2/vpc'][0]!.ipv6).toBeUndefined()
    expect(rowsOf(life)['ec2/subnet'].filter(({ ipv6, assignIpv6 }) => ipv6 ?? assignIpv6)).toEqual([])
    expect(rowsOf(life)['elbv2/load-balancer']).toMatchObject([{ ipAddressType: 'ipv4' }])
    expect(recordTypes(life)).toEqual(['A'])
    expect(waysOut(life)).toEqual([])
    expect(await actions(life)).toEqual([])

    life.edit('  natGateways: per-zone\n', '  natGateways: per-zone\n  ipv6: true\n')
    const on = await life.up()
    expect([on.code, on.err]).toEqual([0, on.err])
    expect(on.writes.filter(name => /^(CreateSubnet|CreateVpc|CreateLoadBalancer)$/.test(name))).toEqual([])
    expect(recordTypes(life)).toEqual(['A', 'AAAA'])
    expect(await actions(life)).toEqual([])
  })

  it('is found again when the ledger is lost', async () => {
    const life = await living()
    life.loseLedger()
    const { code, writes } = await life.up()
    expect(code).toBe(0)
    expect(writes.filter(name => /^(Associate|CreateEgress)/.test(name))).toEqual([])
    expect(await actions(life)).toEqual([])
  })

  it('leaves nothing behind', async () => {
    const life = await living()
    const { code, err } = await life.teardown({ deleteData: ['all'] })
    expect([code, err]).toEqual([0, err])
    const { tables } = life
    for (const name of ['ec2/vpc', 'ec2/subnet', 'ec2/egress-only-internet-gateway', 'ec2/route-table'])
      expect(tables()[name], name).toBeUndefined()
  })
})
