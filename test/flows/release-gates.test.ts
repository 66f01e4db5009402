import { beforeAll, describe, expect, it } from 'vitest'
import { actionsOf } from '../../src/aws/actions.ts'
import { policy } from '../../src/commands/policy.ts'
import type { RolloutOptions } from '../../src/commands/rollout-options.ts'
import { abortRelease, attach, resume } from '../../src/commands/rollout-verbs.ts'
import { setRequestRate } from '../../src/sandbox/ecs/requests.ts'
import type { MessageRow } from '../../src/sandbox/sns/message.ts'
import type { CommandWish, Ended, Life } from '../support/life.ts'
import { liveWith } from '../support/life.ts'
import { whenAt } from '../support/meddling.ts'
import { tools, typeRollout, weights } from '../support/rollouts.ts'

const next = 'public.ecr.aws/docker/library/httpd:2.9'
const url = 'https://hooks.slack.com/services/T0/B0/secret-token'
const variables = { SLACK_WEBHOOK: url }

const api = (life: Life, options: RolloutOptions = {}, wish: CommandWish = { variables }) =>
  typeRollout(life, 'api', { image: [next], ...options }, wish)
const attached = (life: Life) =>
  life.type((common, context) => attach('api', common, context, tools), { variables })
const resumed = (life: Life) =>
  life.type((common, context) => resume('api', common, context, tools), { variables })
const aborted = (life: Life) =>
  life.type((common, context) => abortRelease('api', common, context, tools), { variables, machine: 'desk' })

const sent = (life: Life) => (life.tables()['sns/message'] ?? []) as readonly MessageRow[]
const subjects = (life: Life) =>
  sent(life).map(({ subject = '' }) => subject.replace('storefront/production api: ', ''))
const textOf = ({ out, err, error }: Ended) => [out, err, error?.message, error?.hint].join('\n')

const rate = (life: Life, perMinute: number) =>
  life.meanwhile((_aws, world) => setRequestRate(world, 'api', perMinute))

/** Typed, and left with Ctrl-C while the tasks of the new version start. */
function leftAlone(life: Life, options: RolloutOptions = {}): Promise<Ended> {
  const ctrlC = new AbortController()
  whenAt('SCALE_UP', () => ctrlC.abort())
  return api(life, options, { variables, stop: ctrlC.signal })
}

