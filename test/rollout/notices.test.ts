import { describe, expect, it } from 'vitest'
import { connect } from '../../src/aws/aws.ts'
import { seededRandom } from '../../src/effects/random.ts'
import { noticesTo } from '../../src/rollout/notices.ts'
import type { NoticeOptions } from '../../src/rollout/notices.ts'
import { abort } from '../../src/rollout/rollback.ts'
import { rehearsedWeb } from '../../src/rollout/rehearsed-web.ts'
import { embed } from '../../src/sandbox/embedded.ts'
import { underWay } from '../../src/rollout/under-way.ts'
import { Follower } from '../../src/rollout/follower.ts'
import { followToEnd } from '../../src/rollout/restore.ts'
import { readLive } from '../../src/rollout/live.ts'
import { behave } from '../../src/sandbox/ecs/image.ts'
import type { MessageRow } from '../../src/sandbox/sns/message.ts'
import type { RunEvent } from '../../src/events/event.ts'
import type { ReleaseEnvironment } from '../../src/rollout/environment.ts'
import { blueGreen } from '../support/blue-green.ts'
import { sandboxContext } from '../support/context.ts'
import type { Releasing } from '../support/releasing.ts'
import { plain, releasing } from '../support/releasing.ts'

const url = 'https://hooks.slack.com/services/T0/B0/secret-token'

interface Posted {
  readonly url: string
  readonly body: string
  readonly timeout: number
}

async function setUp(options: Partial<NoticeOptions> = {}) {
  const context = sandboxContext()
  const { TopicArn = '' } = await context.aws.sns.createTopic({ Name: 'ops' })
  const bg = await blueGreen(context)
  const web = await releasing(bg)
  const posted: Posted[] = []
  const events: RunEvent[] = []
  const notices = noticesTo({
    topics: [TopicArn],
    webhooks: [{ variable: 'SLACK_WEBHOOK', url }],
    aws: context.aws,
    clock: context.clock,
    say: event => void events.push(event),
    web: {
      ...web.environment.tools.web,
      post: async (to, { body, timeout }) => {
        posted.push({ url: to, body, timeout })
        return 200
      },
    },
    ...options,
  })!
  const environment: ReleaseEnvironment = { ...web.environment, notices }
  Object.assign(web, { environment })
  const texts = () => posted.map(({ body }) => (JSON.parse(body) as { text: string }).text)
  const messages = () => context.world.table<MessageRow>('sns/message').list()
  return { context, bg, web, environment, notices, posted, events, texts, messages, TopicArn }
}

/** As `rollout attach`, typed by somebody else who has the same destinations. */
async function attached(
  web: Releasing,
  environment: ReleaseEnvironment,
  pauses: 'watch' | 'answer' = 'watch',
) {
  const [live] = await readLive([web.target], environment.aws)
  const begun = await underWay(live!, environment)
  const follower = new Follower(environment)
  return followToEnd(begun!, plain, { ...environment, follower, barrier: undefined, pauses })
}

