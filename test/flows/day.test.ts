import { describe, expect, it } from 'vitest'
import { drift } from '../../src/commands/drift.ts'
import { logs } from '../../src/commands/logs.ts'
import { runOnce } from '../../src/commands/run-task.ts'
import { awsFault } from '../../src/sandbox/fault.ts'
import { behave } from '../../src/sandbox/ecs/image.ts'
import type { Life } from '../support/life.ts'
import { liveWith } from '../support/life.ts'

const shownDrift = (life: Life) =>
  life.run((options, context) => drift({ ...options, detailedExitcode: true }, context))
const once = (life: Life, ...words: string[]) =>
  life.run((options, context) => runOnce({ ...options, service: 'web', words }, context))
const log = (life: Life, more: { since?: string; filter?: string; json?: boolean; follow?: boolean } = {}) =>
  life.run((options, context) => logs({ ...options, service: 'web', ...more }, context))

async function risen(): Promise<Life> {
  const life = liveWith('minimal')
  const { code, err } = await life.up()
  expect([code, err]).toEqual([0, err])
  return life
}

/** Somebody clicks in the console. */
async function tinker(life: Life): Promise<void> {
  await life.meanwhile(async ({ ec2, cloudwatch }) => {
    const { Vpcs = [] } = await ec2.describeVpcs({})
    await ec2.modifyVpcAttribute({ VpcId: Vpcs[0]!.VpcId, EnableDnsHostnames: { Value: false } })
    const { MetricAlarms = [] } = await cloudwatch.describeAlarms({})
    await cloudwatch.deleteAlarms({ AlarmNames: [MetricAlarms[0]!.AlarmName!] })
  })
}

describe('drift', () => {
  it('is nothing after an up, whatever the config wants to change next', async () => {
    const life = await risen()
    life.edit('paths: [/*]', 'paths: [/*]\n    cpu: 512\n    memory: 1024')
    expect((await life.planned()).length).toBeGreaterThan(0)
    const { code, out } = await shownDrift(life)
    expect(out).toContain('No drift. AWS has everything as the last run left it')
    expect(code).toBe(0)
  })

  it('is what somebody changed and what somebody removed; up takes both back', async () => {
    const life = await risen()
    await tinker(life)
    const { code, out, writes } = await shownDrift(life)
    expect(out).toMatch(/~ network\/vpc .*\n {6}enableDnsHostnames: true -> false/)
    expect(out).toMatch(/- observability\/web\.\w+-alarm .*AWS no longer has it/)
    expect(out).toContain('Drift: 1 changed, 1 gone, ')
    expect([code, writes]).toEqual([2, []])

    expect((await life.up()).code).toBe(0)
    expect((await shownDrift(life)).code).toBe(0)
  })

  it('is told to programs as what was left and what is there', async () => {
    const life = await risen()
    await tinker(life)
    const { code, out } = await life.run((options, context) => drift({ ...options, json: true }, context))
    const { drifted } = JSON.parse(out) as { drifted: { address: string; state: string; values: unknown }[] }
    expect(drifted.map(({ state }) => state).toSorted()).toEqual(['changed', 'gone'])
    expect(drifted.find(({ address }) => address === 'network/vpc')?.values).toEqual([
      { path: 'enableDnsHostnames', recorded: true, actual: false },
    ])
    expect(code).toBe(0)
  })

  it('is never said to be none where there is nothing to compare with', async () => {
    const life = await risen()
    life.loseLedger()
    const { error } = await shownDrift(life)
    expect(error?.message).toContain('nothing is remembered of this stack')
  })
})

const lostAnswer = () => Object.assign(new Error('socket hang up'), { name: 'TimeoutError' })

