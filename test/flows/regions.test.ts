import { describe, expect, it } from 'vitest'
import { awsFault } from '../../src/sandbox/fault.ts'
import type { Faults } from '../../src/sandbox/world.ts'
import { liveOn } from '../support/life.ts'

/** What STS answers to credentials that it does not know, and in a region that the account has not enabled. */
const unknown: Faults = {
  before: ({ operation }) => {
    if (operation === 'GetCallerIdentity')
      throw awsFault('InvalidClientTokenId', 'The security token included in the request is invalid', {
        status: 403,
      })
  },
}

const stackIn = (region: string) => `stack: shop
environment: dev
region: ${region}
`

describe('credentials that AWS does not accept', () => {
  it('may be those of an account that has not enabled the region', async () => {
    const { error } = await liveOn(stackIn('af-south-1'), 'dev').up({ faults: unknown })
    expect(error).toMatchObject({
      code: 'access',
      message: expect.stringContaining('in af-south-1'),
      hint: expect.stringMatching(/aws account enable-region --region-name af-south-1.*sign in again/),
    })
  })

  it('belong to an account that is not registered completely', async () => {
    const { error } = await liveOn(stackIn('us-east-1'), 'dev').up({
      faults: {
        before: ({ operation }) => {
          if (operation === 'GetCallerIdentity') throw awsFault('OptInRequired', 'needs a subscription')
        },
      },
    })
    expect(error).toMatchObject({
      code: 'access',
      hint: expect.stringContaining('complete the registration'),
    })
  })

  it('are wrong in a region that every account has', async () => {
    const { error } = await liveOn(stackIn('us-east-1'), 'dev').up({ faults: unknown })
    expect(error).toMatchObject({ code: 'access', hint: expect.stringContaining('aws sso login') })
    expect(error?.hint).not.toContain('enable-region')
  })
})
