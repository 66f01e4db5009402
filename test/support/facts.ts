import type { Facts } from '../../src/steps/facts.ts'

/** What a usual account in us-east-1 says of itself. */
export function facts(more: Partial<Facts> = {}): Facts {
  return {
    account: '123456789012',
    region: 'us-east-1',
    partition: 'aws',
    zones: ['us-east-1a', 'us-east-1b', 'us-east-1c'],
    images: {},
    passwords: [],
    secrets: {},
    running: {},
    ...more,
  }
}