describe('a command run beside a service', () => {
  it('writes to stdout and gives its exit code; its lines are in the log', async () => {
    const life = await risen()
    const done = await once(life, 'echo', 'hello')
    expect([done.code, done.out]).toEqual([0, '+ echo hello\n'])
    expect(done.err).toMatch(/PENDING\nRUNNING\nSTOPPED\nended with exit code 0/)

    const read = await log(life, { since: '1h' })
    expect(read.out).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z [0-9a-f]{8} \+ echo hello\n$/)
    expect((await log(life, { since: '1h', filter: '"nothing like it"' })).out).toBe('')
    const json = JSON.parse((await log(life, { since: '1h', json: true })).out) as { message: string }
    expect(json.message).toBe('+ echo hello')
  })

  it('ends as the command ends', async () => {
    const life = await risen()
    await life.meanwhile((_aws, world) =>
      behave(world, 'nginx:1.27', { task: { exitCode: 3, lines: ['no \u001b[31mtable'] } }),
    )
    const done = await once(life, 'migrate')
    expect([done.code, done.out]).toEqual([3, '+ migrate\nno table\n'])
  })

  it('is stopped when the person who ran it interrupts', async () => {
    const life = await risen()
    const stop = new AbortController()
    const done = await life.run(
      (options, context) => runOnce({ ...options, service: 'web', words: ['sleep', '60'] }, context),
      {
        stop: stop.signal,
        faults: { after: ({ operation }) => void (operation === 'DescribeTasks' && stop.abort()) },
      },
    )
    expect(done.code).toBe(130)
    expect(done.writes).toEqual(['RunTask', 'StopTask'])
    expect(life.tables()['ecs/task']).toEqual([expect.objectContaining({ stopCode: 'UserInitiated' })])
  })

  it('is started once, also where ECS did not get to answer', async () => {
    const life = await risen()
    let lost = 0
    const after = ({ operation }: { readonly operation: string }) => {
      if (operation === 'RunTask' && lost++ === 0) throw lostAnswer()
    }
    const done = await life.run(
      (options, context) => runOnce({ ...options, service: 'web', words: ['echo', 'hello'] }, context),
      { faults: { after } },
    )
    expect([done.code, done.out]).toEqual([0, '+ echo hello\n'])
    expect(done.writes).toEqual(['RunTask', 'RunTask'])
    expect(life.tables()['ecs/task']).toHaveLength(1)
  })

  it('is stopped when it can no longer be followed, or told how to stop', async () => {
    const life = await risen()
    const under = (refused: readonly string[]) =>
      life.run(
        (options, context) => runOnce({ ...options, service: 'web', words: ['sleep', '60'] }, context),
        {
          faults: {
            before: ({ operation }) => {
              if (refused.includes(operation)) throw awsFault('AccessDeniedException', 'not allowed')
            },
          },
        },
      )
    const stopped = await under(['DescribeTasks'])
    expect(stopped.error).toMatchObject({ code: 'access', message: expect.stringContaining('not allowed') })
    expect(stopped.err).toContain('told the task to stop')
    expect(stopped.writes).toEqual(['RunTask', 'StopTask'])
    const left = await under(['DescribeTasks', 'StopTask'])
    expect(left.error).toMatchObject({ code: 'access' })
    expect(left.err).toMatch(/aws ecs stop-task --cluster dev-hello-cluster --task arn:aws:ecs:\S+:task\/\S+/)
  })

  it('says why where the task cannot start, and what to do where there is no service', async () => {
    const life = liveWith('minimal')
    const early = await once(life, 'echo')
    expect(early.error?.message).toContain('web is not up')
    expect((await once(life)).error?.hint).toBe('write provision run web -- COMMAND')
  })
})

describe('the log of a service', () => {
  it('says so when nothing was written, and when there is no log at all', async () => {
    const life = await risen()
    const { code, out, err } = await log(life)
    expect([code, out, err]).toEqual([
      0,
      '',
      'web has written nothing in the last 10m; --since looks further back.\n',
    ])
    expect((await log(life, { since: 'yesterday' })).error?.code).toBe('usage')
    expect((await log(life, { follow: true })).error?.code).toBe('usage')
    expect((await log(liveWith('minimal'))).error?.message).toContain(
      'there is no log group /ecs/hello-dev/web',
    )
  })
})
