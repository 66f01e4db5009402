import { describe, expect, it } from 'vitest'
import { problemsOf } from '../support/problems.ts'

describe('bucket rules', () => {
  it.each([
    [
      { lifecycle: [{ prefix: 'logs/' }] },
      'lifecycle[0]: says nothing that S3 should do. Add expireDays, expireNoncurrentDays or transitions.',
    ],
    [
      { versioned: false, lifecycle: [{ expireNoncurrentDays: 9 }] },
      'lifecycle[0].expireNoncurrentDays: needs older versions, and the bucket keeps none. Set versioned to true.',
    ],
    [
      { lifecycle: [{ transitions: [{ days: 7, storageClass: 'STANDARD_IA' }] }] },
      'lifecycle[0].transitions[0].days: S3 moves nothing to STANDARD_IA before 30 days. Use 30 or more.',
    ],
    [
      { lifecycle: [{ expireDays: 90, transitions: [{ days: 90, storageClass: 'GLACIER' }] }] },
      'lifecycle[0].transitions[0].days: is not before the objects expire, after 90 days. Move them earlier, or let them live longer.',
    ],
  ])('refuse %j', async (media, problem) => {
    expect(await problemsOf({ buckets: { media } })).toEqual([`buckets.media.${problem}`])
  })

  it('give a bucket one meaning in the whole stack', async () => {
    const services = { media: { image: 'nginx' } }
    expect(await problemsOf({ buckets: { media: {} }, services })).toEqual([
      'services.media: "media" is already a name under buckets. Use another name.',
    ])
  })
})

describe('rules for secrets in Parameter Store', () => {
  const key = { store: 'parameter-store' }

  it('take what SSM takes', async () => {
    expect(await problemsOf({ secrets: { key, other: { ...key, name: '/team/key.v2' } } })).toEqual([])
  })

  it.each([
    [
      { secrets: { key: { ...key, name: 'team/key' } } },
      'secrets.key.name: team/key is not a name that SSM takes. Write it like /shop/database-url.',
    ],
    [
      { secrets: { key: { ...key, description: 'opens the door' } } },
      'secrets.key.description: SSM takes one together with a value only. Remove it, or keep the secret in secrets-manager.',
    ],
    [
      {
        secrets: { key: { ...key, name: '/team/key' } },
        parameters: { open: { name: '/team/key', value: 'x' } },
      },
      'secrets.key: has the name of parameters.open in SSM. Give it a name of its own.',
    ],
  ])('refuse %j', async (stack, problem) => {
    expect(await problemsOf(stack)).toEqual([problem])
  })
})
