import { describe, expect, test } from 'vitest'
import { planJson } from '../../src/events/plan-json.ts'
import { planText } from '../../src/events/plan-text.ts'
import { styleFor } from '../../src/events/style.ts'
import type { Change, PlannedResource, Refusal } from '../../src/plan/plan.ts'

const options = {
  style: styleFor(false),
  stack: 'shop',
  environment: 'production',
  account: '123456789012',
  region: 'us-east-1',
}

function resource(some: Partial<PlannedResource>): PlannedResource {
  return {
    address: 'network/vpc',
    type: 'ec2/vpc',
    label: 'VPC',
    name: undefined,
    action: 'none',
    changes: [],
    data: false,
    ...some,
  }
}

function change(some: Partial<Change>): Change {
  return { path: 'cidrBlock', before: undefined, after: undefined, replaces: false, cause: 'config', ...some }
}

function textOf(resources: readonly PlannedResource[], refusals: readonly Refusal[] = []): string {
  return planText(resources, refusals, options)
}

/** The lines below one updated resource. */
function linesOf(some: Partial<Change>): string[] {
  const text = textOf([resource({ action: 'update', changes: [change(some)] })])
  return text
    .split('\n')
    .filter(line => line.startsWith('        '))
    .map(line => line.slice(8))
}

describe('the plan as text', () => {
  test('shows what is created, changed and replaced, by step', () => {
    const text = textOf([
      resource({ action: 'create', name: 'production-vpc', changes: [change({ after: '10.0.0.0/16' })] }),
      resource({
        address: 'network/subnet-a',
        label: 'subnet',
        action: 'create',
        changes: [change({ path: 'vpcId', after: { unknown: 'network/vpc.vpcId' } })],
      }),
      resource({
        address: 'services/api',
        label: 'service',
        name: 'production-api',
        action: 'update',
        changes: [
          change({ path: 'desiredCount', before: 2, after: 3, effect: 'restarts tasks', cause: 'drift' }),
        ],
      }),
      resource({
        address: 'services/api-targets',
        label: 'target group',
        action: 'replace',
        reason: 'port cannot change in place',
        changes: [change({ path: 'port', before: 80, after: 8080, replaces: true })],
      }),
      resource({ address: 'services/web' }),
    ])
    expect(text).toBe(`shop/production in 123456789012, us-east-1

network
    + network/vpc  VPC production-vpc
        cidrBlock: 10.0.0.0/16
    + network/subnet-a  subnet
        vpcId: (known after network/vpc)

services
    ~ services/api  service production-api
        desiredCount: 2 -> 3  # restarts tasks, changed in AWS since the last run
  -/+ services/api-targets  target group  (port cannot change in place)
        port: 80 -> 8080  # forces replacement

Plan: 2 to create, 1 to update, 1 to replace, 0 to delete.
`)
  })

  test('says that there is nothing to do', () => {
    expect(textOf([resource({}), resource({ address: 'network/igw' })])).toBe(
      'shop/production in 123456789012, us-east-1\n\nNo changes. AWS matches the configuration (2 resources).\n',
    )
  })

  test('repeats in words what happens to data', () => {
    const database = { address: 'data/database', label: 'database', name: 'shop-db', data: true } as const
    expect(textOf([resource({ ...database, action: 'delete', snapshot: 'shop-db-final' })])).toContain(
      'Warning database shop-db is deleted. Its data is kept in: shop-db-final.',
    )
    expect(textOf([resource({ ...database, action: 'delete', dataMayGo: true })])).toContain(
      'Warning database shop-db is deleted, and the data in it is lost.',
    )
    expect(textOf([resource({ ...database, action: 'delete' })])).toContain(
      'Warning database shop-db is deleted if it is empty, and kept if it is not.',
    )
    expect(textOf([resource({ ...database, action: 'keep', reason: 'it holds 3 images' })])).toContain(
      'Warning database shop-db is kept: it holds 3 images.',
    )
  })

  test('says why it may not run and what to do', () => {
    const refusals = [{ address: 'data/database', message: 'it would lose data', hint: 'take it back' }]
    expect(textOf([], refusals)).toContain(
      'Refused data/database: it would lose data\n  Next  take it back\n',
    )
  })

  test('counts the rare actions only when there are any', () => {
    const text = textOf([
      resource({ action: 'adopt' }),
      resource({ action: 'resume' }),
      resource({ action: 'forget' }),
      resource({ action: 'keep' }),
    ])
    expect(text).toContain('0 to delete, 1 to adopt, 1 to resume, 1 to forget, 1 kept.')
    for (const symbol of ['=', '>', 'x', '!']) expect(text).toContain(`    ${symbol} network/vpc`)
  })

  test('says which image a service waits for', () => {
    expect(textOf([resource({ action: 'create', awaits: ['a push of shop/api:1.4'] })])).toContain(
      'starts no tasks before a push of shop/api:1.4',
    )
  })

  test('text from outside cannot move the cursor or make new lines', () => {
    const text = textOf([resource({ action: 'create', name: 'a\u001b[2Jb\nPlan: 0\u202e', changes: [] })])
    expect(text).toContain('VPC ab Plan: 0\n')
  })
})

