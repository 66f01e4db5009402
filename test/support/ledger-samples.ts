import type { Entry, LedgerHeader } from '../../src/state/entry.ts'
import type { LockHolder } from '../../src/state/ledger.ts'
import type { Release } from '../../src/state/release.ts'

export const header: LedgerHeader = {
  format: 1,
  stack: 'shop',
  environment: 'production',
  lineage: '0f8fad5b',
  account: '123456789012',
  region: 'us-east-1',
  tool: '1.0.0',
}

export const asking: Omit<LockHolder, 'id'> = {
  user: 'ada',
  host: 'laptop',
  pid: 100,
  since: Date.UTC(2026, 0, 1),
  command: 'provision up',
  tool: '1.0.0',
}

const common = { type: 'ec2/vpc', dependsOn: [], generation: 0, deposed: [] }
const wish = { props: { cidrBlock: '10.0.0.0/16' }, tags: { 'provision:stack': 'shop' } }
const attributes = { vpcId: 'vpc-0a1b' }

export function ready(address: string): Entry {
  return { ...common, address, status: 'ready', attributes, ...wish }
}

/** One entry of each status. */
export const entries: readonly Entry[] = [
  { ...common, address: 'network/creating', status: 'creating', token: 'a'.repeat(32), ...wish },
  { ...common, address: 'network/created', status: 'created', token: 'b'.repeat(32), attributes, ...wish },
  ready('network/ready'),
  { ...common, address: 'network/updating', status: 'updating', attributes, ...wish },
  {
    ...common,
    address: 'data/deleting',
    status: 'deleting',
    attributes,
    finalSnapshot: 'shop-final',
    dependsOn: [{ address: 'network/ready', holds: true }],
    deposed: [{ attributes: { id: 'db-0' }, dependsOn: [] }],
  },
]

export function release(number: number, more: Partial<Release> = {}): Release {
  const arn = 'arn:aws:ecs:us-east-1:123456789012'
  return {
    number,
    id: `r${number}`,
    image: `shop/web@sha256:${String(number).padStart(64, '0')}`,
    taskDefinition: `${arn}:task-definition/production-web:${number + 1}`,
    previous: `${arn}:task-definition/production-web:${number}`,
    deployment: `${arn}:service-deployment/production-cluster/web/${number}`,
    strategy: 'BLUE_GREEN',
    by: 'ada@laptop',
    started: Date.UTC(2026, 0, number),
    finished: Date.UTC(2026, 0, number, 1),
    outcome: 'released',
    settings: { healthCheckGracePeriod: 0 },
    ...more,
  }
}
