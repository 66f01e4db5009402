import type { MetricAlarm, PutMetricAlarmInput } from '@aws-sdk/client-cloudwatch'
import { alarmStateOf } from '../alarm-state.ts'
import { awsFault } from '../fault.ts'
import type { SandboxService } from '../service.ts'
import { tagged } from '../tagged.ts'
import { addTags } from '../tags-by-arn.ts'
import type { World } from '../world.ts'
import { assertUnwatched, compositeAlarms, shownComposite } from './composite-alarm.ts'

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

export const alarmOperations = {
  putMetricAlarm: ({ Tags = [], ...settings }, world) => {
    const { AlarmName = '' } = settings
    assertMeasure(settings)
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

  // Composite alarms are shown to those who ask for them.
  describeAlarms: ({ AlarmNames, AlarmTypes = ['MetricAlarm'], MaxRecords = 50, NextToken }, world) => {
    if ((AlarmNames?.length ?? 0) > namesAtMost || MaxRecords > 100)
      throw awsFault('ValidationError', `1 validation error detected: at most ${namesAtMost} are allowed`)
    const wanted = ({ name, created }: { readonly name: string; readonly created: number }) =>
      (AlarmNames?.includes(name) ?? true) && world.visible(created)
    const matching = AlarmTypes.includes('MetricAlarm') ? alarms(world).list().filter(wanted) : []
    const start = Number(NextToken ?? 0)
    const end = start + MaxRecords
    return {
      MetricAlarms: matching.slice(start, end).map(row => shown(world, row)),
      CompositeAlarms: AlarmTypes.includes('CompositeAlarm')
        ? compositeAlarms(world)
            .list()
            .filter(wanted)
            .map(row => shownComposite(world, row))
        : [],
      ...(end < matching.length ? { NextToken: String(end) } : {}),
    }
  },

  deleteAlarms: ({ AlarmNames = [] }, world) => {
    const known = AlarmNames.flatMap(
      name => alarms(world).get(name) ?? compositeAlarms(world).get(name) ?? [],
    )
    // An unknown name among known ones is passed over.
    if (known.length === 0)
      throw awsFault('ResourceNotFound', `${AlarmNames.join(', ')} not found`, { status: 404 })
    for (const { name } of known) assertUnwatched(world, name, AlarmNames)
    for (const { name, arn } of known) {
      alarms(world).delete(name)
      compositeAlarms(world).delete(name)
      tagged(world).remove(arn)
    }
    return {}
  },
} satisfies Partial<SandboxService<'cloudwatch'>>

function assertMeasure({
  Period = 60,
  EvaluationPeriods = 0,
  Metrics,
  MetricName,
}: PutMetricAlarmInput): void {
  const offered = [10, 20, 30].includes(Period) || (Period >= 60 && Period % 60 === 0)
  if (!offered) throw awsFault('ValidationError', 'Period must be 10, 20, 30 or a multiple of 60')
  if (Period * EvaluationPeriods > 86_400)
    throw awsFault('ValidationError', 'Metrics cannot be checked across more than a day')
  if (Metrics && MetricName)
    throw awsFault('ValidationError', 'The parameters MetricName and Metrics are mutually exclusive')
  if (Metrics && Metrics.filter(({ ReturnData = true }) => ReturnData).length !== 1)
    throw awsFault('ValidationError', 'Exactly one element of the metrics list should return data')
}

function shown(world: World, { name, arn, updated, settings }: AlarmRow): MetricAlarm {
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