describe('a change', () => {
  test('of a document shows only the members that differ', () => {
    const before = { Statement: [{ Effect: 'Allow', Action: 's3:GetObject' }], Version: '2012-10-17' }
    const after = { ...before, Statement: [{ Effect: 'Allow', Action: 's3:PutObject' }] }
    const lines = ['policy:', '  Statement.0.Action: s3:GetObject -> s3:PutObject']
    expect(linesOf({ path: 'policy', before, after })).toEqual(lines)
    const texts = { before: JSON.stringify(before), after: JSON.stringify(after) }
    expect(linesOf({ path: 'policy', ...texts })).toEqual(lines)
  })

  test('of a list of plain values shows members that come and go', () => {
    expect(linesOf({ path: 'subnetIds', before: ['b', 'c'], after: ['a', 'c'] })).toEqual([
      'subnetIds:',
      '  - b',
      '  + a',
    ])
  })

  test('of a long text shows only the lines that differ', () => {
    expect(linesOf({ path: 'script', before: 'one\ntwo\n', after: 'one\nthree\n' })).toEqual([
      'script:',
      '  - two',
      '  + three',
    ])
  })

  test('to something not yet known, or not set, says so', () => {
    const unknown = { unknown: 'network/vpc.vpcId' }
    expect(linesOf({ before: 'vpc-1', after: unknown })).toEqual([
      'cidrBlock: vpc-1 -> (known after network/vpc)',
    ])
    expect(linesOf({ before: 'a b', after: undefined })).toEqual(['cidrBlock: "a b" -> (not set)'])
    expect(linesOf({ before: undefined, after: { ids: [unknown] } })).toEqual([
      'cidrBlock: (not set) -> {ids: [(known after network/vpc)]}',
    ])
  })

  test('of very many members is cut', () => {
    const before = Array.from({ length: 20 }, (_, index) => `member-${index}`)
    expect(linesOf({ before, after: [] })).toHaveLength(1 + 12 + 1)
    expect(linesOf({ before, after: [] }).at(-1)).toBe('  ... and 8 more')
  })
})

test('each port that becomes open is a line of its own, however long', () => {
  const address = `security-groups/${'a'.repeat(100)}`
  const opens = [
    { port: 'tcp/443', to: '0.0.0.0/0' },
    { port: 'tcp/9001', to: '2001:db8::/32' },
  ]
  const group = resource({ address, action: 'create', changes: [change({ after: ['…'] })], opens })
  expect(textOf([group])).toContain(
    `\n\nOpens tcp/443 of ${address} to 0.0.0.0/0\nOpens tcp/9001 of ${address} to 2001:db8::/32\n\nPlan: `,
  )
  expect(planJson([group], [], options).resources).toMatchObject([{ opens }])
})

test('the plan as JSON publishes nothing beyond its contract', () => {
  const inner = { ...resource({ action: 'create' }), observed: { secret: true } }
  expect(planJson([inner], [], options)).toEqual({
    schemaVersion: 1,
    interruptions: [],
    leftovers: [],
    stack: 'shop',
    environment: 'production',
    summary: {
      create: 1,
      update: 0,
      replace: 0,
      delete: 0,
      keep: 0,
      adopt: 0,
      resume: 0,
      unchanged: 0,
    },
    resources: [resource({ action: 'create' })],
    refusals: [],
    unmanaged: [],
  })
})
