import type { PutMetricAlarmInput } from '@aws-sdk/client-cloudwatch'
import { alarmStateOf } from './alarm-state.ts'
import { awsFault } from './fault.ts'
import type { SandboxService } from './service.ts'
import { tagged } from './tagged.ts'
import { addTags, removeTags, tagsByArn } from './tags-by-arn.ts'
import type { World } from './world.ts'

export interface AlarmRow {
  readonly name: string
  readonly arn: string
  readonly created: number
  readonly updated: number
  /** As last put, tags aside. */
  readonly settings: Omit<PutMetricAlarmInput, 'Tags'>
}

export const alarms = (world: World) => world.table<AlarmRow>('cloudwatch/alarm')

const namesAtMost = 100

export const cloudwatch: SandboxService<'cloudwatch'> = {
  putMetricAlarm: ({ Tags = [], ...settings }, world) => {
    const { AlarmName = '', Period = 0, EvaluationPeriods = 0 } = settings
    assertEvaluation(Period, EvaluationPeriods)
    const before = alarms(world).get(AlarmName)
    const arn = world.arn('cloudwatch', `alarm:${AlarmName}`)
    // A whole new set of settings each time; but tags count at the first only.
    alarms(world).set(AlarmName, {
      name: AlarmName,
      arn,
      created: before?.created ?? world.now(),
      updated: world.now(),
      settings,
    })
    if (!before) addTags(world, arn, Tags)
    return {}
  },

  describeAlarms: ({ AlarmNames, MaxRecords = 50, NextToken }, world) => {
    if ((AlarmNames?.length ?? 0) > namesAtMost || MaxRecords > 100)
      throw awsFault('ValidationError', `1 validation error detected: at most ${namesAtMost} are allowed`)
    const matching = alarms(world)
      .list()
      .filter(({ name, created }) => (AlarmNames?.includes(name) ?? true) && world.visible(created))
    const start = Number(NextToken ?? 0)
    const end = start + MaxRecords
    return {
      MetricAlarms: matching.slice(start, end).map(row => shown(world, row)),
      CompositeAlarms: [],
      ...(end < matching.length ? { NextToken: String(end) } : {}),
    }
  },

  deleteAlarms: ({ AlarmNames = [] }, world) => {
    const known = AlarmNames.flatMap(name => alarms(world).get(name) ?? [])
    // An unknown name among known ones is passed over.
    if (known.length === 0) throw notFound('ResourceNotFound', AlarmNames.join(', '))
    for (const { name, arn } of known) {
      alarms(world).delete(name)
      tagged(world).remove(arn)
    }
    return {}
  },

  listTagsForResource: ({ ResourceARN }, world) => ({
    Tags: tagsByArn(world, rowWith(world, ResourceARN).arn),
  }),

  tagResource: ({ ResourceARN, Tags }, world) => {
    addTags(world, rowWith(world, ResourceARN).arn, Tags)
    return {}
  },

  untagResource: ({ ResourceARN, TagKeys }, world) => {
    removeTags(world, rowWith(world, ResourceARN).arn, TagKeys)
    return {}
  },
}

function assertEvaluation(period: number, evaluationPeriods: number): void {
  const offered = [10, 20, 30].includes(period) || (period >= 60 && period % 60 === 0)
  if (!offered) throw awsFault('ValidationError', 'Period must be 10, 20, 30 or a multiple of 60')
  if (period * evaluationPeriods > 86_400)
    throw awsFault('ValidationError', 'Metrics cannot be checked across more than a day')
}

function rowWith(world: World, arn: string | undefined): AlarmRow {
  const row = alarms(world)
    .list()
    .find(candidate => candidate.arn === arn)
  if (!row) throw notFound('ResourceNotFoundException', arn ?? '')
  return row
}

function notFound(name: string, what: string): Error {
  return awsFault(name, `${what} not found`, { status: 404 })
}

function shown(world: World, { name, arn, updated, settings }: AlarmRow) {
  return {
    ...settings,
    AlarmArn: arn,
    ActionsEnabled: settings.ActionsEnabled ?? true,
    OKActions: settings.OKActions ?? [],
    AlarmActions: settings.AlarmActions ?? [],
    InsufficientDataActions: settings.InsufficientDataActions ?? [],
    Dimensions: settings.Dimensions ?? [],
    StateValue: alarmStateOf(world, name).value,
    AlarmConfigurationUpdatedTimestamp: new Date(updated),
  }
}
