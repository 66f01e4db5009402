import { describe, expect, it } from 'vitest'
import { problemsOf } from '../support/stacks.ts'

const web = { image: 'nginx', port: 80, paths: ['/*'] }
const worker = { image: 'nginx' }
const scaled = (scaling: object, service: object = web) => ({ services: { web: { ...service, scaling } } })

describe('the rules of scaling', () => {
  it('let bounds and a target pass', async () => {
    expect(await problemsOf(scaled({ max: 4, cpu: 70, requests: 500 }))).toEqual([])
  })

  it.each<[string, object, string]>([
    [
      'more tasks at least than at most',
      scaled({ min: 5, max: 4, cpu: 70 }),
      'scaling.min: 5 is more than max',
    ],
    ['nothing to scale by', scaled({ max: 4 }), 'scaling: says nothing to scale by'],
    ['no task to begin with', scaled({ min: 0, max: 4, cpu: 70 }), 'scaling.min: would leave no task'],
    ['requests without paths', scaled({ max: 4, requests: 9 }, worker), 'scaling.requests: needs requests'],
    [
      'a schedule that sets nothing',
      scaled({ max: 4, schedules: { night: { schedule: 'rate(1 day)' } } }),
      'schedules.night: sets no bound',
    ],
    [
      'a schedule with its bounds the wrong way round',
      scaled({ max: 4, schedules: { night: { schedule: 'rate(1 day)', min: 3, max: 2 } } }),
      'schedules.night.min: 3 is more than max',
    ],
    [
      'a schedule that AWS would not read',
      scaled({ max: 4, schedules: { night: { schedule: '0 20 * * *', min: 1 } } }),
      'must look like cron(',
    ],
  ])('refuse %s', async (_what, config, problem) => {
    expect((await problemsOf(config)).join('\n')).toContain(problem)
  })
})

describe('the rules of observability', () => {
  it('let a stack pass that watches what it has', async () => {
    expect(
      await problemsOf({
        notifications: { ops: { email: ['ops@example.com'] } },
        alarms: { notify: ['ops'], composite: true },
        releases: {
          notify: ['ops', 'arn:aws:sns:us-east-1:123456789012:all'],
          webhooks: [{ env: 'SLACK_WEBHOOK' }],
        },
        loadBalancer: { alarms: { errorRate: 0.5 } },
        logGroups: { cluster: {} },
        search: {},
        dashboard: { name: 'shop' },
        services: {
          web: { ...web, metrics: { errors: { pattern: 'ERROR' } } },
          api: { ...worker, logging: 'search' },
        },
      }),
    ).toEqual([])
  })

  it.each<[string, object, string]>([
    [
      'a topic that is not there',
      { notifications: { ops: {} }, alarms: { notify: ['op'] } },
      'alarms.notify[0]: there is no "op" under notifications. Did you mean "ops"?',
    ],
    [
      'a topic for releases that is not there',
      { notifications: { ops: {} }, releases: { notify: ['op'] } },
      'releases.notify[0]: there is no "op" under notifications. Did you mean "ops"?',
    ],
    [
      'a topic for releases in another region',
      { releases: { notify: ['arn:aws:sns:eu-west-1:123456789012:ops'] } },
      'releases.notify[0]: is a topic in eu-west-1',
    ],
    [
      'the URL of a webhook in the file',
      { releases: { webhooks: [{ url: 'https://hooks.slack.com/services/T0/B0/secret' }] } },
      'url',
    ],
    [
      'an alarm on traffic without a load balancer',
      { loadBalancer: { alarms: { errorRate: 5 } }, services: { worker } },
      'loadBalancer.alarms: has no load balancer to watch',
    ],
    [
      'search without a domain',
      { services: { web: { ...web, logging: 'search' } } },
      'services.web.logging: there is no search domain',
    ],
    [
      'metrics from lines that CloudWatch never sees',
      { search: {}, services: { web: { ...web, logging: 'search', metrics: { errors: { pattern: '' } } } } },
      'those of this service go to the search domain',
    ],
    [
      'a metric that would take the name of an alarm',
      { services: { web: { ...web, metrics: { cpu: { pattern: '' } } } } },
      '"cpu" is what ECS measures',
    ],
    ['a term that AWS does not offer', { logGroups: { cluster: { retentionDays: 31 } } }, 'for 31 days'],
    [
      'two log groups of one name',
      { logGroups: { a: { name: '/x' }, b: { name: '/x' } } },
      'would be called "/x" in CloudWatch Logs',
    ],
    [
      'a composite alarm over more than CloudWatch allows',
      {
        alarms: { composite: true },
        services: Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`w${index}`, worker])),
      },
      'would watch 102 alarms',
    ],
    ['what is no mail address', { notifications: { ops: { email: ['ops'] } } }, 'must be a mail address'],
  ])('refuse %s', async (_what, config, problem) => {
    expect((await problemsOf(config)).join('\n')).toContain(problem)
  })
})
