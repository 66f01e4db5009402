import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs'
import { describe, expect, it } from 'vitest'
import { readLog } from '../../src/commands/logs.ts'
import { logTail } from '../../src/tasks/log-tail.ts'
import { mockedContext } from '../support/context.ts'
import { stubbed } from '../support/stubbed.ts'

const event = (eventId: string, timestamp: number, message = eventId) => ({
  eventId,
  timestamp,
  message: `${message}\n`,
  logStreamName: 'web/web/0123',
})

describe('a log that is read again and again', () => {
  it('hands over every page, and each line once, also one that came in late', async () => {
    const { aws } = mockedContext()
    const client = stubbed(CloudWatchLogsClient)
    client
      .on(FilterLogEventsCommand)
      .resolvesOnce({ events: [event('b', 62_000), event('a', 61_000)], nextToken: 'more' })
      .resolvesOnce({ events: [event('c', 100_000)] })
      .resolvesOnce({ events: [event('late', 75_000), event('c', 100_000), event('d', 101_000)] })
    const look = logTail({ logGroupName: '/ecs/web', pattern: 'ERROR', since: 60_000 }, aws)
    const pages: string[][] = []
    const note = (lines: readonly { readonly message: string }[]) =>
      void pages.push(lines.map(({ message }) => message))
    expect(await look(note)).toBe(true)
    expect(await look(note)).toBe(true)
    expect(pages).toEqual([['a', 'b'], ['c'], ['late', 'd']])
    expect(client.commandCalls(FilterLogEventsCommand).map(({ args: [{ input }] }) => input)).toEqual([
      { logGroupName: '/ecs/web', filterPattern: 'ERROR', startTime: 60_000 },
      { logGroupName: '/ecs/web', filterPattern: 'ERROR', startTime: 60_000, nextToken: 'more' },
      { logGroupName: '/ecs/web', filterPattern: 'ERROR', startTime: 70_000 },
    ])
  })

  it('is given up when CloudWatch comes back to a page', async () => {
    const { aws } = mockedContext()
    stubbed(CloudWatchLogsClient).on(FilterLogEventsCommand).resolves({ events: [], nextToken: 'again' })
    const look = logTail({ logGroupName: '/ecs/web', since: 0 }, aws)
    await expect(look(() => undefined)).rejects.toThrow(/came back/)
  })

  it('is followed until it is interrupted, which is no failure', async () => {
    const { aws, clock } = mockedContext()
    const client = stubbed(CloudWatchLogsClient)
    const stop = new AbortController()
    let looks = 0
    client.on(FilterLogEventsCommand).callsFake(() => {
      looks++
      if (looks === 3) stop.abort()
      return { events: [event(`line ${looks}`, clock.now())] }
    })
    const printed: string[] = []
    const started = clock.now()
    const count = await readLog(
      { logGroupName: '/ecs/web', since: started },
      { aws, clock, until: stop.signal },
      lines => void printed.push(...lines.map(({ message }) => message)),
    )
    expect([count, printed]).toEqual([3, ['line 1', 'line 2', 'line 3']])
    expect(clock.now() - started).toBe(4000)
  })
})