describe('notices of a release', () => {
  it('tell its start and its end to a webhook, as Slack takes them, and to a topic', async () => {
    const { web, notices, posted, messages, TopicArn, events } = await setUp()
    await web.release('nginx:2')
    await notices.settled()
    expect(posted).toEqual([
      {
        url,
        timeout: 10_000,
        body: JSON.stringify({
          text: 'shop/production web: release 1 started\nnginx:2 (blue/green), by ada@laptop',
        }),
      },
      { url, timeout: 10_000, body: expect.stringContaining('release 1 released (exit code 0)') as string },
    ])
    expect(messages().map(({ topicArn, subject }) => [topicArn, subject])).toEqual([
      [TopicArn, 'shop/production web: release 1 started'],
      [TopicArn, 'shop/production web: release 1 released (exit code 0)'],
    ])
    expect(messages()[1]!.message).toMatch(
      /^shop\/production web: release 1 released \(exit code 0\)\nnginx:2, by ada@laptop, after \S+ ?\S*\nNext: provision rollout rollback web/,
    )
    expect(events).toEqual([])
  })

  it('tell a pause for people once, whoever sees it, and the end once', async () => {
    const { web, environment, notices, texts, context } = await setUp()
    expect(await web.release('nginx:2', { pause: true })).toMatchObject({ outcome: 'running' })
    const first = attached(web, environment)
    const second = attached(web, environment)
    await context.clock.sleep(120_000)
    await abort(web.target, { ...environment, by: 'bob@desk' })
    await Promise.all([first, second])
    await notices.settled()
    const heads = texts().map(text => text.split('\n')[0]!.replace('shop/production web: ', ''))
    expect(heads).toEqual(['release 1 started', 'release 1 paused', 'release 1 aborted (exit code 15)'])
    expect(texts()[1]).toContain(
      'at PRODUCTION_TRAFFIC_SHIFT with 0 % of production traffic on the new version',
    )
    expect(texts()[1]).toContain('Next: provision rollout continue web, or provision rollout abort web')
    expect(texts()[2]).toContain('Why: aborted by bob@desk')
  })

  it('tell a pause that nobody has followed so far, when somebody attaches', async () => {
    const { web, environment, notices, texts, context } = await setUp()
    await web.release('nginx:2', { pause: true, detach: true })
    await notices.settled()
    expect(texts()).toHaveLength(1)
    void attached(web, environment).catch(() => undefined)
    while (texts().length < 2) await context.clock.sleep(5000)
    expect(texts()[1]).toContain('release 1 paused')
  })

  it('tell why it went back', async () => {
    const { web, notices, texts } = await setUp()
    web.programEnds = { code: 1, lastLines: ['password=hunter2'] }
    await web.release('nginx:2', { checks: [{ kind: 'command', text: 'smoke' }] })
    await notices.settled()
    expect(texts().at(-1)).toMatch(
      /release 1 stopped by a check \(exit code 14\)\n.*\nat POST_TEST_TRAFFIC_SHIFT\nWhy: a check did not pass\n/,
    )
    // What checks and containers have written may hold secrets.
    expect(texts().join('')).not.toContain('hunter2')
  })

  it('tell that a release could not begin', async () => {
    const { web, notices, texts, context } = await setUp()
    behave(context.world, 'nginx:2', {})
    context.world.faults = {
      before: ({ operation }) => {
        if (operation === 'UpdateService')
          throw Object.assign(new Error('no more of this'), { name: 'ClientException', $metadata: {} })
      },
    }
    await expect(web.release('nginx:2')).rejects.toThrow('no more of this')
    await notices.settled()
    expect(texts()[1]).toContain(
      'release 1 failed (exit code 1)\nnginx:2, by ada@laptop\nWhy: no more of this',
    )
  })

  it("escape Slack's own characters", async () => {
    const { notices, posted } = await setUp()
    notices.tell({ subject: 'a', text: '<!channel> & co' })
    await notices.settled()
    expect(JSON.parse(posted[0]!.body)).toEqual({ text: '&lt;!channel&gt; &amp; co' })
  })
})

describe('a notice that cannot be sent', () => {
  const failing = (post: () => Promise<number>) => async () => {
    const web = { status: async () => 200, text: async () => '', post }
    const one = await setUp({ web })
    expect(await one.web.release('nginx:2')).toMatchObject({ outcome: 'released' })
    await one.notices.settled()
    return one.events
  }
  const warning = (message: string) => [
    {
      type: 'note',
      level: 'warning',
      message: `the webhook in SLACK_WEBHOOK was not told of the release: ${message}`,
    },
  ]

  it('is tried twice, told once without the URL, and fails no release', async () => {
    let tried = 0
    const events = await failing(() => {
      tried++
      return Promise.reject(new TypeError(`Failed to parse URL from ${url}`))
    })()
    expect(events).toEqual(warning('TypeError'))
    expect(tried).toBe(4)
  })

  it('is not tried again where the webhook does not exist', async () => {
    let tried = 0
    const events = await failing(async () => {
      tried++
      return 404
    })()
    expect(events).toEqual(warning('status 404'))
    expect(tried).toBe(2)
  })

  it('is given up after ten seconds', async () => {
    const events = await failing(() => new Promise(() => undefined))()
    expect(events).toEqual(warning('no answer within 10 seconds'))
  })

  it.each([
    ['the variable is not set', undefined],
    ['its value is not an https:// URL', 'http://hooks.example.com/x'],
  ])('says that %s', async (message, value) => {
    const { notices, events, posted } = await setUp({ webhooks: [{ variable: 'SLACK_WEBHOOK', url: value }] })
    notices.tell({ subject: 'a', text: 'b' })
    await notices.settled()
    expect(events).toEqual(warning(message))
    expect(posted).toEqual([])
  })

  it('says that a topic is not there', async () => {
    const { world, clock } = sandboxContext()
    const random = seededRandom(2)
    const { aws } = connect({ region: 'us-east-1', clock, random, embedded: embed(world) })
    const events: RunEvent[] = []
    const topics = ['arn:aws:sns:us-east-1:123456789012:nobody']
    const web = rehearsedWeb(aws)
    const notices = noticesTo({
      topics,
      webhooks: [],
      aws,
      clock,
      web,
      say: event => void events.push(event),
    })!
    notices.tell({ subject: 'a', text: 'b' })
    await notices.settled()
    expect(events).toEqual([
      {
        type: 'note',
        level: 'warning',
        message: 'the SNS topic nobody was not told of the release: Topic does not exist (NotFound)',
      },
    ])
  })
})
