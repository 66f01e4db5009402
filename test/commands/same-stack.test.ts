import { describe, expect, it } from 'vitest'
import { sameStack } from '../../src/commands/same-stack.ts'

describe('the command to type next', () => {
  it('names the stack as it was named', () => {
    expect(sameStack({})).toBe('')
    expect(sameStack({ config: 'examples/apranova/provision.yaml', environment: 'dev', sandbox: true })).toBe(
      ' -c examples/apranova/provision.yaml -e dev --sandbox',
    )
    expect(sameStack({ region: 'eu-west-1', profile: 'shop', ledger: 'dynamodb:ledgers' })).toBe(
      ' --region eu-west-1 --profile shop --ledger dynamodb:ledgers',
    )
  })

  it('is one that a shell takes as it is meant', () => {
    expect(sameStack({ config: "my stacks/it's.yaml", environment: '$(reboot)' })).toBe(
      String.raw` -c 'my stacks/it'\''s.yaml' -e '$(reboot)'`,
    )
    expect(sameStack({ config: 'a\u001b[2J.yaml' })).toBe(' -c a.yaml')
  })

  it('does not repeat what belonged to one run only', () => {
    expect(sameStack({ acceptMissing: true, lockWait: 1000, log: 'run.log' })).toBe('')
  })
})
