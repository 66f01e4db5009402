import type { Aws } from '../aws/aws.ts'
import { codeOf, meaningOf } from '../aws/errors.ts'
import type { Clock } from '../effects/clock.ts'
import type { Web } from '../effects/programs.ts'
import type { RunEvent } from '../events/event.ts'

/** One message about a release. */
export interface Notice {
  /** ASCII, in one line of 100 characters at most: what SNS takes. */
  readonly subject: string
  readonly text: string
}

/** Who is told of releases. Nothing of it ever fails a release. */
export interface Notices {
  /** Sends it in the background, after those before it. */
  tell(notice: Notice): void
  /** Resolves when all that was told has been sent, or could not be. */
  settled(): Promise<void>
}

export interface Webhook {
  /** Of the environment variable that holds the URL. */
  readonly variable: string
  /** A secret. Undefined where the variable is not set. */
  readonly url: string | undefined
}

export interface NoticeOptions {
  /** ARNs. */
  readonly topics: readonly string[]
  readonly webhooks: readonly Webhook[]
  readonly aws: Aws
  readonly web: Web
  readonly clock: Clock
  readonly say: (event: RunEvent) => void
}

/** Milliseconds for each of two attempts. */
const timeout = 10_000
const pause = 1000

/** Why a message was not taken, without the address that it was sent to. */
class NotTaken extends Error {
  readonly again: boolean

  constructor(why: string, again: boolean) {
    super(why)
    this.again = again
  }
}

interface Destination {
  readonly name: string
  send(notice: Notice): Promise<void>
}

/** Undefined where nobody is to be told. */
export function noticesTo({ topics, webhooks, aws, web, clock, say }: NoticeOptions): Notices | undefined {
  const destinations = [
    ...topics.map(topic => topicDestination(topic, aws)),
    ...webhooks.map(webhook => webhookDestination(webhook, web)),
  ]
  if (destinations.length === 0) return undefined
  const warned = new Set<string>()
  const queues = new Map(destinations.map(one => [one, Promise.resolve()]))

  const deliver = async ({ name, send }: Destination, notice: Notice) => {
    for (let attempt = 1; ; attempt++) {
      try {
        await within(clock, () => send(notice))
        return
      } catch (error) {
        const known = error instanceof NotTaken
        if (attempt === 1 && known && error.again) {
          await clock.sleep(pause)
          continue
        }
        const message = `${name} was not told of the release: ${known ? error.message : (error as Error).name}`
        if (!warned.has(name)) say({ type: 'note', level: 'warning', message })
        warned.add(name)
        return
      }
    }
  }
  return {
    tell(notice) {
      for (const [one, before] of queues)
        queues.set(
          one,
          before.then(() => deliver(one, notice)),
        )
    },
    settled: async () => void (await Promise.all(queues.values())),
  }
}

async function within(clock: Clock, send: () => Promise<void>): Promise<void> {
  const done = new AbortController()
  const late = clock.sleep(timeout, done.signal).then(() => {
    throw new NotTaken(`no answer within ${timeout / 1000} seconds`, true)
  })
  // Aborted when the other one has won.
  late.catch(() => undefined)
  try {
    await Promise.race([send(), late])
  } finally {
    done.abort()
  }
}

function topicDestination(TopicArn: string, aws: Aws): Destination {
  return {
    name: `the SNS topic ${TopicArn.split(':').at(-1)}`,
    async send({ subject, text }) {
      try {
        await aws.sns.publish({ TopicArn, Subject: subject, Message: text })
      } catch (error) {
        const again = ['maybe', 'throttled'].includes(meaningOf(error))
        throw new NotTaken(`${(error as Error).message} (${codeOf(error)})`, again)
      }
    },
  }
}

function webhookDestination({ variable, url }: Webhook, web: Web): Destination {
  return {
    name: `the webhook in ${variable}`,
    async send({ text }) {
      if (!url) throw new NotTaken('the variable is not set', false)
      if (!/^https:\/\/[^/\s]+/.test(url)) throw new NotTaken('its value is not an https:// URL', false)
      const status = await web
        .post(url, { body: JSON.stringify({ text: escaped(text) }), timeout })
        .catch((error: unknown) => {
          throw new NotTaken(reasonOf(error), true)
        })
      if (status < 200 || status > 299)
        throw new NotTaken(`status ${status}`, status === 429 || status >= 500)
    },
  }
}

/** A message of `fetch` may hold the URL, so only codes and names are shown. */
function reasonOf(error: unknown): string {
  const { name, cause } = error as Error & { readonly cause?: { readonly code?: unknown } }
  return typeof cause?.code === 'string' ? cause.code : name
}

/** Slack's own characters: https://docs.slack.dev/messaging/formatting-message-text */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
