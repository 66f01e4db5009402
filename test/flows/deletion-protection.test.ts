import { describe, expect, it } from 'vitest'
import { onceDuringCalls } from '../support/bystander.ts'
import type { Life } from '../support/life.ts'
import { liveWith } from '../support/life.ts'

const isProtected = (life: Life) =>
  (life.tables()['elbv2/load-balancer'] as { attributes: Record<string, string> }[]).map(
    ({ attributes }) => attributes['deletion_protection.enabled'],
  )

async function raised(): Promise<Life> {
  const life = liveWith('minimal')
  life.edit('services:\n', 'loadBalancer: { deletionProtection: true }\nservices:\n')
  const { code, err } = await life.up()
  expect([code, err]).toEqual([0, err])
  expect(isProtected(life)).toEqual(['true'])
  return life
}

const protectByHand = (life: Life) =>
  life.meanwhile(async ({ elbv2 }) => {
    const { LoadBalancers = [] } = await elbv2.describeLoadBalancers({})
    for (const { LoadBalancerArn } of LoadBalancers)
      await elbv2.modifyLoadBalancerAttributes({
        LoadBalancerArn,
        Attributes: [{ Key: 'deletion_protection.enabled', Value: 'true' }],
      })
  })

describe('deletion protection of the load balancer', () => {
  it('is switched off when the config no longer names it', async () => {
    const life = await raised()
    life.edit('loadBalancer: { deletionProtection: true }\n', '')
    expect(await life.up()).toMatchObject({ code: 0, writes: ['ModifyLoadBalancerAttributes'] })
    expect(isProtected(life)).toEqual(['false'])
    expect(await life.planned()).toEqual([])
    expect(await life.teardown()).toMatchObject({ code: 0 })
  })

  it.each([
    ['the config', raised],
    [
      'somebody by hand',
      async () => {
        const life = liveWith('minimal')
        await life.up()
        await protectByHand(life)
        return life
      },
    ],
  ])(
    'set by %s refuses a teardown before anything is deleted, and says how to switch it off',
    async (_who, make) => {
      const life = await make()
      const { error, writes } = await life.teardown({ deleteData: ['all'] })
      expect([error?.code, error?.message, writes]).toEqual([
        'refused',
        expect.stringMatching(
          /load-balancer\/alb: load balancer \S+ cannot be deleted: its deletion protection is on/,
        ),
        [],
      ])
      const [, LoadBalancerArn] =
        /--load-balancer-arn (\S+) --attributes Key=deletion_protection\.enabled,Value=false$/.exec(
          error!.hint,
        )!
      await life.meanwhile(({ elbv2 }) =>
        elbv2.modifyLoadBalancerAttributes({
          LoadBalancerArn,
          Attributes: [{ Key: 'deletion_protection.enabled', Value: 'false' }],
        }),
      )
      expect(await life.teardown()).toMatchObject({ code: 0 })
    },
  )

  it('switched on while the teardown runs ends it with the same words, and without waiting', async () => {
    const life = liveWith('minimal')
    await life.up()
    onceDuringCalls(world => {
      // The listeners go first.
      if (world.table('elbv2/listener').list().length > 0) return false
      for (const row of world.table<{ attributes: Record<string, string> }>('elbv2/load-balancer').list())
        row.attributes['deletion_protection.enabled'] = 'true'
      return true
    })
    const { code, err, calls } = await life.teardown()
    expect([code, err]).toEqual([1, expect.stringContaining('its deletion protection is on')])
    expect(err).toContain('aws elbv2 modify-load-balancer-attributes')
    expect(calls.filter(({ operation }) => operation === 'DeleteLoadBalancer')).toHaveLength(1)
  })
})
