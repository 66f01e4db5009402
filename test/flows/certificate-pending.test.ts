import { describe, expect, it } from 'vitest'
import type { Life } from '../support/life.ts'
import { liveWith } from '../support/life.ts'

const domain = 'domain: { name: shop.example.com }\n'

/** By port: what the listeners do with a request that no rule takes, and the rules. */
async function trafficOf(life: Life): Promise<string[]> {
  const shown: string[] = []
  await life.meanwhile(async ({ elbv2 }) => {
    const { LoadBalancers: [balancer] = [] } = await elbv2.describeLoadBalancers({})
    const { Listeners = [] } = await elbv2.describeListeners({ LoadBalancerArn: balancer!.LoadBalancerArn })
    for (const { ListenerArn, Port, DefaultActions } of Listeners) {
      const { Rules = [] } = await elbv2.describeRules({ ListenerArn })
      const actions = [...Rules.flatMap(({ Actions = [] }) => Actions), ...(DefaultActions ?? [])]
      shown.push(`${Port} ${[...new Set(actions.map(({ Type }) => String(Type)))].toSorted().join(' ')}`)
    }
  })
  return shown.toSorted()
}

describe('a domain for a live stack, whose certificate is not issued', () => {
  it('leaves port 80 as it serves, for as long as that lasts', async () => {
    const life = liveWith('minimal')
    await life.up()
    const before = await trafficOf(life)
    expect(before).toEqual([expect.stringMatching(/^80 .*forward/)])
    life.edit('services:\n', `${domain}services:\n`)
    const never = (name: string, typical: number) => (name === 'certificate issue' ? 30 * 86_400 : typical)
    const { code, err } = await life.up({ faults: { duration: never } })
    expect([code, err]).toEqual([1, expect.stringContaining('PENDING_VALIDATION')])
    expect(await trafficOf(life)).toEqual(before)

    const back = life.copy()
    back.edit(domain, '')
    const restored = await back.up()
    expect([restored.code, restored.err]).toEqual([0, restored.err])
    expect(await trafficOf(back)).toEqual(before)
    expect(await back.planned()).toEqual([])

    // It has been issued in the meantime.
    expect(await life.up()).toMatchObject({ code: 0 })
    expect(await trafficOf(life)).toEqual([
      expect.stringMatching(/^443 .*forward/),
      expect.stringMatching(/^80 redirect$/),
    ])
  })
})
