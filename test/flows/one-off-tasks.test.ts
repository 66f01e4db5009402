import { beforeAll, describe, expect, it } from 'vitest'
import type { RunTaskOptions } from '../../src/commands/run-task.ts'
import { runOnce } from '../../src/commands/run-task.ts'
import { behave } from '../../src/sandbox/ecs/image.ts'
import type { CommandWish, Life } from '../support/life.ts'
import { liveWith } from '../support/life.ts'
import { typeRollout } from '../support/rollouts.ts'

type Settings = Partial<Pick<RunTaskOptions, 'cpu' | 'memory' | 'env'>>

const run = (life: Life, settings: Settings = {}, wish: CommandWish = {}, service = 'web') =>
  life.type(
    (common, context) => runOnce({ ...common, service, words: ['node', 'report.js'], ...settings }, context),
    wish,
  )

interface TaskRow {
  readonly overrides: object
  readonly stopCode: string
}

const tasks = (life: Life) => (life.tables()['ecs/task'] ?? []) as readonly TaskRow[]
const lostAnswer = () => Object.assign(new Error('socket hang up'), { name: 'TimeoutError' })

describe('a task that is run once', () => {
  let made: Life
  beforeAll(async () => {
    made = liveWith('minimal')
    await made.up()
  }, 60_000)

  it('has the size and the variables that were asked for, and nothing else of its own', async () => {
    const life = made.copy()
    const { code } = await run(life, {
      cpu: '1024',
      memory: '4096',
      env: ['DRY_RUN=1', 'NOTE=a=b c', 'EMPTY='],
    })
    expect(code).toBe(0)
    expect(tasks(life).map(({ overrides }) => overrides)).toEqual([
      {
        cpu: '1024',
        memory: '4096',
        containerOverrides: [
          {
            name: 'web',
            command: ['node', 'report.js'],
            environment: [
              { name: 'DRY_RUN', value: '1' },
              { name: 'NOTE', value: 'a=b c' },
              { name: 'EMPTY', value: '' },
            ],
          },
        ],
      },
    ])
    await run(life)
    expect(tasks(life)[1]!.overrides).toEqual({
      containerOverrides: [{ name: 'web', command: ['node', 'report.js'] }],
    })
  })

  it.each([
    [{ cpu: '300' }, 'Fargate has no 300 CPU units', /^--cpu: Use one of 256/],
    [{ cpu: '4096' }, 'Fargate does not pair 4096 CPU units with 512 MiB', /^--memory: Use 8192 to 30720/],
    [{ memory: '700' }, 'Fargate does not pair 256 CPU units with 700 MiB', /^--memory: Use one of 512/],
    [{ memory: '1GB' }, '--memory 1GB is not a whole number', /^write --memory 1024/],
    [{ cpu: '0' }, '--cpu 0 is not a whole number', /^write --cpu 512/],
    [{ env: ['dev'] }, '--env dev is not KEY=VALUE', /chosen with -e$/],
    [{ env: ['=x'] }, '--env =x is not KEY=VALUE', /KEY|LOG_LEVEL/],
  ] as const)('is refused with %o before AWS is asked anything', async (settings, message, hint) => {
    const { error, calls } = await run(made.copy(), settings)
    expect([error?.code, error?.message, calls]).toEqual(['usage', expect.stringContaining(message), []])
    expect(error?.hint).toMatch(hint)
  })

  it('is refused before it starts where the size does not go with what runs, or ECS takes no such variables', async () => {
    const life = made.copy()
    // The config says what the next up makes, not what runs.
    life.edit('paths: [/*]', 'paths: [/*]\n    cpu: 1024\n    memory: 2048')
    const size = await run(life, { memory: '2048', cpu: '1024' })
    expect(size.code).toBe(0)
    const differs = await run(life, { memory: '8192' })
    expect([differs.error?.message, differs.writes]).toEqual([
      'the task cannot have this size: Fargate does not pair 256 CPU units with 8192 MiB',
      [],
    ])
    const long = await run(life, { env: [`LIST=${'x'.repeat(8200)}`] })
    expect([long.error?.code, long.writes]).toEqual(['usage', []])
    expect(long.error?.message).toMatch(/take 8\d+ characters, and ECS takes 8192/)
  })

  it('gets no other value for what the service reads from a secret', async () => {
    const life = liveWith('apranova')
    await life.up()
    const { error, writes } = await run(life, { env: ['DATABASE_PASSWORD=x'] }, {}, 'backend')
    expect([error?.code, writes]).toEqual(['usage', []])
    expect(error?.message).toContain('--env DATABASE_PASSWORD: the service gets it from a secret')
    expect(error?.message).not.toContain('=x')
  })

  it('is stopped when it was started and its answer is lost, and somebody interrupts', async () => {
    const life = made.copy()
    const stop = new AbortController()
    let asked = 0
    const after = ({ operation }: { readonly operation: string }) => {
      if (operation !== 'RunTask' || asked++ > 0) return
      stop.abort()
      throw lostAnswer()
    }
    const { code, writes } = await run(life, {}, { stop: stop.signal, faults: { after } })
    expect([code, writes]).toEqual([130, ['RunTask', 'RunTask', 'StopTask']])
    expect(tasks(life)).toEqual([expect.objectContaining({ stopCode: 'UserInitiated' })])
  })

  it('is not started at all after an interruption', async () => {
    const life = made.copy()
    const stop = new AbortController()
    const after = ({ operation }: { readonly operation: string }) =>
      void (operation === 'DescribeTaskDefinition' && stop.abort())
    const { code, writes } = await run(life, {}, { stop: stop.signal, faults: { after } })
    expect([code, writes]).toEqual([130, []])
  })
})

describe('a release command', () => {
  const image = 'public.ecr.aws/docker/library/httpd:2.9'
  let made: Life
  beforeAll(async () => {
    made = liveWith('blue-green')
    await made.up()
    made.edit('    paths: [/api/*]\n', '    paths: [/api/*]\n    release: { command: [npm, run, migrate] }\n')
  }, 60_000)

  it.each(['its task is looked at', 'the answer to its start is lost'])(
    'is stopped when the release is interrupted while %s, and no traffic is moved',
    async when => {
      const life = made.copy()
      const stop = new AbortController()
      let asked = 0
      const after = ({ operation }: { readonly operation: string }) => {
        if (operation === 'DescribeTasks') stop.abort()
        if (operation !== 'RunTask' || when.startsWith('its') || asked++ > 0) return
        stop.abort()
        throw lostAnswer()
      }
      const wish = { stop: stop.signal, faults: { after } }
      const { error, writes } = await typeRollout(life, 'api', { image: [image] }, wish)
      expect(error?.code).toBe('interrupted')
      expect(error?.message).toContain('no traffic was moved')
      expect([writes.at(-1), writes.includes('UpdateService')]).toEqual(['StopTask', false])
      expect(tasks(life)).toEqual([expect.objectContaining({ stopCode: 'UserInitiated' })])
    },
  )

  it('is stopped when it takes longer than it was given', async () => {
    const life = made.copy()
    life.edit('command: [npm, run, migrate]', 'command: [npm, run, migrate], timeoutMinutes: 1')
    const task = { exitCode: 0, seconds: 600 }
    await life.meanwhile((_aws, world) => behave(world, image, { task }))
    const { code, err } = await typeRollout(life, 'api', { image: [image] })
    expect([code, err]).toEqual([14, expect.stringContaining('did not end within 1 minutes')])
    expect(tasks(life)).toEqual([expect.objectContaining({ stopCode: 'UserInitiated' })])
  })
})