describe('a release with gates and notices', { timeout: 60_000 }, () => {
  let made: Life
  beforeAll(async () => {
    made = liveWith('blue-green')
    made.edit('      alarms: true\n', '      alarms: true\n      analysis: true\n')
    made.edit(
      'services:\n',
      'notifications: { ops: {} }\nreleases: { notify: [ops], webhooks: [{ env: SLACK_WEBHOOK }] }\nservices:\n',
    )
    await made.up()
    made.push('storefront/shop', 'v1')
    await made.up()
  }, 60_000)

  it('compares both versions at each step, and tells its start and end to the topic of the stack', async () => {
    const life = made.copy()
    const ended = await api(life)
    expect(ended.code).toBe(0)
    expect(ended.err.match(/metrics of both versions passed/g)).toHaveLength(2)
    expect(subjects(life)).toEqual(['release 1 started', 'release 1 released (exit code 0)'])
    expect((await life.ledger())!.releases!['api']![0]).toMatchObject({
      gates: ['analysis'],
      notices: ['end'],
    })
  })

  it('needs no more than its policy allows', async () => {
    const life = made.copy()
    const { out } = await life.type((common, context) => policy('rollout', common, context))
    const statements = (
      [JSON.parse(out)].flat() as { Statement: { Action: string[]; Resource: string[] }[] }[]
    ).flatMap(({ Statement }) => Statement)
    const allowed = statements.flatMap(({ Action }) => Action)
    const { calls } = await api(life)
    const used = calls.flatMap(({ service, operation }) => actionsOf(service, operation))
    expect(used).toContain('cloudwatch:GetMetricData')
    expect(used.filter(action => !allowed.includes(action))).toEqual([])
    expect(statements.find(({ Action }) => Action.includes('sns:Publish'))!.Resource).toEqual([
      'arn:aws:sns:us-east-1:123456789012:production-storefront-ops',
    ])
  })

  it('shows the URL of a webhook nowhere, also when it fails', async () => {
    const life = made.copy()
    const good = await api(life)
    const bad = await api(
      life,
      { image: ['httpd:3'] },
      { variables: { SLACK_WEBHOOK: 'http://secret-token' } },
    )
    expect(good.code).toBe(0)
    expect(textOf(bad).match(/the webhook in SLACK_WEBHOOK was not told of the release: .*/g)).toEqual([
      'the webhook in SLACK_WEBHOOK was not told of the release: its value is not an https:// URL',
    ])
    expect(bad.code).toBe(0)
    for (const text of [textOf(good), textOf(bad), life.written()]) expect(text).not.toContain('secret-token')
  })

  it('is followed to its end by attach, which compares as well and tells what nobody has told', async () => {
    const life = made.copy()
    expect((await leftAlone(life)).error?.code).toBe('interrupted')
    expect(subjects(life)).toEqual(['release 1 started'])
    const ended = await attached(life)
    expect(ended.code).toBe(0)
    expect(ended.err.match(/metrics of both versions passed/g)).toHaveLength(2)
    expect(subjects(life)).toEqual(['release 1 started', 'release 1 released (exit code 0)'])
  })

  it('is left by attach at a pause that --verify or --pause has made', async () => {
    const paused = made.copy()
    expect((await api(paused, { pause: true })).code).toBe(13)
    expect((await attached(paused)).code).toBe(13)
    expect(weights(paused, 'api')).toEqual([100, 0])
    expect(subjects(paused)).toEqual(['release 1 started', 'release 1 paused'])

    // The checks of attach are no answer to it either.
    const checked = await paused.type(
      (common, context) => attach('api', { ...common, verify: ['smoke'] }, context, tools),
      { variables },
    )
    expect([checked.code, weights(paused, 'api')]).toEqual([13, [100, 0]])

    const verified = made.copy()
    await leftAlone(verified, { verify: ['smoke'] })
    expect((await attached(verified)).code).toBe(13)
    expect(textOf(await attached(verified))).toContain('no release of api is under way')
  })

  it('without enough requests waits for people, and goes on with rollout continue', async () => {
    const life = made.copy()
    await rate(life, 30)
    const ended = await api(life)
    expect([ended.code, weights(life, 'api')]).toEqual([13, [90, 10]])
    await rate(life, 6000)
    const continued = await resumed(life)
    expect(continued.code).toBe(0)
    expect(continued.err.match(/metrics of both versions passed/g)).toHaveLength(1)
    expect(subjects(life)).toEqual([
      'release 1 started',
      'release 1 paused',
      'release 1 released (exit code 0)',
    ])
    expect(sent(life)[1]!.message).toContain('not enough requests to compare: the new version had 15')
  })

  it('tells an abort once, with who has asked for it', async () => {
    const life = made.copy()
    await api(life, { pause: true })
    expect((await aborted(life)).code).toBe(0)
    expect(subjects(life)).toEqual([
      'release 1 started',
      'release 1 paused',
      'release 1 aborted (exit code 15)',
    ])
    expect(sent(life)[2]!.message).toContain('Why: aborted by bob@desk')
  })

  it('goes back in all services where one of them has too few requests', async () => {
    const life = made.copy()
    life.push('storefront/shop', 'v2')
    await rate(life, 1)
    const registry = '123456789012.dkr.ecr.us-east-1.amazonaws.com'
    const image = [`api=${next}`, `shop=${registry}/storefront/shop:v2`]
    const ended = await typeRollout(life, 'api,shop', { image }, { variables })
    expect(ended.code).toBe(14)
    expect(textOf(ended)).toContain('not enough requests to compare')
    expect([weights(life, 'api'), weights(life, 'shop')]).toEqual([
      [100, 0],
      [100, 0],
    ])
  })
})
