import { describe, expect, it } from 'vitest'
import { charges } from '../../src/cost/charges.ts'
import { estimate } from '../../src/cost/estimate.ts'
import { pricePage } from '../../src/cost/prices.ts'
import { costText } from '../../src/cost/text.ts'
import { styleFor } from '../../src/events/style.ts'
import { kindOf } from '../../src/kinds/index.ts'
import type { Item } from '../../src/plan/inventory.ts'
import { inventoryOf } from '../../src/plan/inventory.ts'
import { resourcesOf } from '../support/stacks.ts'

const style = styleFor(false)
const identity = { stack: 'shop', environment: 'dev' }

async function estimateOf(stack: object, region = 'us-east-1', counts = new Map<string, number>()) {
  const desired = await resourcesOf(stack)
  const situation = { identity, desired, ledger: undefined, observed: new Map(), kindOf, newLineage: '' }
  return estimate(inventoryOf(situation), region, counts)
}

const lines = ({ groups }: Awaited<ReturnType<typeof estimateOf>>) =>
  groups.flatMap(group => group.lines.map(({ address, what, monthly }) => [address, what, monthly]))

const web = { image: 'nginx', cpu: 512, memory: 1024, desiredCount: 2 }

describe('an estimate', () => {
  it('reckons Fargate tasks by vCPU, memory and their number', async () => {
    const { groups } = await estimateOf({ services: { web } })
    const compute = groups.find(({ group }) => group === 'Compute')!
    expect(compute.monthly).toBeCloseTo(2 * 730 * (0.5 * 0.04048 + 1 * 0.004445), 6)
  })

  it('reckons tasks on ARM at their own price', async () => {
    const { groups } = await estimateOf({ services: { web: { ...web, architecture: 'arm64' } } })
    const compute = groups.find(({ group }) => group === 'Compute')!
    expect(compute.monthly).toBeCloseTo(2 * 730 * (0.5 * 0.03238 + 1 * 0.00356), 6)
  })

  it('counts a service that waits for its image as if it ran', async () => {
    const stack = {
      repositories: { web: {} },
      services: { web: { ...web, image: undefined, repository: 'web' } },
    }
    const { groups, assumptions } = await estimateOf(stack, 'us-east-1', new Map([['services/web', 3]]))
    expect(groups.find(({ group }) => group === 'Compute')!.lines[0]!.what).toBe('3 tasks with 0.5 vCPU')
    expect(assumptions).toContain('Services that wait to be started are counted as if they ran.')
  })

  it('doubles instance and storage of a database in two zones', async () => {
    const database = { engine: 'postgres', instanceClass: 'db.t3.micro', allocatedStorage: 20, multiAz: true }
    const made = lines(await estimateOf({ databases: { main: database } }))
    const [instance, storage] = made.filter(([address]) => address === 'data/main')
    expect(instance![2]).toBeCloseTo(2 * 730 * 0.018, 6)
    expect(storage![2]).toBeCloseTo(2 * 20 * 0.115, 6)
  })

  it('charges a read replica as what it follows, and one secret for the password of both', async () => {
    const database = { engine: 'postgres', instanceClass: 'db.t3.micro', allocatedStorage: 20, replicas: 1 }
    const made = lines(await estimateOf({ databases: { main: database } }))
    const of = (thing: string) => made.filter(([address]) => address === thing).map(([, what]) => what)
    expect(of('data/main.replica-1')).toEqual(of('data/main'))
    expect(made.filter(([, what]) => String(what).includes('secret'))).toHaveLength(1)
  })

  it('is the sum of its lines, by group and in all', async () => {
    const { groups, monthly, byUse } = await estimateOf({
      services: { web: { ...web, port: 80, paths: ['/*'] } },
    })
    const all = groups.flatMap(group => group.lines)
    const sum = (of: typeof all) => of.reduce((total, line) => total + line.monthly!, 0)
    for (const group of groups) expect(group.monthly).toBeCloseTo(sum([...group.lines]), 6)
    expect(monthly).toBeCloseTo(sum(all), 6)
    expect(byUse).toBeCloseTo(sum(all.filter(line => line.assumed)), 6)
    expect(byUse).toBeGreaterThan(0)
  })

  it('charges a proxy by the vCPUs of what it stands before', async () => {
    const database = { engine: 'postgres', instanceClass: 'db.t3.micro', allocatedStorage: 20, proxy: true }
    const made = lines(await estimateOf({ databases: { main: database } }))
    expect(made).toContainEqual(['data/main.proxy', 'proxy of 2 vCPU', 2 * 730 * 0.015])
    const large = { ...database, instanceClass: 'db.m6g.2xlarge' }
    const others = lines(await estimateOf({ databases: { main: large } }))
    expect(others).toContainEqual(['data/main.proxy', 'proxy of 8 vCPU', 8 * 730 * 0.015])
  })

  it('charges the alarms that scaling makes by itself, and metrics from log lines', async () => {
    const scaled = { ...web, scaling: { min: 1, max: 4, cpu: 60 }, metrics: { errors: { pattern: 'ERROR' } } }
    const made = lines(await estimateOf({ services: { web: scaled } }))
    expect(made.filter(([, what]) => what === 'alarms made by target tracking')).toEqual([
      [expect.any(String), 'alarms made by target tracking', 0.2],
    ])
    expect(made.find(([, what]) => what === 'custom metric')?.[2]).toBe(0.3)
  })

  it('names the page of AWS for each price, and every charged type has one', async () => {
    const made = await estimateOf({ services: { web: { ...web, port: 80, paths: ['/*'] } } })
    for (const line of made.groups.flatMap(group => group.lines))
      expect([line.address, line.source]).toEqual([
        line.address,
        expect.stringMatching(/^https:\/\/aws\.amazon\.com\/[a-z0-9/-]+\/pricing\//),
      ])
    expect(Object.keys(charges).filter(type => pricePage(type) === undefined)).toEqual([])
    expect(costText(made, { style, ...identity })).toContain('https://aws.amazon.com/fargate/pricing/')
  })

  it('names what the table has no price for, and leaves it out of the sum', async () => {
    const caches = { main: { engine: 'redis', nodeType: 'cache.r7g.16xlarge' } }
    const made = await estimateOf({ caches })
    expect(made.notCounted).toEqual([
      'data/main: the price table has no cache.r7g.16xlarge redis',
      'data between Availability Zones',
    ])
    expect(costText(made, { style, ...identity })).toMatch(/data\/main .* \?/)
    expect(made.groups.find(({ group }) => group === 'Data')!.monthly).toBe(0)
  })

  it('names a type that it does not know, so that nothing is left out in silence', () => {
    const item: Item = {
      address: 'edge/thing',
      type: 'newservice/thing',
      label: 'thing of a new service',
      name: 'thing',
      stands: true,
      borrowed: false,
      props: {},
      attributes: {},
      resource: undefined,
    }
    const inventory = { items: [item], ofType: () => [], at: () => item, named: () => item }
    expect(estimate(inventory, 'us-east-1').notCounted).toEqual([
      'edge/thing: the price table has no thing of a new service',
    ])
  })

  it('says first that the prices are of another region', async () => {
    const { assumptions } = await estimateOf({ region: 'eu-west-1', services: { web } }, 'eu-west-1')
    expect(assumptions[0]).toBe(
      'The prices are those of us-east-1; this stack is in eu-west-1, where they differ.',
    )
  })

  it('prints source, region and date of its prices', async () => {
    const text = costText(await estimateOf({ services: { web } }), { style, ...identity })
    expect(text).toContain('AWS public on-demand price pages, us-east-1, as of 2025-06-01')
    expect(text).toMatch(/^shop in dev: about \$\d+\.\d\d a month\n/)
  })
})
