import { describe, expect, it } from 'vitest'
import { liveWith } from '../support/life.ts'
import type { Life } from '../support/life.ts'

interface RuleRow {
  readonly arn: string
  readonly priority: number
  readonly conditions: object
}

const service = (name: string, more = '') =>
  `  ${name}: { image: 'nginx:1.27', port: 80, paths: [/${name}/*]${more} }\n`

/** The usual one, which gets the rest, after services with a rule each. */
async function routing(services: string): Promise<Life> {
  const life = liveWith('minimal')
  life.edit('services:\n', `services:\n${services}`)
  const { code, err } = await life.up()
  expect([code, err]).toEqual([0, err])
  return life
}

/** `/a/* at 10`, by priority. */
function rulesOf(life: Life): string[] {
  const rules = life.tables()['elbv2/rule'] as readonly RuleRow[]
  return rules
    .toSorted((a, b) => a.priority - b.priority)
    .map(({ conditions, priority }) => `${/\/\w+\/\*/.exec(JSON.stringify(conditions))?.[0]} at ${priority}`)
}

async function expectDone(life: Life): Promise<void> {
  const { code, err } = await life.up()
  expect([code, err.slice(err.indexOf('Plan:'))]).toEqual([0, err.slice(err.indexOf('Plan:'))])
  expect((await life.up()).writes).toEqual([])
}

describe('the priorities of listener rules', { timeout: 60_000 }, () => {
  it('are swapped by one up', async () => {
    const life = await routing(service('a', ', priority: 10') + service('b', ', priority: 20'))
    life.edit('priority: 10', 'priority: 15')
    life.edit('priority: 20', 'priority: 10')
    life.edit('priority: 15', 'priority: 20')
    await expectDone(life)
    expect(rulesOf(life)).toEqual(['/b/* at 10', '/a/* at 20'])
  })

  it('go round in a circle of three', async () => {
    const life = await routing(service('a') + service('b') + service('c'))
    life.edit(service('a') + service('b') + service('c'), service('b') + service('c') + service('a'))
    await expectDone(life)
    expect(rulesOf(life)).toEqual(['/b/* at 10', '/c/* at 20', '/a/* at 30'])
  })

  it('make room for a service that is put before the others', async () => {
    const life = await routing(service('a') + service('b'))
    life.edit(service('a'), service('new') + service('a'))
    await expectDone(life)
    expect(rulesOf(life)).toEqual(['/new/* at 10', '/a/* at 20', '/b/* at 30'])
  })

  it('close up when a service in the middle goes', async () => {
    const life = await routing(service('a') + service('b') + service('c'))
    life.edit(service('b'), '')
    await expectDone(life)
    expect(rulesOf(life)).toEqual(['/a/* at 10', '/c/* at 20'])
  })

  it("leave somebody else's rule where it is, and say that it is in the way", async () => {
    const life = await routing(service('a') + service('b'))
    const [{ arn }] = life.tables()['elbv2/listener'] as readonly [{ readonly arn: string }]
    await life.meanwhile(aws =>
      aws.elbv2.createRule({
        ListenerArn: arn,
        Priority: 40,
        Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/theirs/*'] } }],
        Actions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }],
      }),
    )
    life.edit(service('a'), service('a', ', priority: 40'))
    const { code, err } = await life.up()
    expect([code, err]).toEqual([1, expect.stringContaining('the priority 40 belongs to a rule')])
    expect(rulesOf(life)).toEqual(['/a/* at 10', '/b/* at 20', '/theirs/* at 40'])
    life.edit(service('a', ', priority: 40'), service('c', ', priority: 40'))
    const { error } = await life.up()
    expect(error).toMatchObject({ code: 'refused', message: expect.stringContaining('exists already') })
  })
})
