import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { loadConfig } from '../../src/config/load.ts'
import { fewestTasks } from '../../src/config/task-counts.ts'
import { canReplace, fewestReplaceable, roomFor } from '../../src/resources/whole-tasks.ts'
import { memoryFiles } from '../support/memory-files.ts'
import { problemsOf } from '../support/problems.ts'

const deployment = (minimumHealthyPercent: number, maximumPercent: number) => ({
  deployment: { minimumHealthyPercent, maximumPercent },
})
const problemsWith = (service: object) =>
  problemsOf({ services: { web: { image: 'nginx', port: 80, paths: ['/*'], ...service } } })

describe('the percentages of a rolling deployment', () => {
  it('are refused with the line, the numbers and values that work', async () => {
    const yaml = `stack: shop
environment: dev
region: us-east-1
services:
  web:
    image: nginx
    deployment:
      minimumHealthyPercent: 50
      maximumPercent: 100
`
    const files = memoryFiles({ '/work/provision.yaml': yaml })
    await expect(loadConfig({ files, cwd: '/work' })).rejects.toThrow(
      [
        'provision.yaml:9:23  services.web.deployment.maximumPercent: leaves no room: at 1 task (desiredCount), minimumHealthyPercent 50 keeps ceil(0.5) = 1 task and maximumPercent 100 allows floor(1.0) = 1 task: ECS can neither stop nor start one',
        '  9 |       maximumPercent: 100',
        '    |                       ^',
        '  Fix: Set maximumPercent to 200, or minimumHealthyPercent to 0, with which no task runs until the new one is healthy, or never have fewer than 2 tasks.',
      ].join('\n'),
    )
  })

  it.each([
    [{ ...deployment(100, 150) }, '1 task (desiredCount)'],
    [{ ...deployment(75, 125), desiredCount: 3 }, '3 tasks (desiredCount)'],
    [{ ...deployment(50, 100), desiredCount: 2, scaling: { max: 4, cpu: 60 } }, '1 task (scaling.min)'],
    [{ ...deployment(50, 100), scaling: { min: 2, max: 4, cpu: 60 } }, '1 task (desiredCount)'],
    [
      {
        ...deployment(50, 100),
        desiredCount: 2,
        scaling: {
          min: 2,
          max: 4,
          cpu: 60,
          schedules: { night: { schedule: 'cron(0 20 * * ? *)', min: 1 } },
        },
      },
      '1 task (scaling.schedules.night.min)',
    ],
    [
      {
        ...deployment(50, 100),
        desiredCount: 2,
        scaling: {
          min: 2,
          max: 4,
          cpu: 60,
          schedules: { night: { schedule: 'cron(0 20 * * ? *)', min: 0 } },
        },
      },
      '1 task (scaling.schedules.night.min)',
    ],
  ])('are refused where some count leaves no whole task: %j', async (service, where) => {
    const [problem, ...others] = await problemsWith(service)
    expect(problem).toContain(`services.web.deployment.maximumPercent: leaves no room: at ${where}, `)
    expect(others).toEqual([])
  })

  it.each([
    [{ ...deployment(100, 200) }],
    [{ ...deployment(0, 100) }],
    [{ ...deployment(50, 100), desiredCount: 2 }],
    [{ ...deployment(100, 150), desiredCount: 2 }],
    [{ ...deployment(100, 150), desiredCount: 0 }],
    [{ ...deployment(50, 100), desiredCount: 2, scaling: { min: 2, max: 4, cpu: 60 } }],
    [
      {
        ...deployment(50, 100),
        desiredCount: 2,
        // Without any task at night there is nothing to replace.
        scaling: {
          min: 2,
          max: 4,
          cpu: 60,
          schedules: { night: { schedule: 'cron(0 20 * * ? *)', min: 0, max: 0 } },
        },
      },
    ],
    [{ deployment: 'blue-green' }],
  ])('are taken where every count leaves one: %j', async service => {
    expect(await problemsWith(service)).toEqual([])
  })

  it('are refused as 100 and 100 whatever the count, as AWS refuses them', async () => {
    expect(await problemsWith({ ...deployment(100, 100), desiredCount: 0 })).toEqual([
      expect.stringContaining('AWS refuses that'),
    ])
  })
})

describe('the arithmetic of whole tasks', () => {
  const any = fc.record({
    minimumHealthyPercent: fc.integer({ min: 0, max: 100 }),
    maximumPercent: fc.integer({ min: 100, max: 200 }),
  })

  it('leaves room at every count above one that has it', () => {
    fc.assert(
      fc.property(any, fc.integer({ min: 1, max: 300 }), (percentages, count) => {
        if (canReplace(count, percentages)) expect(canReplace(count + 1, percentages)).toBe(true)
      }),
    )
  })

  it('names values that work, and the nearest ones', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), count => {
        const { minimumHealthyPercent, maximumPercent } = roomFor(count)
        const room = (least: number, most: number) =>
          canReplace(count, { minimumHealthyPercent: least, maximumPercent: most })
        expect([room(minimumHealthyPercent, 100), room(100, maximumPercent)]).toEqual([true, true])
        if (count <= 100)
          expect([room(minimumHealthyPercent + 1, 100), room(100, maximumPercent - 1)]).toEqual([
            false,
            false,
          ])
      }),
    )
  })

  it('knows the fewest tasks that can be replaced', () => {
    fc.assert(
      fc.property(any, percentages => {
        const fewest = fewestReplaceable(percentages)
        const isNever = percentages.minimumHealthyPercent === 100 && percentages.maximumPercent === 100
        expect(fewest === undefined).toBe(isNever)
        if (fewest !== undefined)
          expect([
            canReplace(fewest, percentages),
            fewest > 1 && canReplace(fewest - 1, percentages),
          ]).toEqual([true, false])
      }),
    )
  })
})

describe('the fewest tasks of a service', () => {
  it('follow from the bounds that schedules leave in force, one after the other', () => {
    const schedule = { schedule: 'cron(0 20 * * ? *)', timezone: 'UTC' }
    const scaling = { min: 4, max: 8, cpu: 60, cooldown: 300 }
    const schedules = { less: { ...schedule, min: 3 }, few: { ...schedule, max: 3 } }
    expect(fewestTasks({ desiredCount: 5, scaling: { ...scaling, schedules } })).toEqual({
      count: 3,
      from: 'scaling.schedules.less.min',
    })
    // Its maximum is below every minimum that can be in force, so AWS never applies it.
    expect(
      fewestTasks({ desiredCount: 5, scaling: { ...scaling, schedules: { few: schedules.few } } }),
    ).toEqual({
      count: 4,
      from: 'scaling.min',
    })
  })

  it('are none where none is desired', () => {
    expect(fewestTasks({ desiredCount: 0, scaling: undefined })).toBeUndefined()
  })
})
